//! Records on their way out, as CSV or JSON.

use crate::json;
use crate::value::Value;
use crate::{MAX_RECORD_BYTES, SelectError};

/// How records are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// As rows.
    Csv {
        /// What ends a row.
        record: String,
        /// What ends a field.
        field: String,
        /// What fields stand between.
        quote: char,
        /// What stands before a quote in a field.
        escape: char,
        /// Whether all fields stand between quotes, or those that need it.
        always: bool,
    },
    /// As objects.
    Json {
        /// What ends an object.
        record: String,
    },
}

/// A record that is being written.
pub(crate) struct Writer<'a> {
    output: &'a Output,
    out: &'a mut Vec<u8>,
    start: usize,
    fields: usize,
}

impl<'a> Writer<'a> {
    pub fn new(output: &'a Output, out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        if let Output::Json { .. } = output {
            out.push(b'{');
        }
        Self { output, out, start, fields: 0 }
    }

    /// Adds a field. What is missing has none in JSON, and an empty one in CSV.
    pub fn field(&mut self, name: &str, value: &Value) -> Result<(), SelectError> {
        match self.output {
            Output::Csv { field, .. } => {
                if self.fields > 0 {
                    self.out.extend_from_slice(field.as_bytes());
                }
                self.fields += 1;
                match value {
                    Value::Text(text) => self.text(text),
                    other => self.text(&other.text()),
                }
            }
            Output::Json { .. } if *value == Value::Missing => {}
            Output::Json { .. } => {
                if self.fields > 0 {
                    self.out.push(b',');
                }
                self.fields += 1;
                json::write_text(name, self.out);
                self.out.push(b':');
                json::write(value, self.out);
            }
        }
        match self.out.len() - self.start > MAX_RECORD_BYTES {
            true => Err(SelectError::too_long()),
            false => Ok(()),
        }
    }

    fn text(&mut self, text: &str) {
        let Output::Csv { record, field, quote, escape, always } = self.output else { return };
        let special = |part: &str| !part.is_empty() && text.contains(part);
        let needs = special(field) || special(record) || text.contains(['\n', '\r', *quote]);
        if !always && !needs {
            self.out.extend_from_slice(text.as_bytes());
            return;
        }
        let mut quoted = String::with_capacity(text.len() + 2);
        quoted.push(*quote);
        for letter in text.chars() {
            if letter == *quote || letter == *escape {
                quoted.push(*escape);
            }
            quoted.push(letter);
        }
        quoted.push(*quote);
        self.out.extend_from_slice(quoted.as_bytes());
    }

    /// Ends the record.
    pub fn end(self) {
        match self.output {
            Output::Csv { record, .. } => self.out.extend_from_slice(record.as_bytes()),
            Output::Json { record } => {
                self.out.push(b'}');
                self.out.extend_from_slice(record.as_bytes());
            }
        }
    }
}
