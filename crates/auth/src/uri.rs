//! Percent-encoding as Amazon does it: everything but `A-Z a-z 0-9 - . _ ~` is encoded, in upper-case hexadecimal.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const UNRESERVED_AND_SLASH: &AsciiSet = &UNRESERVED.remove(b'/');

/// Encodes everything but unreserved characters, `/` included.
pub fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, UNRESERVED).to_string()
}

/// Encodes like [`encode`] but leaves `/` alone. What needs no escape is borrowed.
pub fn encode_path(bytes: &[u8]) -> Cow<'_, str> {
    percent_encode(bytes, UNRESERVED_AND_SLASH).into()
}

/// Whether a raw name of a query stands for this one.
pub(crate) fn is_query_name(raw: &str, name: &str) -> bool {
    if raw.contains(['%', '+']) { decode_query(raw) == name.as_bytes() } else { raw == name }
}

/// Decodes percent-escapes in a path. What is not an escape is kept as it is.
pub fn decode(text: &str) -> Vec<u8> {
    Cow::from(percent_decode(text.as_bytes())).into_owned()
}

/// Decodes a name or value of a query, where `+` is a space.
pub fn decode_query(text: &str) -> Vec<u8> {
    if text.contains('+') { decode(&text.replace('+', " ")) } else { decode(text) }
}

/// The raw name and value of each parameter of a raw query, in order; no value counts as an empty one.
pub fn query_pairs(raw_query: &str) -> impl Iterator<Item = (&str, &str)> {
    raw_query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}
