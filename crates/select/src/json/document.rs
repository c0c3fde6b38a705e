//! Documents of JSON, one or many after one another: the records that a path leads to, one by one, so that of a document of any size no
//! more than one record is held. Where the path leads nowhere, the record is what is missing.
//!
//! What lies beside the path is looked at in outline only: brackets, commas and colons must fit; scalars there may be anything.

use super::MAX_DEPTH;
use crate::record::Step;
use crate::sql::Hop;
use crate::value::Value;
use crate::{MAX_RECORD_BYTES, SelectError};

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    Name,
    NameOrEnd,
    Colon,
    CommaOrEnd,
}

/// What is in the middle of coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    Nothing,
    Name { escaped: bool },
    Text { escaped: bool },
    Scalar,
}

/// An open list or object.
#[derive(Debug)]
struct Level {
    list: bool,
    /// How many hops lead here, if they do.
    hops: Option<usize>,
    /// Whether the next hop has led to nothing yet.
    lacks: bool,
    /// Of a list: which item comes next.
    index: usize,
}

/// A reader of documents.
#[derive(Debug)]
pub(crate) struct Document {
    hops: Vec<Hop>,
    stack: Vec<Level>,
    expect: Expect,
    within: In,
    /// The name of the member that comes, as it is written.
    name: Vec<u8>,
    /// The record that is coming, and how deep it began.
    record: Vec<u8>,
    holds: Option<usize>,
    /// Whether a hop should lead on from the text or scalar that is coming, which none can.
    lacks: bool,
}

impl Document {
    pub fn new(hops: Vec<Hop>) -> Self {
        Self {
            hops,
            stack: Vec::new(),
            expect: Expect::Value,
            within: In::Nothing,
            name: Vec::new(),
            record: Vec::new(),
            holds: None,
            lacks: false,
        }
    }

    /// Takes bytes off the input until a record is there.
    pub fn next(&mut self, input: &mut &[u8]) -> Result<Option<Value>, SelectError> {
        while let Some((byte, rest)) = input.split_first() {
            let byte = *byte;
            if self.within == In::Scalar && matches!(byte, b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\r' | b'\n') {
                // The byte stays: it is looked at again.
                if self.value_ends() {
                    return self.record();
                }
                continue;
            }
            *input = rest;
            if self.take(byte)? {
                return self.record();
            }
        }
        Ok(None)
    }

    /// What is still to come at the end: a scalar that nothing ended.
    pub fn end(&mut self) -> Result<Option<Value>, SelectError> {
        let record = if self.within == In::Scalar && self.value_ends() { self.record()? } else { None };
        match self.stack.is_empty() && self.within == In::Nothing {
            true => Ok(record),
            false => Err(SelectError::json("it ends in the middle of a value")),
        }
    }

    fn record(&mut self) -> Result<Option<Value>, SelectError> {
        if self.record.is_empty() {
            return Ok(Some(Value::Missing));
        }
        let value = super::parse(&self.record);
        self.record.clear();
        value.map(Some)
    }

    /// Takes one byte. Whether a record ends with it.
    fn take(&mut self, byte: u8) -> Result<bool, SelectError> {
        let is_space = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        match self.within {
            In::Nothing if is_space => return Ok(false),
            In::Nothing => {}
            In::Name { escaped } => {
                hold(&mut self.name, byte)?;
                self.keep(byte)?;
                self.within = match text_goes_on(escaped, byte) {
                    Some(escaped) => In::Name { escaped },
                    None => {
                        self.expect = Expect::Colon;
                        In::Nothing
                    }
                };
                return Ok(false);
            }
            In::Text { escaped } => {
                self.keep(byte)?;
                return Ok(match text_goes_on(escaped, byte) {
                    Some(escaped) => {
                        self.within = In::Text { escaped };
                        false
                    }
                    None => self.value_ends(),
                });
            }
            In::Scalar => return self.keep(byte).map(|()| false),
        }
        let in_list = self.stack.last().is_some_and(|level| level.list);
        match (self.expect, byte) {
            (Expect::ValueOrEnd, b']') => self.close(byte),
            (Expect::Value | Expect::ValueOrEnd, _) => self.begin(byte).map(|()| false),
            (Expect::NameOrEnd, b'}') => self.close(byte),
            (Expect::Name | Expect::NameOrEnd, b'"') => {
                self.name.clear();
                self.name.push(byte);
                self.within = In::Name { escaped: false };
                self.keep(byte).map(|()| false)
            }
            (Expect::Colon, b':') => {
                self.expect = Expect::Value;
                self.keep(byte).map(|()| false)
            }
            (Expect::CommaOrEnd, b',') => {
                self.expect = if in_list { Expect::Value } else { Expect::Name };
                self.keep(byte).map(|()| false)
            }
            (Expect::CommaOrEnd, b']') if in_list => self.close(byte),
            (Expect::CommaOrEnd, b'}') if !in_list => self.close(byte),
            _ => Err(SelectError::json("a bracket, comma, colon or name stands where none may")),
        }
    }

