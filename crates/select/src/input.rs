//! Records as they come out of an object's bytes.

use std::ops::Range;

use crate::SelectError;
use crate::csv::{Csv, Header, Row, Splitter};
use crate::json::{self, Document};
#[cfg(feature = "parquet")]
use crate::parquet::Parquet;
use crate::record::Record;
use crate::sql::{Hop, Statement};
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
    /// Parquet.
    #[cfg(feature = "parquet")]
    Parquet {
        /// The object's length.
        bytes: u64,
    },
}

/// An object's records.
pub(crate) enum Records {
    Rows {
        csv: Csv,
        splitter: Splitter,
        row: Row,
        names: Option<Vec<String>>,
        header: Header,
    },
    Lines {
        splitter: Splitter,
        hops: Vec<Hop>,
        found: std::vec::IntoIter<Value>,
        current: Value,
    },
    Document {
        document: Box<Document>,
        current: Value,
    },
    #[cfg(feature = "parquet")]
    Parquet(Box<Parquet>),
}

/// Whether a record is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    There,
    /// The header was read.
    Header,
    /// These bytes of the object are needed.
    #[cfg(feature = "parquet")]
    Elsewhere(Range<u64>),
    /// More bytes are needed, or there are none.
    Hungry,
    /// The next one begins after the range that was asked for.
    Beyond,
}

impl Records {
    pub fn new(format: Format, hops: Vec<Hop>) -> Result<Self, SelectError> {
        if !hops.is_empty() && !matches!(format, Format::JsonLines | Format::JsonDocument) {
            let message = "Key path in the SQL expression is invalid: CSV and Parquet have none.";
            return Err(SelectError::new("InvalidKeyPath", message));
        }
        Ok(match format {
            #[cfg(feature = "parquet")]
            Format::Parquet { bytes } => Self::Parquet(Box::new(Parquet::new(bytes))),
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
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => parquet.awaits_footer(),
            Self::Rows { header, .. } => *header == Header::Use,
            Self::Lines { .. } | Self::Document { .. } => false,
        }
    }

    /// Where it is read from at first, if that does not follow from the range.
    pub fn starts(&self) -> Option<u64> {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => Some(parquet.starts()),
            _ => self.awaits_names().then_some(0),
        }
    }

    /// What was unpacked besides what [`Records::give`] was given, since it was asked last; and what records came to as work. In bytes.
    pub fn worked(&mut self) -> (u64, u64) {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => (parquet.take_unpacked(), parquet.weight()),
            _ => (0, 0),
        }
    }

    /// What it holds besides a piece and a record, in bytes.
    pub fn held(&self) -> usize {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => parquet.held(),
            _ => 0,
        }
    }

    /// Goes on at another place of the object, in the middle of a record, which is passed over.
    pub fn jump(&mut self, offset: u64) {
        match self {
            Self::Rows { splitter, header, .. } => {
                *header = Header::None;
                splitter.jump(offset);
            }
            Self::Lines { splitter, .. } => splitter.jump(offset),
            _ => {}
        }
    }

    /// Passes a record over, whatever it is.
    pub fn pass(&mut self, ended: bool) -> Result<bool, SelectError> {
        match self {
            Self::Rows { splitter, .. } | Self::Lines { splitter, .. } => {
                splitter.next(ended).map(|found| found.is_some())
            }
            _ => Ok(true),
        }
    }

    /// Where the next record begins, if that can be told.
    pub fn position(&self) -> u64 {
        match self {
            Self::Rows { splitter, .. } | Self::Lines { splitter, .. } => splitter.position(),
            Self::Document { .. } => 0,
            // It goes where its footer says.
            #[cfg(feature = "parquet")]
            Self::Parquet(_) => u64::MAX,
        }
    }

    /// Takes bytes in; of a document, as many as it needs for a record. How many of them count as worked through: those of Parquet do
    /// when they are unpacked.
    pub fn give(&mut self, bytes: &mut bytes::Bytes) -> u64 {
        let given = bytes.len() as u64;
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => {
                parquet.give(bytes);
                return 0;
            }
            Self::Rows { splitter, .. } | Self::Lines { splitter, .. } => {
                splitter.give(bytes);
                bytes.clear();
            }
            Self::Document { .. } => {}
        }
        given
    }

    /// Goes on to the next record, which begins before the range ends; of Parquet, its row group begins in the range.
    pub fn next(&mut self, bytes: &mut bytes::Bytes, ended: bool, range: &Range<u64>) -> Result<Next, SelectError> {
        match self {
            Self::Rows { csv, splitter, row, names, header } => loop {
                if *header == Header::None && splitter.position() >= range.end {
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
                if splitter.position() >= range.end {
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
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => parquet.next(ended, range),
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
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => Record::Json(parquet.record()),
        }
    }

    /// The names of columns, where there are.
    pub fn names(&self) -> Option<&[String]> {
        match self {
            Self::Rows { names, .. } => names.as_deref(),
            _ => None,
        }
    }

    /// Finds the columns that a statement names. Of JSON there are none.
    pub fn bind(&mut self, statement: &mut Statement) -> Result<(), SelectError> {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => return parquet.bind(&statement.places, statement.columns.is_none()),
            Self::Rows { names, .. } => {
                for place in &mut statement.places {
                    place.find(names.as_deref())?;
                }
            }
            Self::Lines { .. } | Self::Document { .. } => {}
        }
        Ok(())
    }
}
