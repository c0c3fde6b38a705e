//! Requests, signed and laid out as bytes before the clock starts.

use coldkeep_digest::ChecksumAlgorithm;
use sha2::{Digest, Sha256};

use super::payload::{digests, hex};
use super::signature::{Parts, Signer};

/// How the client proves the body to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Not at all: `UNSIGNED-PAYLOAD`.
    Unsigned,
    /// By its SHA-256 under the signature.
    Signed,
    /// By a checksum's header, `UNSIGNED-PAYLOAD`.
    Checksum(ChecksumAlgorithm),
    /// By a checksum in the trailer of an `aws-chunked` body of one chunk, as SDKs send it.
    Trailer(ChecksumAlgorithm),
}

/// A request, ready to be sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// Request line and headers, and what of the body comes before `body`.
    pub head: Vec<u8>,
    /// A slice of the payload.
    pub body: &'static [u8],
    /// What of the body comes after it.
    pub tail: Vec<u8>,
    /// Whether the response has no body in spite of its length.
    pub is_head: bool,
    /// Whether nobody signed it: then the server may end the connection with the answer.
    pub is_anonymous: bool,
}

/// A request that is being put together.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    signer: &'a Signer,
    method: &'static str,
    path: String,
    query: Vec<(&'static str, String)>,
    headers: Vec<(String, String)>,
    body: &'static [u8],
    text: Vec<u8>,
    proof: Proof,
    anonymous: bool,
}

impl<'a> Draft<'a> {
    /// A request without a body. The path needs no escape.
    pub fn new(signer: &'a Signer, host: &str, method: &'static str, path: impl Into<String>) -> Self {
        let headers = vec![("host".to_owned(), host.to_owned())];
        let (query, path) = (Vec::new(), path.into());
        let (text, proof, anonymous) = (Vec::new(), Proof::Unsigned, false);
        Self { signer, method, path, query, headers, body: &[], text, proof, anonymous }
    }

    /// Nobody signs it.
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Adds a query parameter; the value is escaped.
    pub fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, escaped(&value.to_string())));
        self
    }

    /// Adds a header, which is signed. The name is in lower case.
    pub fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sends a slice of the payload.
    pub fn body(mut self, body: &'static [u8], proof: Proof) -> Self {
        (self.body, self.proof) = (body, proof);
        self
    }

    /// Sends a document, under its SHA-256.
    pub fn document(mut self, text: impl Into<Vec<u8>>) -> Self {
        (self.text, self.proof) = (text.into(), Proof::Signed);
        self
    }

    /// Signs it and lays it out.
    pub fn build(mut self) -> Request {
        let (mut before, mut after) = (Vec::new(), std::mem::take(&mut self.text));
        let payload = self.prove(&after);
        if let Proof::Trailer(algorithm) = self.proof {
            before = format!("{:x}\r\n", self.body.len()).into_bytes();
            let line = format!("{}:{}", algorithm.header_name(), self.checksum(algorithm));
            after = format!("\r\n0\r\n{line}\r\n\r\n").into_bytes();
        }
        let time = Signer::now();
        if !self.anonymous {
            self.headers.push(("x-amz-date".into(), time.clone()));
            self.headers.push(("x-amz-content-sha256".into(), payload.clone()));
        }
        self.headers.sort();
        self.query.sort();
        let query = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        let (method, path, headers) = (self.method, &self.path, &self.headers);
        let parts = Parts { method, path, query: &query, headers, payload: &payload, time: &time };
        let authorization = self.signer.authorization(&parts);

        let mark = if query.is_empty() { "" } else { "?" };
        let mut head = format!("{method} {path}{mark}{query} HTTP/1.1\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        let length = before.len() + self.body.len() + after.len();
        if length > 0 || matches!(method, "PUT" | "POST") {
            head.push_str(&format!("content-length: {length}\r\n"));
        }
        if !self.anonymous {
            head.push_str(&format!("authorization: {authorization}\r\n"));
        }
        head.push_str("\r\n");
        let head = [head.into_bytes(), before].concat();
        Request { head, body: self.body, tail: after, is_head: method == "HEAD", is_anonymous: self.anonymous }
    }

    /// Adds the headers that prove the body; gives the payload line of the signature.
    fn prove(&mut self, text: &[u8]) -> String {
        match self.proof {
            Proof::Unsigned => "UNSIGNED-PAYLOAD".into(),
            Proof::Signed if self.body.is_empty() => hex(&Sha256::digest(text)),
            Proof::Signed => hex(&digests(self.body.len()).sha256.expect("is computed")),
            Proof::Checksum(algorithm) => {
                let value = self.checksum(algorithm);
                self.headers.push((algorithm.header_name().into(), value));
                "UNSIGNED-PAYLOAD".into()
            }
            Proof::Trailer(algorithm) => {
                let length = self.body.len().to_string();
                self.headers.push(("content-encoding".into(), "aws-chunked".into()));
                self.headers.push(("x-amz-decoded-content-length".into(), length));
                self.headers.push(("x-amz-trailer".into(), algorithm.header_name().into()));
                "STREAMING-UNSIGNED-PAYLOAD-TRAILER".into()
            }
        }
    }

    fn checksum(&self, algorithm: ChecksumAlgorithm) -> String {
        digests(self.body.len()).checksum(algorithm).expect("is computed").to_base64()
    }
}

/// Text as it stands in a query or a form.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