    fn begin(&mut self, byte: u8) -> Result<(), SelectError> {
        let hops = self.lead()?;
        if self.holds.is_none() && hops == Some(self.hops.len()) {
            self.holds = Some(self.stack.len());
        }
        let lacks = self.holds.is_none() && hops.is_some();
        self.keep(byte)?;
        match byte {
            b'{' | b'[' => {
                if self.stack.len() > MAX_DEPTH {
                    return Err(SelectError::json("values lie too deep in one another"));
                }
                let list = byte == b'[';
                self.stack.push(Level { list, hops, lacks, index: 0 });
                self.expect = if list { Expect::ValueOrEnd } else { Expect::NameOrEnd };
            }
            b'"' => (self.within, self.lacks) = (In::Text { escaped: false }, lacks),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => (self.within, self.lacks) = (In::Scalar, lacks),
            _ => return Err(SelectError::json("a value is none")),
        }
        Ok(())
    }

    /// How many hops lead to the value that begins, if they do.
    fn lead(&mut self) -> Result<Option<usize>, SelectError> {
        let Some(level) = self.stack.last_mut() else { return Ok(Some(0)) };
        let index = level.index;
        level.index += 1;
        if self.holds.is_some() {
            return Ok(None);
        }
        let Some(hops) = level.hops else { return Ok(None) };
        let leads = match (self.hops.get(hops), level.list) {
            (Some(Hop::Item), true) | (Some(Hop::Member), false) => true,
            (Some(Hop::To(Step::Index(wanted))), true) => *wanted == index,
            (Some(Hop::To(step)), false) => match super::parse(&self.name)? {
                Value::Text(name) => step.names(&name),
                _ => false,
            },
            _ => false,
        };
        if leads {
            level.lacks = false;
        }
        Ok(leads.then_some(hops + 1))
    }

    fn close(&mut self, byte: u8) -> Result<bool, SelectError> {
        self.keep(byte)?;
        self.lacks = self.stack.pop().is_some_and(|level| level.lacks);
        Ok(self.value_ends())
    }

    /// Whether it was a record.
    fn value_ends(&mut self) -> bool {
        self.within = In::Nothing;
        self.expect = if self.stack.is_empty() { Expect::Value } else { Expect::CommaOrEnd };
        let is_held = self.holds == Some(self.stack.len());
        if is_held {
            self.holds = None;
        }
        is_held || std::mem::take(&mut self.lacks)
    }

    fn keep(&mut self, byte: u8) -> Result<(), SelectError> {
        match self.holds {
            Some(_) => hold(&mut self.record, byte),
            None => Ok(()),
        }
    }
}

fn hold(held: &mut Vec<u8>, byte: u8) -> Result<(), SelectError> {
    if held.len() >= MAX_RECORD_BYTES {
        return Err(SelectError::too_long());
    }
    held.push(byte);
    Ok(())
}

/// Whether the next byte of a text is escaped; `None` where the text ends.
fn text_goes_on(escaped: bool, byte: u8) -> Option<bool> {
    match byte {
        _ if escaped => Some(false),
        b'"' => None,
        _ => Some(byte == b'\\'),
    }
}
