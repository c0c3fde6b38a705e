//! A line of an access log. From the user guide, "Amazon S3 server access log format": all fields of that page, in its order; what is
//! not known here (cipher suite, whether an ACL was needed, the region that a request came from) is `-`.
//!
//! What clients send can neither end a line nor a field. Signatures and tokens of presigned URLs are not written down: who reads a
//! log is not to use them.

use std::fmt::Write;

use coldkeep_auth::{canonical_user_id, uri};
use coldkeep_http::{Call, Record, Response};
use coldkeep_store::Bucket;
use coldkeep_types::{AccountId, BucketName, Timestamp};
use http::header::{CONTENT_LENGTH, CONTENT_RANGE};

use crate::Address;

/// What is said of a request before it is answered.
pub(crate) struct Asked {
    bucket: BucketName,
    owner: String,
    operation: String,
    key: Option<String>,
    target: String,
    referer: Option<Vec<u8>>,
    version_id: Option<String>,
    signature: Option<(&'static str, &'static str)>,
    host: String,
    tls: Option<&'static str>,
    point: Option<String>,
    /// Of what it sends, if it sends an object.
    sent_bytes: Option<u64>,
}

/// Parameters that name what a request is about, and how Amazon calls that.
const PARTS: [(&str, &str); 32] = [
    ("accelerate", "ACCELERATE"),
    ("acl", "ACL"),
    ("analytics", "ANALYTICS"),
    ("attributes", "OBJECT_ATTRIBUTES"),
    ("cors", "CORS"),
    ("delete", "MULTI_OBJECT_DELETE"),
    ("encryption", "ENCRYPTION"),
    ("intelligent-tiering", "INTELLIGENT_TIERING"),
    ("inventory", "INVENTORY"),
    ("legal-hold", "OBJECT_LOCK_LEGALHOLD"),
    ("lifecycle", "LIFECYCLE"),
    ("location", "LOCATION"),
    ("logging", "LOGGING_STATUS"),
    ("metrics", "METRICS"),
    ("notification", "NOTIFICATION"),
    ("object-lock", "OBJECT_LOCK_CONFIGURATION"),
    ("ownershipControls", "OWNERSHIP_CONTROLS"),
    ("policy", "BUCKETPOLICY"),
    ("policyStatus", "POLICY_STATUS"),
    ("publicAccessBlock", "PUBLIC_ACCESS_BLOCK"),
    ("replication", "REPLICATION"),
    ("requestPayment", "REQUEST_PAYMENT"),
    ("restore", "RESTORE"),
    ("retention", "OBJECT_LOCK_RETENTION"),
    ("select", "SELECT"),
    ("tagging", "TAGGING"),
    ("partNumber", "PART"),
    ("uploadId", "UPLOAD"),
    ("uploads", "UPLOADS"),
    ("versioning", "VERSIONING"),
    ("versions", "BUCKETVERSIONS"),
    ("website", "WEBSITE"),
];

/// Parameters by which whoever has them may.
const SECRET: [&str; 3] = ["X-Amz-Signature", "X-Amz-Security-Token", "Signature"];

impl Asked {
    /// Notes a call about this bucket.
    pub fn of(call: &Call, address: &Address, bucket: &Bucket) -> Self {
        let header = |name: &str| call.header(name);
        let copies = header("x-amz-copy-source").is_some();
        let part = PARTS.iter().find(|(name, _)| call.has_parameter(name) && (*name != "partNumber" || is_part(call)));
        let what = match (part, &address.key) {
            (Some((_, part)), _) => part,
            (None, Some(_)) => "OBJECT",
            (None, None) => "BUCKET",
        };
        let method = if copies { "COPY" } else { call.method.as_str() };
        let sends = call.method == http::Method::PUT && !copies && ["OBJECT", "PART"].contains(&what);
        let length = header("x-amz-decoded-content-length").or(header("content-length"));
        Self {
            bucket: bucket.name.clone(),
            owner: canonical(&bucket.owner),
            operation: format!("{method}.{what}"),
            key: address.key.as_deref().map(|key| uri::encode_path(key.as_bytes()).into_owned()),
            target: target(call),
            referer: call.headers.get("referer").map(|value| value.as_bytes().to_vec()),
            version_id: call.parameter("versionId").filter(|id| !id.is_empty()).map(|id| word(id.as_bytes())),
            signature: signature(call),
            host: word(call.host.as_bytes()),
            tls: call.tls_version,
            point: address
                .point
                .as_ref()
                .and(address.bucket.as_deref())
                .filter(|name| name.starts_with("arn:"))
                .map(str::to_owned),
            sent_bytes: length.filter(|_| sends).and_then(|text| text.parse().ok()),
        }
    }

    /// Whose line it is.
    pub fn bucket(&self) -> &BucketName {
        &self.bucket
    }

