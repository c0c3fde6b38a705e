//! What `encode` gives back to a door, and how generated code fills it.

use std::collections::BTreeMap;

use bytes::Bytes;
use coldkeep_types::Timestamp;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use crate::header_text;
use crate::json::{JsonWriter, WriteJson};
use crate::text::Scalar;
use crate::xml::XmlWriter;

/// One response, ready for the door to add its own headers and, where the body is streamed, the body.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The operation's status. A door that streams sets 206 for ranges.
    pub status: StatusCode,
    /// The modelled headers, with `Content-Type` if there is a body. Text that HTTP cannot carry is encoded.
    pub headers: HeaderMap,
    /// The whole body; empty if there is none or it is streamed.
    pub body: Bytes,
}

impl Encoded {
    pub(crate) fn new(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A status that a member carries.
    pub(crate) fn status(&mut self, status: Option<i32>) {
        let valid = status.and_then(|code| StatusCode::from_u16(u16::try_from(code).ok()?).ok());
        self.status = valid.unwrap_or(self.status);
    }

    pub(crate) fn header<T: Scalar>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.required_header(name, value);
        }
    }

    pub(crate) fn required_header<T: Scalar>(&mut self, name: &'static str, value: &T) {
        self.headers.insert(HeaderName::from_static(name), header_text::value(&value.header_text()));
    }

    /// A date in ISO 8601, where the model departs from HTTP dates.
    pub(crate) fn iso_header(&mut self, name: &'static str, value: &Option<Timestamp>) {
        if let Some(value) = value {
            self.headers.insert(HeaderName::from_static(name), header_text::value(&value.text()));
        }
    }

    /// User metadata, in ASCII. Names came as names of headers, so all of them can be sent as such.
    pub(crate) fn prefixed_headers(&mut self, prefix: &'static str, map: &BTreeMap<String, String>) {
        for (suffix, value) in map {
            if let Ok(name) = HeaderName::from_bytes(format!("{prefix}{suffix}").as_bytes()) {
                self.headers.insert(name, header_text::ascii_value(value));
            }
        }
    }

    /// An S3 document whose root has this name and S3's namespace.
    pub(crate) fn xml_body(&mut self, root: &'static str, write: impl FnOnce(&mut XmlWriter)) {
        let mut xml = XmlWriter::open(root);
        write(&mut xml);
        self.body = xml.close(root).into();
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    }

    /// A document of S3 Control.
    pub(crate) fn control_body(&mut self, root: &'static str, write: impl FnOnce(&mut XmlWriter)) {
        let mut xml = XmlWriter::open_bare(root, "http://awss3control.amazonaws.com/doc/2018-08-20/");
        write(&mut xml);
        self.body = xml.close(root).into();
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    }

    /// An answer of IAM or STS: what the operation gives, and the request's id.
    pub(crate) fn query(
        namespace: &str,
        operation: &str,
        request_id: &str,
        result: Option<impl FnOnce(&mut XmlWriter)>,
    ) -> Self {
        let root = format!("{operation}Response");
        let mut xml = XmlWriter::open_bare(&root, namespace);
        if let Some(result) = result {
            xml.group(&format!("{operation}Result"), result);
        }
        xml.group("ResponseMetadata", |xml| xml.text_element("RequestId", request_id));
        let mut out = Self::new(200);
        out.body = xml.close(&root).into();
        out.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
        out
    }

    /// Exactly `application/json`, without a charset: boto 2 compares the whole value.
    pub(crate) fn json_body(&mut self, value: &impl WriteJson) {
        let mut json = JsonWriter::default();
        value.write_json(&mut json);
        self.body = json.close().into();
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }

    /// A body that is one string: a policy.
    #[allow(dead_code, reason = "until an operation with a policy is listed")]
    pub(crate) fn text_body(&mut self, content_type: &'static str, text: &Option<String>) {
        if let Some(text) = text {
            self.body = text.clone().into();
            self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_http_cannot_carry_is_encoded() {
        let mut out = Encoded::new(200);
        out.header("etag", &Some("a\r\nx-injected: 1".to_owned()));
        let map = [("ok", "ü"), ("nul", "\0")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        out.prefixed_headers("x-amz-meta-", &map.into());
        assert_eq!(out.headers["etag"], "=?UTF-8?Q?a=0D=0Ax-injected:_1?=");
        assert_eq!(out.headers["x-amz-meta-ok"], "=?UTF-8?B?w7w=?=");
        assert_eq!(out.headers["x-amz-meta-nul"], "=?UTF-8?B?AA==?=");
    }
}
