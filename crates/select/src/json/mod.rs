//! JSON: values read from text with the digits that they have, and written.

mod document;

pub(crate) use document::Document;

use crate::SelectError;
use crate::number;
use crate::sql::Hop;
use crate::value::Value;

/// How deep values may lie in one another.
pub(crate) const MAX_DEPTH: usize = 100;

/// Reads one value, with nothing after it.
pub(crate) fn parse(text: &[u8]) -> Result<Value, SelectError> {
    let text = std::str::from_utf8(text).map_err(|_| SelectError::encoding())?;
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    match reader.next() {
        None => Ok(value),
        Some(_) => Err(SelectError::json("something follows a value")),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// The next byte that is no space, which stays.
    fn next(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.rest.bytes().next()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let there = self.next() == Some(byte);
        if there {
            self.rest = &self.rest[1..];
        }
        there
    }

    fn value(&mut self, depth: usize) -> Result<Value, SelectError> {
        if depth > MAX_DEPTH {
            return Err(SelectError::json("values lie too deep in one another"));
        }
        match self.next() {
            Some(b'{') => {
                self.takes(b'{');
                let mut members = Vec::new();
                while !self.takes(b'}') {
                    if !members.is_empty() && !self.takes(b',') || self.next() != Some(b'"') {
                        return Err(SelectError::json("an object has no comma, name or end where one must stand"));
                    }
                    let name = self.string()?;
                    if !self.takes(b':') {
                        return Err(SelectError::json("a name has no colon after it"));
                    }
                    members.push((name, self.value(depth + 1)?));
                }
                Ok(Value::Struct(members))
            }
            Some(b'[') => {
                self.takes(b'[');
                let mut items = Vec::new();
                while !self.takes(b']') {
                    if !items.is_empty() && !self.takes(b',') {
                        return Err(SelectError::json("a list has no comma or end where one must stand"));
                    }
                    items.push(self.value(depth + 1)?);
                }
                Ok(Value::List(items))
            }
            Some(b'"') => self.string().map(Value::Text),
            Some(_) => self.scalar(),
            None => Err(SelectError::json("it ends before a value")),
        }
    }

    fn scalar(&mut self) -> Result<Value, SelectError> {
        let end = self.rest.find([',', ']', '}', ':', ' ', '\t', '\r', '\n']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word {
            "null" => Ok(Value::Null),
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ if word.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => {
                number::parse(word).ok_or_else(|| SelectError::json("a number is none"))
            }
            _ => Err(SelectError::json("a value is none")),
        }
    }

    fn string(&mut self) -> Result<String, SelectError> {
        let invalid = || SelectError::json("a text is not closed, or has what none may have");
        self.rest = &self.rest[1..];
        let mut out = String::new();
        loop {
            let end = self.rest.find(['"', '\\']).ok_or_else(invalid)?;
            out.push_str(&self.rest[..end]);
            let quote = self.rest.as_bytes()[end] == b'"';
            self.rest = &self.rest[end + 1..];
            if quote {
                return Ok(out);
            }
            let letter = self.rest.bytes().next().filter(u8::is_ascii).ok_or_else(invalid)?;
            self.rest = &self.rest[1..];
            out.push(match letter {
                b'"' | b'\\' | b'/' => letter as char,
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => {
                    let high = self.unit().ok_or_else(invalid)?;
                    let low = match (0xD800..0xDC00).contains(&high) && self.rest.starts_with("\\u") {
                        true => {
                            self.rest = &self.rest[2..];
                            Some(self.unit().ok_or_else(invalid)?)
                        }
                        false => None,
                    };
                    let units = [high, low.unwrap_or_default()];
                    let units = &units[..1 + usize::from(low.is_some())];
                    let letter = char::decode_utf16(units.iter().copied()).next().and_then(Result::ok);
                    letter.ok_or_else(invalid)?
                }
                _ => return Err(invalid()),
            });
        }
    }

    fn unit(&mut self) -> Option<u16> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    }
}

/// Writes a value. What is missing is `null`.
pub(crate) fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Missing | Value::Null => out.extend_from_slice(b"null"),
        // JSON has no numbers for what is none or too large.
        Value::Float(float) if !float.is_finite() => out.extend_from_slice(b"null"),
        Value::Bool(_) | Value::Int(_) | Value::Decimal(_) | Value::Float(_) => {
            out.extend_from_slice(value.text().as_bytes());
        }
        Value::Text(text) => write_text(text, out),
        Value::Stamp(stamp) => write_text(&stamp.to_string(), out),
        Value::List(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::Struct(members) => {
            out.push(b'{');
            for (at, (name, member)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_text(name, out);
                out.push(b':');
                write(member, out);
            }
            out.push(b'}');
        }
    }
}

pub(crate) fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// The records of a value that is there whole; what is missing where the path leads nowhere.
pub(crate) fn follow(value: Value, hops: &[Hop], records: &mut Vec<Value>) {
    let Some((hop, rest)) = hops.split_first() else {
        records.push(value);
        return;
    };
    match (hop, value) {
        (Hop::Item, Value::List(items)) if !items.is_empty() => {
            items.into_iter().for_each(|item| follow(item, rest, records));
        }
        (Hop::Member, Value::Struct(members)) if !members.is_empty() => {
            members.into_iter().for_each(|(_, member)| follow(member, rest, records));
        }
        (Hop::To(crate::record::Step::Index(index)), Value::List(mut items)) if *index < items.len() => {
            follow(items.swap_remove(*index), rest, records);
        }
        (Hop::To(step), Value::Struct(members)) => match members.into_iter().find(|(name, _)| step.names(name)) {
            Some((_, member)) => follow(member, rest, records),
            None => records.push(Value::Missing),
        },
        _ => records.push(Value::Missing),
    }
}
