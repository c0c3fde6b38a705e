//! Decoding of requests, for every typed operation: bodies in XML and JSON, and queries with headers.

use coldkeep_wire::{Request, golden};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::byte;

const LABELS: &[(&str, &str)] = &[
    ("Bucket", "bucket"),
    ("Key", "key"),
    ("accountId", "-"),
    ("vaultName", "vault"),
    ("uploadId", "upload"),
    ("archiveId", "archive"),
    ("jobId", "job"),
];

pub(crate) fn xml(data: &[u8]) {
    body("s3", data);
}

pub(crate) fn json(data: &[u8]) {
    body("glacier", data);
}

/// Query and headers are lines of `name=value`; those before an empty line are the query.
pub(crate) fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (query, headers) = text.split_once("\n\n").unwrap_or((text, ""));
    let query: Vec<_> = pairs(query).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut map = HeaderMap::new();
    for (name, value) in pairs(headers) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value.as_bytes())) {
            map.append(name, value);
        }
    }
    for (service, operation) in golden::typed() {
        // What it says does not matter: it must not panic.
        let _ =
            golden::decode(service, operation, &Request { labels: LABELS, query: &query, headers: &map, body: b"" });
    }
}

fn pairs(lines: &str) -> impl Iterator<Item = (&str, &str)> {
    lines.lines().filter_map(|line| line.split_once('='))
}

fn body(service: &str, mut data: &[u8]) {
    let operations: Vec<_> = golden::typed().iter().filter(|(of, _)| *of == service).collect();
    let (_, operation) = operations[usize::from(byte(&mut data)) % operations.len()];
    let request = Request { labels: LABELS, query: &[], headers: &HeaderMap::new(), body: data };
    let _ = golden::decode(service, operation, &request);
}
