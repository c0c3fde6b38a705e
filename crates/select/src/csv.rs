//! Rows of CSV: where one ends, and its fields.
//!
//! A row begins where the one before it ended, so that any number of bytes may be given at a time; one that is longer than a record may
//! be is refused before it is held. Blank rows and comments are passed over.

use crate::{MAX_RECORD_BYTES, SelectError};

/// How rows are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csv {
    /// What ends a row: one or two bytes. None is a line feed, with or without a carriage return before it.
    pub record: Option<Vec<u8>>,
    /// What ends a field: one or two bytes.
    pub field: Vec<u8>,
    /// What fields may stand between.
    pub quote: Option<u8>,
    /// What lets a quote stand in one.
    pub escape: Option<u8>,
    /// What a row begins with that is none.
    pub comment: Option<u8>,
    /// What the first row is.
    pub header: Header,
    /// Whether a row may end inside of quotes, and not be over.
    pub quoted_delimiters: bool,
}

/// What the first row is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Header {
    /// A row as all others.
    #[default]
    None,
    /// The names of columns, which queries use.
    Use,
    /// The names of columns, which nobody uses.
    Ignore,
}

impl Default for Csv {
    fn default() -> Self {
        Self {
            record: None,
            field: b",".to_vec(),
            quote: Some(b'"'),
            escape: Some(b'"'),
            comment: Some(b'#'),
            header: Header::None,
            quoted_delimiters: false,
        }
    }
}

impl Csv {
    /// Whether a row is none: blank, or a comment.
    pub(crate) fn passes_over(&self, row: &[u8]) -> bool {
        row.is_empty() || self.comment.is_some() && row.first().copied() == self.comment
    }
}

/// The fields of a row.
#[derive(Debug, Default)]
pub(crate) struct Row {
    text: String,
    ends: Vec<usize>,
}

impl Row {
    pub fn field(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.text.get(start..end)
    }

    pub fn fields(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|index| self.field(index))
    }

    /// Reads the fields of a row.
    pub fn read(&mut self, csv: &Csv, row: &[u8]) -> Result<(), SelectError> {
        let mut text = std::mem::take(&mut self.text).into_bytes();
        text.clear();
        self.ends.clear();
        let mut at = 0;
        loop {
            if csv.quote.is_some() && row.get(at).copied() == csv.quote {
                at = unquote(csv, row, at + 1, &mut text)?;
            }
            let rest = row.get(at..).unwrap_or_default();
            let end = find(rest, &csv.field);
            text.extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
            self.ends.push(text.len());
            match end {
                Some(end) => at += end + csv.field.len(),
                None => break,
            }
        }
        self.text = String::from_utf8(text).map_err(|_| SelectError::encoding())?;
        // Cut between characters only: a delimiter may be half of one.
        match self.ends.iter().all(|end| self.text.is_char_boundary(*end)) {
            true => Ok(()),
            false => Err(SelectError::encoding()),
        }
    }
}

