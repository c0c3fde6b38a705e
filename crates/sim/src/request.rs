//! A request as a client makes it, signed by code that the server does not share, and the answer.

use bytes::Bytes;
use coldkeep_auth::uri::encode;
use coldkeep_types::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method, request};
use sha2::{Digest, Sha256};

/// The one access key, and its secret.
pub const KEYS: (&str, &str) = ("AKIASIMULATION", "c2ltdWxhdGlvbi1vZi1jb2xka2VlcA");
/// The account that it belongs to.
pub const ACCOUNT: &str = "012345678901";
/// The one region.
pub const REGION: &str = "us-east-1";

/// Bodies beyond this are sent to the S3 door without a digest, which would cost more than what is to be tested.
const DIGESTED_BYTES: usize = 64 << 10;

/// Which door a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// The S3 API.
    S3,
    /// The vault API.
    Glacier,
    /// The KMS API.
    Kms,
    /// The SQS API.
    Sqs,
}

/// A request; signed when it is sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// For which door.
    pub service: Service,
    /// Its method.
    pub method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    /// Its body.
    pub body: Bytes,
    /// The client goes away when the server has waited so often.
    pub gone_after: Option<u32>,
    /// The client rests so many milliseconds before each piece of the answer.
    pub rest_ms: u64,
}

impl Request {
    /// A request to the S3 door. `key` may be empty.
    pub fn s3(method: Method, bucket: &str, key: &str) -> Self {
        let path = if key.is_empty() { format!("/{bucket}") } else { format!("/{bucket}/{}", escape_path(key)) };
        Self::new(Service::S3, method, path)
    }

    /// A request to the vault door; the path begins behind the account.
    pub fn glacier(method: Method, path: &str) -> Self {
        Self::new(Service::Glacier, method, format!("/-/vaults{path}")).header("x-amz-glacier-version", "2012-06-01")
    }

    /// An operation of the KMS door.
    pub fn kms(operation: &str, parameters: &serde_json::Value) -> Self {
        let request = Self::new(Service::Kms, Method::POST, "/".to_owned());
        let request = request.header("x-amz-target", &format!("TrentService.{operation}"));
        request.header("content-type", "application/x-amz-json-1.1").body(parameters.to_string())
    }

    /// An operation of the door of queues.
    pub fn sqs(operation: &str, parameters: &serde_json::Value) -> Self {
        let request = Self::new(Service::Sqs, Method::POST, "/".to_owned());
        let request = request.header("x-amz-target", &format!("AmazonSQS.{operation}"));
        request.header("content-type", "application/x-amz-json-1.0").body(parameters.to_string())
    }

    fn new(service: Service, method: Method, path: String) -> Self {
        let (query, headers) = (Vec::new(), Vec::new());
        Self { service, method, path, query, headers, body: Bytes::new(), gone_after: None, rest_ms: 0 }
    }

    /// Adds a parameter.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a header; the name is in lower case.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// What is asked, in one line.
    pub fn line(&self) -> String {
        let query: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let shown = ["range", "if-match", "if-none-match", "x-amz-copy-source", "content-range", "x-amz-target"];
        let headers: String = shown
            .iter()
            .filter_map(|name| self.headers.iter().find(|(header, _)| header == name))
            .map(|(name, value)| format!(" {name}: {value}"))
            .collect();
        let gone = self.gone_after.map_or(String::new(), |waits| format!(" gone after {waits}"));
        format!("{} {}?{}{headers} [{}]{gone}", self.method, self.path, query.join("&"), self.body.len())
    }

    /// The signed head.
    pub fn head(&self, now: Timestamp) -> request::Parts {
        let stamp = now.iso_seconds().replace(['-', ':'], "");
        let payload = match self.service == Service::S3 && self.body.len() > DIGESTED_BYTES {
            true => "UNSIGNED-PAYLOAD".to_owned(),
            false => hex::encode(Sha256::digest(&self.body)),
        };
        let mut headers = self.headers.clone();
        headers.push(("content-length".to_owned(), self.body.len().to_string()));
        headers.push(("host".to_owned(), "localhost".to_owned()));
        headers.push(("x-amz-content-sha256".to_owned(), payload.clone()));
        headers.push(("x-amz-date".to_owned(), stamp.clone()));
        headers.sort();
        let mut query: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name.as_bytes()), encode(value.as_bytes())))
            .collect();
        query.sort();
        let query = query.join("&");
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        // The vault API escapes what is escaped; nothing in its paths is.
        let canonical = format!("{}\n{}\n{query}\n{lines}\n{names}\n{payload}", self.method, self.path);
        let service = match self.service {
            Service::S3 => "s3",
            Service::Glacier => "glacier",
            Service::Kms => "kms",
            Service::Sqs => "sqs",
        };
        let scope = format!("{}/{REGION}/{service}/aws4_request", &stamp[..8]);
        let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex::encode(Sha256::digest(&canonical)));
        let secret = format!("AWS4{}", KEYS.1).into_bytes();
        let key = scope.split('/').fold(secret, |key, piece| mac(&key, piece));
        let signature = hex::encode(mac(&key, &to_sign));
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}", KEYS.0);
        let mut request = http::Request::builder().method(&self.method).uri(format!("{}?{query}", self.path));
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        let request = request.header("authorization", authorization).body(());
        request.expect("clients of the simulation make valid requests").into_parts().0
    }
}

fn escape_path(key: &str) -> String {
    let segments: Vec<String> = key.split('/').map(|segment| encode(segment.as_bytes())).collect();
    segments.join("/")
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// What a client can conclude from an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was done.
    Done,
    /// It was not done.
    Refused,
    /// Nobody knows, or not yet.
    Unknown,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status; 0 when the client went away before there was one.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// Why the body is not whole.
    pub broken: Option<String>,
}

impl Answer {
    /// What it says of the request.
    pub fn fate(&self) -> Fate {
        match self.status {
            200..300 if self.broken.is_none() => Fate::Done,
            300..500 => Fate::Refused,
            _ => Fate::Unknown,
        }
    }

    /// A header's text; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The texts of all elements of this name, in order.
    pub fn texts(&self, element: &str) -> Vec<String> {
        let body = String::from_utf8_lossy(&self.body);
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let pieces = body.split(&open).skip(1);
        pieces.map(|piece| unescape(piece.split(&close).next().unwrap_or_default())).collect()
    }

    /// The text of the first element of this name; empty when there is none.
    pub fn text(&self, element: &str) -> String {
        self.texts(element).into_iter().next().unwrap_or_default()
    }

    /// The parts of the body that are inside elements of this name, each as an answer of its own.
    pub fn elements(&self, element: &str) -> Vec<Self> {
        let body = String::from_utf8_lossy(&self.body).into_owned();
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let inside = |piece: &str| Bytes::copy_from_slice(piece.split(&close).next().unwrap_or_default().as_bytes());
        body.split(&open).skip(1).map(|piece| Self { body: inside(piece), ..Self::default() }).collect()
    }

    /// The body, if it is JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Status and code, for words.
    pub fn said(&self) -> String {
        let code = self.text("Code") + &self.text("Message");
        match (&self.broken, code.is_empty()) {
            (Some(why), _) => format!("{} and broke off: {why}", self.status),
            (None, true) => {
                format!("{} {}", self.status, String::from_utf8_lossy(&self.body[..self.body.len().min(200)]))
            }
            (None, false) => format!("{} {code}", self.status),
        }
    }
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#34;", "\"");
    text.replace("&apos;", "'").replace("&amp;", "&")
}
