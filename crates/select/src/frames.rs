//! The event stream of SelectObjectContent: "Response" of its page in the API reference.
//!
//! A message is its length, the length of its headers, a CRC-32 of those, the headers, a payload, and a CRC-32 of it all. All headers here
//! are texts.

use crc_fast::{CrcAlgorithm, checksum};

use crate::SelectError;

/// What was read and answered, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Of the object.
    pub scanned: u64,
    /// After decompression.
    pub processed: u64,
    /// In records.
    pub returned: u64,
}

pub(crate) fn records(payload: &[u8], out: &mut Vec<u8>) {
    event("Records", Some("application/octet-stream"), payload, out);
}

pub(crate) fn progress(counts: &Counts, out: &mut Vec<u8>) {
    event("Progress", Some("text/xml"), &details("Progress", counts), out);
}

pub(crate) fn stats(counts: &Counts, out: &mut Vec<u8>) {
    event("Stats", Some("text/xml"), &details("Stats", counts), out);
}

/// Nothing to tell yet, and still at work.
pub(crate) fn continuation(out: &mut Vec<u8>) {
    event("Cont", None, &[], out);
}

pub(crate) fn end(out: &mut Vec<u8>) {
    event("End", None, &[], out);
}

pub(crate) fn error(error: &SelectError, out: &mut Vec<u8>) {
    let headers = [(":message-type", "error"), (":error-code", error.code), (":error-message", &error.message)];
    message(&headers, &[], out);
}

fn details(root: &str, counts: &Counts) -> Vec<u8> {
    let Counts { scanned, processed, returned } = counts;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{root}><BytesScanned>{scanned}</BytesScanned>\
         <BytesProcessed>{processed}</BytesProcessed><BytesReturned>{returned}</BytesReturned></{root}>"
    )
    .into_bytes()
}

fn event(kind: &str, content: Option<&str>, payload: &[u8], out: &mut Vec<u8>) {
    let headers = [(":message-type", "event"), (":event-type", kind), (":content-type", content.unwrap_or_default())];
    message(&headers[..if content.is_some() { 3 } else { 2 }], payload, out);
}

fn message(headers: &[(&str, &str)], payload: &[u8], out: &mut Vec<u8>) {
    /// The type of a header that is a text.
    const TEXT: u8 = 7;
    let mut encoded = Vec::new();
    for (name, value) in headers {
        // Names are ours; a value is at most what its length can say.
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        encoded.push(name.len() as u8);
        encoded.extend_from_slice(name.as_bytes());
        encoded.push(TEXT);
        encoded.extend_from_slice(&length.to_be_bytes());
        encoded.extend_from_slice(&value.as_bytes()[..usize::from(length)]);
    }
    let start = out.len();
    let total = (16 + encoded.len() + payload.len()) as u32;
    out.extend_from_slice(&total.to_be_bytes());
    out.extend_from_slice(&(encoded.len() as u32).to_be_bytes());
    out.extend_from_slice(&crc(&out[start..]).to_be_bytes());
    out.extend_from_slice(&encoded);
    out.extend_from_slice(payload);
    out.extend_from_slice(&crc(&out[start..]).to_be_bytes());
}

fn crc(bytes: &[u8]) -> u32 {
    checksum(CrcAlgorithm::Crc32IsoHdlc, bytes) as u32
}
