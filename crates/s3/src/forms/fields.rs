//! The fields of a form: read before the file, bounded, and what they stand for.
//!
//! From the S3 API reference, "Creating an HTML Form". Names have no case. A field stands for the header that PutObject has in its
//! place, so that from there on a form is an upload like any other; what PutObject does not know is the page's own.

use bytes::BytesMut;
use coldkeep_auth::{FormSignature, SignedForm};
use coldkeep_http::{Body, Call};
use coldkeep_store::Source;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::head::Head;
use super::parts::{Parts, Step};
use super::{malformed, unreadable};
use crate::errors::S3Error;
use crate::tags::header_of_document;

/// Headers of an object that a browser may send of its own accord, with another meaning: of these only the fields count.
const OF_OBJECTS: [&str; 6] =
    ["cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires"];

/// Fields that are headers of PutObject; a trailing `*` stands for any rest.
const OF_UPLOADS: [&str; 12] = [
    "x-amz-acl",
    "x-amz-checksum-*",
    "x-amz-expected-bucket-owner",
    "x-amz-grant-*",
    "x-amz-meta-*",
    "x-amz-object-lock-*",
    "x-amz-request-payer",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-server-side-encryption*",
    "x-amz-storage-class",
    "x-amz-tagging",
    "x-amz-website-redirect-location",
];

/// Fields that say who signed.
const OF_SIGNATURES: [&str; 5] =
    ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-security-token", "x-amz-signature"];

/// Fields by their names in lower case, in order.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads all that stands before the file, and the file's head, at the cost of the call's connection.
    pub async fn read(call: &Call, body: &mut Body, parts: &mut Parts) -> Result<(Self, Head), S3Error> {
        let (mut fields, mut name, mut value) = (Self::default(), String::new(), BytesMut::new());
        let mut charged = 0;
        let mut charge = |parts: &Parts| {
            let held = parts.held_bytes();
            call.charge(held.saturating_sub(charged));
            charged = charged.max(held);
        };
        loop {
            match parts.next().map_err(unreadable)? {
                Step::Part(head) if head.name.eq_ignore_ascii_case("file") => {
                    parts.is_file();
                    charge(parts);
                    return Ok((fields, head));
                }
                Step::Part(head) => name = head.name,
                Step::Content(content) => value.extend_from_slice(&content),
                Step::PartEnd => {
                    let text = String::from_utf8(value.split().to_vec()).map_err(|_| malformed())?;
                    fields.add(&name, text)?;
                }
                Step::End => return Err(no_file()),
                Step::More => {
                    charge(parts);
                    parts.feed(body.next().await?.ok_or_else(malformed)?);
                }
            }
        }
    }

    /// Adds a field, which may come once.
    pub fn add(&mut self, name: &str, value: String) -> Result<(), S3Error> {
        let name = name.to_ascii_lowercase();
        if self.get(&name).is_some() {
            return Err(S3Error::invalid_argument("A field of the form comes twice.").about(&name, value));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Says which bucket the form was posted to, whatever a field of that name says.
    pub fn of_bucket(&mut self, bucket: &str) {
        self.0.retain(|(name, _)| name != "bucket");
        self.0.push(("bucket".to_owned(), bucket.to_owned()));
    }

    /// "The variable ${filename} ... is recognized by all form fields", and conditions are about what it was replaced by.
    pub fn expand(&mut self, filename: Option<&str>) {
        let Some(filename) = filename else { return };
        for (_, value) in &mut self.0 {
            if value.contains("${filename}") {
                *value = value.replace("${filename}", filename);
            }
        }
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&String> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value of a field that must be there.
    pub fn required(&self, name: &str) -> Result<&str, S3Error> {
        self.get(&name.to_ascii_lowercase()).map(String::as_str).ok_or_else(|| {
            let message = format!(
                "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the \
                 fields."
            );
            S3Error::invalid_argument(&message).about(name, "")
        })
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The policy and who says to have signed it; `None`: the form is anonymous.
    pub fn signed(&self) -> Result<Option<SignedForm<'_>>, S3Error> {
        let is_v4 = OF_SIGNATURES.iter().any(|name| self.get(name).is_some());
        let says = |name: &str| self.get(name).is_some();
        if !is_v4 && !["awsaccesskeyid", "signature"].into_iter().any(says) {
            // A policy that nobody has signed allows nothing.
            return if says("policy") { Err(S3Error::access_denied()) } else { Ok(None) };
        }
        let policy = self.required("policy")?;
        // A session's token goes with either.
        let signature = match ["x-amz-algorithm", "x-amz-credential", "x-amz-signature"].into_iter().any(says) {
            true => FormSignature::V4 {
                algorithm: self.required("X-Amz-Algorithm")?,
                credential: self.required("X-Amz-Credential")?,
                date: self.required("X-Amz-Date")?,
                signature: self.required("X-Amz-Signature")?,
            },
            false => FormSignature::V2 {
                access_key: self.required("AWSAccessKeyId")?,
                signature: self.required("Signature")?,
            },
        };
        let session_token = self.get("x-amz-security-token").map(String::as_str);
        Ok(Some(SignedForm { policy, signature, session_token }))
    }

    /// The headers of the upload: those of the request, but what fields say in place of all that is about the object.
    pub fn headers(&self, sent: &HeaderMap) -> Result<HeaderMap, S3Error> {
        let mut headers = sent.clone();
        OF_OBJECTS.iter().for_each(|name| _ = headers.remove(*name));
        for (field, value) in &self.0 {
            let name = match field.as_str() {
                "acl" => "x-amz-acl",
                // A document here, where the header has pairs.
                "tagging" => "x-amz-tagging",
                name if OF_OBJECTS.contains(&name) && value.is_empty() => continue,
                name if OF_OBJECTS.contains(&name) || name == "content-md5" => name,
                name if OF_SIGNATURES.contains(&name) || !name.starts_with("x-amz-") => continue,
                name if OF_UPLOADS.iter().any(|known| matches(known, name)) => name,
                name => return Err(S3Error::header_not_implemented(name)),
            };
            let unsendable = || S3Error::unsendable(name, value);
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unsendable())?;
            let text = if field == "tagging" { header_of_document(value)? } else { value.clone() };
            let text = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| unsendable())?;
            if headers.get(&header).is_some_and(|known| *known != text) {
                return Err(S3Error::invalid_argument("A field of the form comes twice.").about(name, value));
            }
            headers.insert(header, text);
        }
        Ok(headers)
    }
}

fn matches(known: &str, name: &str) -> bool {
    known.strip_suffix('*').map_or(name == known, |prefix| name.starts_with(prefix))
}

fn no_file() -> S3Error {
    S3Error::invalid_argument("POST requires exactly one file upload per request.").about("file", "0")
}
