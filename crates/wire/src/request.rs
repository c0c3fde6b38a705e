//! What a door hands to `decode`, and how generated code asks it for members.

use std::collections::BTreeMap;

use http::HeaderMap;

use crate::error::{DecodeError, Place};
use crate::header_text;
use crate::text::Scalar;
use crate::xml::XmlReader;

/// One request, split by the door. Nothing in it is trusted.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The path's parts by their names in the model (`Bucket`, `Key`, `accountId`, `vaultName`), percent-decoded.
    pub labels: &'a [(&'a str, &'a str)],
    /// The query's pairs in order, percent-decoded.
    pub query: &'a [(String, String)],
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The whole body, bounded by the door; empty for operations whose body is streamed.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    pub(crate) fn label<T: Scalar>(&self, name: &'static str) -> Result<T, DecodeError> {
        let found = self.labels.iter().find(|(label, _)| *label == name);
        let (_, text) = found.ok_or(DecodeError::Missing { place: Place::Path, name })?;
        scalar(Place::Path, name, text)
    }

    pub(crate) fn query<T: Scalar>(&self, name: &'static str) -> Result<Option<T>, DecodeError> {
        match self.query.iter().find(|(key, _)| key == name) {
            None => Ok(None),
            Some((_, text)) if text.is_empty() && !T::VERBATIM => Ok(None),
            Some((_, text)) => scalar(Place::Query, name, text).map(Some),
        }
    }

    pub(crate) fn required_query<T: Scalar>(&self, name: &'static str) -> Result<T, DecodeError> {
        self.query(name)?.ok_or_else(|| match self.query.iter().any(|(key, _)| key == name) {
            // There, but empty.
            true => invalid(Place::Query, name, T::KIND, ""),
            false => DecodeError::Missing { place: Place::Query, name },
        })
    }

    /// All values of a parameter.
    pub(crate) fn query_list<T: Scalar>(&self, name: &'static str) -> Result<Vec<T>, DecodeError> {
        let values = self.query.iter().filter(|(key, _)| key == name);
        values.map(|(_, text)| scalar(Place::Query, name, text)).collect()
    }

    pub(crate) fn header<T: Scalar>(&self, name: &'static str) -> Result<Option<T>, DecodeError> {
        // Operations ask for dozens of names and requests have few: looking through them beats hashing each name.
        let mut values = self.headers.iter().filter(|(header, _)| header.as_str() == name).map(|(_, value)| value);
        let Some(value) = values.next() else { return Ok(None) };
        let mut text = header_text::text(value.as_bytes());
        // RFC 9110, section 5.3: a header sent several times is one list.
        for more in values {
            let text = text.to_mut();
            text.push(',');
            text.push_str(&header_text::text(more.as_bytes()));
        }
        scalar(Place::Header, name, &text).map(Some)
    }

    /// A header that is to be ignored when it does not parse (RFC 9110, section 13.1.3).
    pub(crate) fn lenient_header<T: Scalar>(&self, name: &'static str) -> Option<T> {
        self.header(name).ok().flatten()
    }

    pub(crate) fn required_header<T: Scalar>(&self, name: &'static str) -> Result<T, DecodeError> {
        self.header(name)?.ok_or(DecodeError::Missing { place: Place::Header, name })
    }

    /// A comma-separated list, over all headers of the name.
    pub(crate) fn header_list<T: Scalar>(&self, name: &'static str) -> Result<Vec<T>, DecodeError> {
        let mut list = Vec::new();
        for value in self.headers.get_all(name) {
            let text = header_text::text(value.as_bytes());
            for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
                list.push(scalar(Place::Header, name, item)?);
            }
        }
        Ok(list)
    }

    pub(crate) fn required_header_list<T: Scalar>(&self, name: &'static str) -> Result<Vec<T>, DecodeError> {
        if self.headers.contains_key(name) {
            self.header_list(name)
        } else {
            Err(DecodeError::Missing { place: Place::Header, name })
        }
    }

    /// All headers that begin with `prefix`, by the rest of their names; repeated ones are joined by commas, RFC 2047
    /// words decoded.
    pub(crate) fn prefixed_headers(&self, prefix: &'static str) -> BTreeMap<String, String> {
        let mut map = BTreeMap::<String, String>::new();
        for (name, value) in self.headers {
            let Some(suffix) = name.as_str().strip_prefix(prefix) else { continue };
            let text = header_text::text(value.as_bytes());
            let text = header_text::decode_words(&text);
            map.entry(suffix.to_owned())
                .and_modify(|joined| {
                    joined.push(',');
                    joined.push_str(&text);
                })
                .or_insert_with(|| text.into_owned());
        }
        map
    }

    /// The body as text; `None` if it is empty.
    #[allow(dead_code, reason = "until an operation with a policy is listed")]
    pub(crate) fn text_body(&self, name: &'static str) -> Result<Option<String>, DecodeError> {
        match std::str::from_utf8(self.body) {
            Ok("") => Ok(None),
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => Err(invalid(Place::Body, name, "UTF-8", &String::from_utf8_lossy(self.body))),
        }
    }

    /// A reader inside the body's root element; `None` if the body is empty.
    pub(crate) fn xml_body(&self) -> Result<Option<XmlReader<'a>>, DecodeError> {
        XmlReader::open(self.body)
    }

    /// A reader at the start of the body's value; `None` if the body is empty.
    pub(crate) fn json_body(&self) -> Result<Option<crate::json::JsonReader<'a>>, DecodeError> {
        crate::json::JsonReader::open(self.body)
    }
}

/// A required member of a body.
pub(crate) fn required<T>(value: Option<T>, name: &'static str) -> Result<T, DecodeError> {
    value.ok_or(DecodeError::Missing { place: Place::Body, name })
}

fn scalar<T: Scalar>(place: Place, name: &'static str, text: &str) -> Result<T, DecodeError> {
    let meant = if T::VERBATIM { text } else { text.trim() };
    T::parse(meant).ok_or_else(|| invalid(place, name, T::KIND, text))
}

fn invalid(place: Place, name: &'static str, expected: &'static str, value: &str) -> DecodeError {
    /// Enough of a bad value to recognise it in a message.
    const SHOWN_CHARS: usize = 200;
    DecodeError::Invalid { place, name, expected, value: value.chars().take(SHOWN_CHARS).collect() }
}
