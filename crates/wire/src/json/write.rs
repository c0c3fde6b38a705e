//! A writer that appends compact JSON to one string, absent members as `null`.

use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use coldkeep_types::Timestamp;

/// A value of a body.
pub(crate) trait WriteJson {
    /// Appends the value.
    fn write_json(&self, json: &mut JsonWriter);
}

/// Appends to one document.
#[derive(Default)]
pub(crate) struct JsonWriter {
    out: String,
}

impl JsonWriter {
    /// The document.
    pub(crate) fn close(self) -> String {
        self.out
    }

    /// An object, whose members `write` appends.
    pub(crate) fn object(&mut self, write: impl FnOnce(&mut Self)) {
        self.out.push('{');
        write(self);
        self.out.push('}');
    }

    pub(crate) fn member<T: WriteJson>(&mut self, name: &str, value: &T) {
        if !self.out.ends_with('{') {
            self.out.push(',');
        }
        name.write_json(self);
        self.out.push(':');
        value.write_json(self);
    }

    /// A list or map that is left out when it is empty.
    pub(crate) fn filled_member<T: WriteJson + Default + PartialEq>(&mut self, name: &str, value: &T) {
        if *value != T::default() {
            self.member(name, value);
        }
    }

    /// A member that is left out rather than `null`.
    pub(crate) fn present_member<T: WriteJson>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.member(name, value);
        }
    }
}

impl WriteJson for str {
    fn write_json(&self, json: &mut JsonWriter) {
        json.out.push('"');
        for c in self.chars() {
            match c {
                '"' => json.out.push_str("\\\""),
                '\\' => json.out.push_str("\\\\"),
                '\n' => json.out.push_str("\\n"),
                '\r' => json.out.push_str("\\r"),
                '\t' => json.out.push_str("\\t"),
                c if c < ' ' => json.out.push_str(&format!("\\u{:04x}", c as u32)),
                c => json.out.push(c),
            }
        }
        json.out.push('"');
    }
}

impl WriteJson for String {
    fn write_json(&self, json: &mut JsonWriter) {
        self.as_str().write_json(json);
    }
}

macro_rules! plain {
    ($($type:ty)*) => {
        $(impl WriteJson for $type {
            fn write_json(&self, json: &mut JsonWriter) {
                // Writing to a string cannot fail.
                let _ = write!(json.out, "{self}");
            }
        })*
    };
}
plain!(i32 i64 bool);

/// In base64.
impl WriteJson for Bytes {
    fn write_json(&self, json: &mut JsonWriter) {
        json.out.push('"');
        STANDARD.encode_string(self, &mut json.out);
        json.out.push('"');
    }
}

/// Seconds since 1970, with three digits of a fraction.
impl WriteJson for Timestamp {
    fn write_json(&self, json: &mut JsonWriter) {
        // Writing to a string cannot fail.
        let _ = write!(json.out, "{}.{:03}", self.0.div_euclid(1000), self.0.rem_euclid(1000));
    }
}

impl<T: WriteJson> WriteJson for Option<T> {
    fn write_json(&self, json: &mut JsonWriter) {
        match self {
            Some(value) => value.write_json(json),
            None => json.out.push_str("null"),
        }
    }
}

impl<T: WriteJson> WriteJson for Vec<T> {
    fn write_json(&self, json: &mut JsonWriter) {
        json.out.push('[');
        for (index, item) in self.iter().enumerate() {
            if index > 0 {
                json.out.push(',');
            }
            item.write_json(json);
        }
        json.out.push(']');
    }
}

impl<T: WriteJson> WriteJson for BTreeMap<String, T> {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| self.iter().for_each(|(name, value)| json.member(name, value)));
    }
}
