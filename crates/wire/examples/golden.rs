//! Decodes and encodes on behalf of `conformance/test_wire_golden.py`.
//!
//! Each line of standard input is a JSON object with `direction`, `service` and `operation`, and
//! - for `decode`: `labels` (object), `query` and `headers` (lists of pairs), `body` (text); the answer is `{"value": ...}`;
//! - for `encode`: `value`; the answer is `{"status": ..., "headers": [[name, value] ...], "body": text}`;
//! - for `route`: `method`, `labels`, `segments` (Glacier), `query`, `headers`; the answer is `{"value": name or null}`.
//! - for `typed`: nothing; the answer is `{"value": [[service, operation] ...]}`.
//!
//! What fails answers `{"error": message}`. Text stands for bytes one to one in UTF-8, in the headers of answers in ISO-8859-1.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::io::{BufRead, Write};

use coldkeep_wire::{Request, golden, route_glacier, route_s3};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

fn main() {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = line.map_err(|error| error.to_string()).and_then(|line| answer(&line));
        let answer = answer.unwrap_or_else(|error| json!({ "error": error }));
        if writeln!(output, "{answer}").and_then(|()| output.flush()).is_err() {
            return;
        }
    }
}

fn answer(line: &str) -> Result<Value, String> {
    let call: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let text = |key: &str| call[key].as_str().unwrap_or_default();
    if text("direction") == "typed" {
        return Ok(json!({ "value": golden::typed() }));
    }
    if text("direction") == "encode" {
        let encoded = golden::encode(text("service"), text("operation"), call["value"].clone())?;
        // As clients read headers: ISO-8859-1.
        let latin = |value: &HeaderValue| value.as_bytes().iter().copied().map(char::from).collect();
        let pairs = encoded.headers.iter().map(|(name, value)| [name.as_str().to_owned(), latin(value)]);
        let body = String::from_utf8_lossy(&encoded.body);
        return Ok(json!({ "status": encoded.status.as_u16(), "headers": pairs.collect::<Vec<_>>(), "body": body }));
    }
    let labels = call["labels"].as_object().cloned().unwrap_or_default();
    let labels: Vec<(&str, &str)> =
        labels.iter().map(|(key, value)| (key.as_str(), value.as_str().unwrap_or(""))).collect();
    let query = pairs(&call["query"]);
    let mut headers = HeaderMap::new();
    for (name, value) in pairs(&call["headers"]) {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).map_err(|error| error.to_string())?);
    }
    if text("direction") == "route" {
        let method = Method::from_bytes(text("method").as_bytes()).map_err(|error| error.to_string())?;
        let has = |name| labels.iter().any(|(label, _)| *label == name);
        let segments: Vec<&str> = call["segments"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let found = match text("service") {
            "s3" => route_s3(&method, has("Bucket"), has("Key"), &query, &headers),
            _ => route_glacier(&method, &segments, &query).map(|(operation, _)| operation),
        };
        return Ok(json!({ "value": found.map(|operation| operation.name) }));
    }
    let request = Request { labels: &labels, query: &query, headers: &headers, body: text("body").as_bytes() };
    golden::decode(text("service"), text("operation"), &request).map(|value| json!({ "value": value }))
}

fn pairs(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list.as_array().into_iter().flatten().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}
