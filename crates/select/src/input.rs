//! Records as they come out of an object's bytes.

use crate::SelectError;
use crate::csv::{Csv, Header, Row, Splitter};
use crate::json::{self, Document};
use crate::record::{Path, Record, Step};
use crate::sql::Hop;
use crate::value::Value;

/// How an object is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rows.
    Csv(Csv),
    /// Values of JSON, each on a line of its own.
    JsonLines,
    /// Values of JSON, however they are written.
    JsonDocument,
}

/// An object's records.
pub(crate) enum Records {
    Rows { csv: Csv, splitter: Splitter, row: Row, names: Option<Vec<String>>, header: Header },
    Lines { splitter: Splitter, hops: Vec<Hop>, found: std::vec::IntoIter<Value>, current: Value },
    Document { document: Box<Document>, current: Value },
}

/// Whether a record is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    There,
    /// The header was read.
    Header,
    /// More bytes are needed, or there are none.
    Hungry,
    /// The next one begins after the range that was asked for.
    Beyond,
}

impl Records {
    pub fn new(format: Format, hops: Vec<Hop>) -> Result<Self, SelectError> {
        Ok(match format {
            Format::Csv(_) if !hops.is_empty() => {
                return Err(SelectError::new(
                    "InvalidKeyPath",
                    "Key path in the SQL expression is invalid: CSV has none.",
                ));
            }
            Format::Csv(csv) => {
                let header = csv.header;
                Self::Rows { splitter: Splitter::new(csv.clone()), csv, row: Row::default(), names: None, header }
            }
            Format::JsonLines => Self::Lines {
                splitter: Splitter::lines(),
                hops,
                found: Vec::new().into_iter(),
                current: Value::Missing,
            },
            Format::JsonDocument => Self::Document { document: Box::new(Document::new(hops)), current: Value::Missing },
        })
    }

    /// Where names of columns are still to be read.
    pub fn awaits_names(&self) -> bool {
        matches!(self, Self::Rows { header: Header::Use, .. })
    }

    /// Goes on at another place of the object, in the middle of a record, which is passed over.
    pub fn jump(&mut self, offset: u64) {
        match self {
            Self::Rows { splitter, header, .. } => {
                *header = Header::None;
                splitter.jump(offset);
            }
            Self::Lines { splitter, .. } => splitter.jump(offset),
            Self::Document { .. } => {}
        }
    }

    /// Passes a record over, whatever it is.
    pub fn pass(&mut self, ended: bool) -> Result<bool, SelectError> {
        match self {
            Self::Rows { splitter, .. } | Self::Lines { splitter, .. } => {
                splitter.next(ended).map(|found| found.is_some())
            }
            Self::Document { .. } => Ok(true),
        }
    }

    /// Where the next record begins, if that can be told.
    pub fn position(&self) -> u64 {
        match self {
            Self::Rows { splitter, .. } | Self::Lines { splitter, .. } => splitter.position(),
            Self::Document { .. } => 0,
        }
    }

    /// Takes bytes in; of a document, as many as it needs for a record.
    pub fn give(&mut self, bytes: &mut bytes::Bytes) {
        if let Self::Rows { splitter, .. } | Self::Lines { splitter, .. } = self {
            splitter.give(bytes);
            bytes.clear();
        }
    }

    /// Goes on to the next record, which begins before `end`.
    pub fn next(&mut self, bytes: &mut bytes::Bytes, ended: bool, end: u64) -> Result<Next, SelectError> {
        match self {
            Self::Rows { csv, splitter, row, names, header } => loop {
                if *header == Header::None && splitter.position() >= end {
                    return Ok(Next::Beyond);
                }
                let Some(record) = splitter.next(ended)? else { return Ok(Next::Hungry) };
                if csv.passes_over(record) {
                    continue;
                }
                row.read(csv, record)?;
                match std::mem::take(header) {
                    Header::None => return Ok(Next::There),
                    Header::Ignore => {}
                    Header::Use => {
                        *names = Some(row.fields().map(str::to_owned).collect());
                        return Ok(Next::Header);
                    }
                }
            },
            Self::Lines { splitter, hops, found, current } => loop {
                if let Some(value) = found.next() {
                    *current = value;
                    return Ok(Next::There);
                }
                if splitter.position() >= end {
                    return Ok(Next::Beyond);
                }
                let Some(line) = splitter.next(ended)? else { return Ok(Next::Hungry) };
                if line.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                let mut values = Vec::new();
                json::follow(json::parse(line)?, hops, &mut values);
                *found = values.into_iter();
            },
            Self::Document { document, current } => {
                let mut rest: &[u8] = bytes;
                let found = document.next(&mut rest)?;
                let taken = bytes.len() - rest.len();
                let _ = bytes.split_to(taken);
                let found = match found {
                    None if ended && bytes.is_empty() => document.end()?,
                    found => found,
                };
                match found {
                    Some(value) => {
                        *current = value;
                        Ok(Next::There)
                    }
                    None => Ok(Next::Hungry),
                }
            }
        }
    }

    /// The record that is there.
    pub fn record(&self) -> Record<'_> {
        match self {
            Self::Rows { row, .. } => Record::Row(row),
            Self::Lines { current, .. } | Self::Document { current, .. } => Record::Json(current),
        }
    }

    /// The names of columns, where there are.
    pub fn names(&self) -> Option<&[String]> {
        match self {
            Self::Rows { names, .. } => names.as_deref(),
            _ => None,
        }
    }

    /// Finds the columns that a statement's places mean. Of JSON there are none.
    pub fn bind(&self, places: &mut [Path]) -> Result<(), SelectError> {
        if let Self::Rows { .. } = self {
            for place in places {
                place.column = Some(column(&place.steps, self.names())?);
            }
        }
        Ok(())
    }
}

fn column(steps: &[Step], names: Option<&[String]>) -> Result<usize, SelectError> {
    let [step @ Step::Name { name, .. }] = steps else {
        return Err(SelectError::new(
            "InvalidKeyPath",
            "Key path in the SQL expression is invalid: CSV has columns only.",
        ));
    };
    let mut named = names.into_iter().flatten().enumerate().filter(|(_, name)| step.names(name));
    match (named.next(), named.next()) {
        (Some((column, _)), None) => return Ok(column),
        (Some(_), Some(_)) => {
            let message =
                format!("Field name matches to multiple fields in the file. Check the SQL expression: {name}");
            return Err(SelectError::new("AmbiguousFieldName", message));
        }
        (None, _) => {}
    }
    match name.strip_prefix('_').and_then(|number| number.parse::<usize>().ok()) {
        Some(number @ 1..) => Ok(number - 1),
        Some(0) => {
            let message = format!("The column index is invalid. Columns are counted from 1: {name}");
            Err(SelectError::new("InvalidColumnIndex", message))
        }
        None => {
            let message = format!(
                "Some headers in the query are missing from the file. Check the file and try again: there is no {name}."
            );
            Err(SelectError::new("MissingHeaders", message))
        }
    }
}
