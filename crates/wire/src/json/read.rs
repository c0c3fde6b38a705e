//! A pull reader for request bodies: unknown members are skipped, `null` is absent, and nothing nests deeper than
//! [`MAX_DEPTH`] or lists more than [`MAX_ITEMS`]. Strings and numbers are checked by `serde_json`.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use coldkeep_types::Timestamp;

use crate::error::DecodeError;

const MAX_DEPTH: usize = 32;
/// Far more than any modelled list holds.
const MAX_ITEMS: usize = 20_000;

/// A value of a body.
pub(crate) trait ReadJson: Sized {
    /// Reads the value that the reader stands before.
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError>;
}

/// Stands before one value or member at a time.
pub(crate) struct JsonReader<'a> {
    rest: &'a str,
    depth: usize,
    /// Whether the current object or list has had no item yet.
    first: bool,
}

impl<'a> JsonReader<'a> {
    /// A reader before the body's value; `None` if the body is empty.
    pub(crate) fn open(body: &'a [u8]) -> Result<Option<Self>, DecodeError> {
        let text = std::str::from_utf8(body).map_err(|_| DecodeError::json("not UTF-8"))?;
        let json = Self { rest: text.trim_start_matches(SPACE), depth: 0, first: true };
        Ok(if json.rest.is_empty() { None } else { Some(json) })
    }

    /// Checks that nothing follows the value.
    pub(crate) fn finish(&mut self) -> Result<(), DecodeError> {
        if self.peek().is_none() { Ok(()) } else { Err(DecodeError::json("text after the value")) }
    }

    pub(crate) fn read<T: ReadJson>(&mut self) -> Result<T, DecodeError> {
        T::read_json(self)
    }

    /// Enters an object, whose members [`JsonReader::member`] then gives.
    pub(crate) fn open_object(&mut self) -> Result<(), DecodeError> {
        self.enter('{', "an object")
    }

    /// The name of the object's next member, whose value is to be read next; `None` when the object has ended.
    pub(crate) fn member(&mut self) -> Result<Option<String>, DecodeError> {
        if !self.item('}')? {
            return Ok(None);
        }
        let name = self.string()?;
        self.expect(':')?;
        Ok(Some(name))
    }

    /// Reads past the value, whatever it is.
    pub(crate) fn skip(&mut self) -> Result<(), DecodeError> {
        match self.peek() {
            Some('{') => {
                self.open_object()?;
                while self.member()?.is_some() {
                    self.skip()?;
                }
                Ok(())
            }
            Some('[') => {
                self.enter('[', "a list")?;
                while self.item(']')? {
                    self.skip()?;
                }
                Ok(())
            }
            Some('"') => self.string().map(drop),
            _ if self.word("true") || self.word("false") || self.word("null") => Ok(()),
            _ => self.number().map(drop),
        }
    }

    fn enter(&mut self, open: char, kind: &str) -> Result<(), DecodeError> {
        if self.peek() != Some(open) {
            return Err(DecodeError::json(format_args!("a value is not {kind}")));
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(DecodeError::json(format_args!("values more than {MAX_DEPTH} deep")));
        }
        self.rest = &self.rest[1..];
        self.first = true;
        Ok(())
    }

    /// Whether another item follows in the current object or list; `false` leaves it.
    fn item(&mut self, close: char) -> Result<bool, DecodeError> {
        let first = std::mem::replace(&mut self.first, false);
        if self.peek() == Some(close) {
            self.rest = &self.rest[1..];
            self.depth = self.depth.saturating_sub(1);
            return Ok(false);
        }
        if !first {
            self.expect(',')?;
        }
        Ok(true)
    }

    fn string(&mut self) -> Result<String, DecodeError> {
        if self.peek() != Some('"') {
            return Err(DecodeError::json("a value is not a string"));
        }
        let bytes = self.rest.as_bytes();
        let mut end = 1;
        while *bytes.get(end).ok_or_else(|| DecodeError::json("a string does not end"))? != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let literal = self.take(end + 1)?;
        serde_json::from_str(literal).map_err(DecodeError::json)
    }

    /// A number's text, as it was sent.
    fn number(&mut self) -> Result<&'a str, DecodeError> {
        self.peek();
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let literal = self.take(end)?;
        serde_json::from_str::<serde_json::Number>(literal).map_err(|_| DecodeError::json("not a JSON value"))?;
        Ok(literal)
    }

    /// The next character that is not space.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches(SPACE);
        self.rest.chars().next()
    }

    fn expect(&mut self, mark: char) -> Result<(), DecodeError> {
        if self.peek() == Some(mark) {
            self.rest = &self.rest[1..];
            Ok(())
        } else {
            Err(DecodeError::json(format_args!("expected {mark}")))
        }
    }

    fn word(&mut self, word: &str) -> bool {
        self.peek();
        let after = self.rest.strip_prefix(word);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn take(&mut self, bytes: usize) -> Result<&'a str, DecodeError> {
        let (taken, rest) =
            self.rest.split_at_checked(bytes).ok_or_else(|| DecodeError::json("the text ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }
}

const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Numbers are taken as text where text is modelled: boto 2 sends `Limit` as a number.
impl ReadJson for String {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        match json.peek() {
            Some('-' | '0'..='9') => json.number().map(str::to_owned),
            _ => json.string(),
        }
    }
}

impl ReadJson for bool {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        match () {
            () if json.word("true") => Ok(true),
            () if json.word("false") => Ok(false),
            () => Err(DecodeError::json("a value is not true or false")),
        }
    }
}

macro_rules! integer {
    ($($type:ty)*) => {
        $(impl ReadJson for $type {
            fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
                json.number()?.parse().map_err(|_| DecodeError::json("a value is not an integer"))
            }
        })*
    };
}
integer!(i32 i64);

/// Bytes, in base64.
impl ReadJson for Bytes {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let text = json.string()?;
        let bytes = STANDARD.decode(text).map_err(|_| DecodeError::json("a value is not base64"))?;
        Ok(bytes.into())
    }
}

/// Seconds since 1970, maybe with a fraction.
impl ReadJson for Timestamp {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let seconds: f64 = json.number()?.parse().map_err(|_| DecodeError::json("a value is not a time"))?;
        Ok(Self((seconds * 1000.0).round() as i64))
    }
}

impl<T: ReadJson> ReadJson for Option<T> {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        if json.word("null") { Ok(None) } else { json.read().map(Some) }
    }
}

impl<T: ReadJson> ReadJson for Vec<T> {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut list = Vec::new();
        if json.word("null") {
            return Ok(list);
        }
        json.enter('[', "a list")?;
        while json.item(']')? {
            if list.len() == MAX_ITEMS {
                return Err(DecodeError::json(format_args!("a list of more than {MAX_ITEMS} values")));
            }
            list.push(json.read()?);
        }
        Ok(list)
    }
}

impl<T: ReadJson> ReadJson for BTreeMap<String, T> {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut map = BTreeMap::new();
        if json.word("null") {
            return Ok(map);
        }
        json.open_object()?;
        while let Some(name) = json.member()? {
            if map.len() == MAX_ITEMS {
                return Err(DecodeError::json(format_args!("an object of more than {MAX_ITEMS} members")));
            }
            map.insert(name, json.read()?);
        }
        Ok(map)
    }
}