    /// The size of the object that an answer is about, as far as it says so.
    pub fn object_bytes(&self, response: &Response) -> Option<u64> {
        if !response.status().is_success() || !["GET.OBJECT", "HEAD.OBJECT"].contains(&self.operation.as_str()) {
            return self.sent_bytes.filter(|_| response.status().is_success());
        }
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let whole = header(CONTENT_RANGE).and_then(|range| range.rsplit_once('/')).map(|(_, bytes)| bytes);
        whole.or(header(CONTENT_LENGTH)).and_then(|bytes| bytes.parse().ok())
    }

    /// The line, once it is known how the request ended.
    pub fn line(&self, record: &Record, object_bytes: Option<u64>) -> String {
        let or_dash = |text: Option<&str>| text.filter(|text| !text.is_empty()).unwrap_or("-").to_owned();
        let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let in_quotes = |text: Option<&[u8]>| format!("\"{}\"", text.map_or_else(|| "-".to_owned(), quoted));
        let requester = record.annotation.caller.as_deref().map(requester);
        let proven = self.signature.filter(|_| requester.is_some());
        // A website has objects only.
        let operation = match record.door {
            "website" => format!("WEBSITE.{}", self.operation.replace("BUCKET", "OBJECT")),
            _ => format!("REST.{}", self.operation),
        };
        let millis = |time: std::time::Duration| time.as_millis().to_string();
        let fields = [
            self.owner.clone(),
            self.bucket.to_string(),
            format!("[{}]", time(record.received)),
            record.remote.ip().to_canonical().to_string(),
            or_dash(requester.as_deref()),
            record.request_id.as_str().to_owned(),
            operation,
            or_dash(self.key.as_deref()),
            format!("\"{}\"", self.target),
            record.status.map_or_else(|| "-".to_owned(), |status| status.as_str().to_owned()),
            or_dash(record.annotation.error.as_deref()),
            number(Some(record.bytes_out).filter(|bytes| *bytes > 0)),
            number(object_bytes),
            millis(record.duration),
            record.to_response.map_or_else(|| "-".to_owned(), millis),
            in_quotes(self.referer.as_deref()),
            in_quotes(record.user_agent.as_ref().map(|value| value.as_bytes())),
            or_dash(self.version_id.as_deref()),
            or_dash(Some(record.request_id.host_id())),
            or_dash(proven.map(|(version, _)| version)),
            "-".to_owned(),
            or_dash(proven.map(|(_, how)| how)),
            or_dash(Some(&self.host)),
            self.tls.map_or_else(|| "-".to_owned(), |version| format!("TLSv{version}")),
            or_dash(self.point.as_deref()),
            "-".to_owned(),
            "-".to_owned(),
        ];
        fields.join(" ") + "\n"
    }
}

/// Whether a part number names a part that is sent, and not one that is read.
fn is_part(call: &Call) -> bool {
    call.has_parameter("uploadId")
}

fn canonical(account: &str) -> String {
    AccountId::parse(account).map(|account| canonical_user_id(&account)).unwrap_or_default()
}

/// A root is told by its account's canonical id, everybody else by name.
fn requester(arn: &str) -> String {
    match arn.strip_suffix(":root").and_then(|arn| arn.rsplit(':').next()) {
        Some(account) => canonical(account),
        None => word(arn.as_bytes()),
    }
}

/// How a call is signed, if it is.
fn signature(call: &Call) -> Option<(&'static str, &'static str)> {
    match call.header("authorization") {
        Some(text) if text.starts_with("AWS4-") => Some(("SigV4", "AuthHeader")),
        Some(_) => Some(("SigV2", "AuthHeader")),
        None if call.has_parameter("X-Amz-Signature") => Some(("SigV4", "QueryString")),
        None if call.has_parameter("Signature") => Some(("SigV2", "QueryString")),
        None => None,
    }
}

/// `GET /bucket/key?query HTTP/1.1`.
fn target(call: &Call) -> String {
    let mut text = format!("{} {}", call.method, quoted(call.raw_path.as_bytes()));
    for (at, pair) in call.raw_query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        text.push(if at == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((name, _)) if SECRET.contains(&name) => _ = write!(text, "{name}=-"),
            _ => text.push_str(&quoted(pair.as_bytes())),
        }
    }
    _ = write!(text, " {:?}", call.version);
    text
}

/// `06/Feb/2019:00:00:38 +0000`.
fn time(at: Timestamp) -> String {
    let date = at.http_date();
    let mut words = date.split(' ').skip(1);
    let mut next = || words.next().unwrap_or_default();
    let (day, month, year, clock) = (next(), next(), next(), next());
    format!("{day}/{month}/{year}:{clock} +0000")
}

/// Text that ends no field.
fn word(text: &[u8]) -> String {
    quoted(text).replace(' ', "%20")
}

/// Text that ends neither quotes nor a line.
fn quoted(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text {
        match byte {
            b'"' | b'\\' => _ = write!(out, "%{byte:02X}"),
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
    out
}