/// Takes what stands in quotes. Where it ends.
fn unquote(csv: &Csv, row: &[u8], mut at: usize, text: &mut Vec<u8>) -> Result<usize, SelectError> {
    loop {
        let Some(byte) = row.get(at).copied() else {
            return Err(SelectError::csv(
                "a quote is not closed; rows may end in quotes where AllowQuotedRecordDelimiter says so",
            ));
        };
        let next = row.get(at + 1).copied();
        let escapes = Some(byte) == csv.escape && next.is_some() && (next == csv.quote || next == csv.escape);
        match next.filter(|_| escapes) {
            Some(next) => {
                text.push(next);
                at += 2;
            }
            None if Some(byte) == csv.quote => return Ok(at + 1),
            None => {
                text.push(byte);
                at += 1;
            }
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    match wanted {
        [byte] => memchr::memchr(*byte, text),
        _ => memchr::memmem::find(text, wanted),
    }
}

/// Cuts bytes into records that a delimiter ends.
#[derive(Debug)]
pub(crate) struct Splitter {
    csv: Csv,
    buffer: Vec<u8>,
    /// Where the next record begins in the buffer.
    start: usize,
    /// Up to where its end was looked for.
    seen: usize,
    /// What `seen` is in, where quotes count.
    quoted: bool,
    field_begins: bool,
    /// Where the buffer begins in the object.
    offset: u64,
}

impl Splitter {
    pub fn new(csv: Csv) -> Self {
        Self { csv, buffer: Vec::new(), start: 0, seen: 0, quoted: false, field_begins: true, offset: 0 }
    }

    /// Lines, as JSON has them.
    pub fn lines() -> Self {
        Self::new(Csv { quote: None, escape: None, comment: None, ..Csv::default() })
    }

    /// Goes on elsewhere in the object, with nothing held.
    pub fn jump(&mut self, offset: u64) {
        self.buffer.clear();
        (self.start, self.seen, self.offset) = (0, 0, offset);
        (self.quoted, self.field_begins) = (false, true);
    }

    /// Where the next record begins in the object.
    pub fn position(&self) -> u64 {
        self.offset + self.start as u64
    }

    pub fn give(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start);
        self.offset += self.start as u64;
        self.seen -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next record, if all of it is there. What is left at the end is one too.
    pub fn next(&mut self, ended: bool) -> Result<Option<&[u8]>, SelectError> {
        let delimiter = self.csv.record.as_deref().unwrap_or(b"\n");
        let length = delimiter.len();
        let found = match self.csv.quoted_delimiters && self.csv.quote.is_some() {
            true => self.end_outside_quotes(ended),
            false => {
                let end = find(&self.buffer[self.seen..], delimiter).map(|end| self.seen + end);
                if end.is_none() {
                    // Half of a delimiter may be the last byte.
                    self.seen = self.buffer.len().saturating_sub(length - 1).max(self.seen);
                }
                end
            }
        };
        let end = match found {
            Some(end) => end,
            None if ended && self.start < self.buffer.len() => self.buffer.len(),
            None if self.buffer.len() - self.start > MAX_RECORD_BYTES => return Err(SelectError::too_long()),
            None => return Ok(None),
        };
        if end - self.start > MAX_RECORD_BYTES {
            return Err(SelectError::too_long());
        }
        let start = self.start;
        self.start = (end + length).min(self.buffer.len());
        (self.seen, self.quoted, self.field_begins) = (self.start, false, true);
        let record = &self.buffer[start..end];
        Ok(Some(match self.csv.record {
            None => record.strip_suffix(b"\r").unwrap_or(record),
            Some(_) => record,
        }))
    }

    /// The end of the record, where what stands in quotes ends none.
    fn end_outside_quotes(&mut self, ended: bool) -> Option<usize> {
        let delimiter = self.csv.record.as_deref().unwrap_or(b"\n");
        while let Some(byte) = self.buffer.get(self.seen).copied() {
            let rest = &self.buffer[self.seen..];
            // What follows decides: wait for it.
            if rest.len() < 2 && !ended {
                return None;
            }
            let next = rest.get(1).copied();
            if self.quoted {
                let escapes = Some(byte) == self.csv.escape && (next == self.csv.quote || next == self.csv.escape);
                self.quoted = escapes || Some(byte) != self.csv.quote;
                self.seen += if escapes && next.is_some() { 2 } else { 1 };
            } else if self.field_begins && Some(byte) == self.csv.quote {
                (self.quoted, self.field_begins) = (true, false);
                self.seen += 1;
            } else if rest.starts_with(delimiter) {
                return Some(self.seen);
            } else if rest.starts_with(&self.csv.field) {
                self.seen += self.csv.field.len();
                self.field_begins = true;
            } else {
                self.seen += 1;
                self.field_begins = false;
            }
        }
        None
    }
}
