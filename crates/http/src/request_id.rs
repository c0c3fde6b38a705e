//! Request ids, in the form of each API.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Which headers carry the ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `x-amz-request-id` (16 upper-case letters and digits) and `x-amz-id-2` (Base64 of 56 bytes).
    S3,
    /// `x-amzn-RequestId`: 47 characters of base64url.
    Glacier,
    /// `x-amzn-RequestId`: a UUID, as IAM and STS have it.
    Query,
    /// The same, of KMS, whose errors are JSON.
    Json,
}

/// The id of one request, which joins the client's message, the log and the operator's message. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId {
    dialect: Dialect,
    /// The id, then S3's second id.
    both: Arc<str>,
    /// Where the second one begins.
    split: usize,
}

impl RequestId {
    /// A new random id.
    #[expect(clippy::disallowed_methods, reason = "nobody may foresee ids")]
    pub fn random(dialect: Dialect) -> Self {
        match dialect {
            Dialect::S3 => {
                const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
                let bytes: [u8; 16] = rand::random();
                let mut text = String::with_capacity(16 + 76);
                text.extend(bytes.iter().map(|byte| char::from(DIGITS[usize::from(byte & 31)])));
                let mut host = [0; 56];
                rand::fill(&mut host);
                STANDARD.encode_string(host, &mut text);
                Self { dialect, both: text.into(), split: 16 }
            }
            Dialect::Glacier => {
                let mut bytes = [0; 35];
                rand::fill(&mut bytes);
                Self::single(dialect, URL_SAFE_NO_PAD.encode(bytes))
            }
            Dialect::Query | Dialect::Json => {
                let bytes: [u8; 16] = rand::random();
                let hex = hex::encode(bytes);
                let text = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
                Self::single(dialect, text)
            }
        }
    }

    fn single(dialect: Dialect, text: String) -> Self {
        Self { dialect, split: text.len(), both: text.into() }
    }

    /// The id, as it stands in headers, error bodies and the log.
    pub fn as_str(&self) -> &str {
        &self.both[..self.split]
    }

    /// S3's second id (`HostId`, `x-amz-id-2`); empty in the other APIs.
    pub fn host_id(&self) -> &str {
        &self.both[self.split..]
    }

    /// Sets the id headers of a response.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        static S3_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
        static S3_HOST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");
        static OTHER_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
        let mut set = |name: &HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        match self.dialect {
            Dialect::S3 => {
                set(&S3_ID, self.as_str());
                set(&S3_HOST_ID, self.host_id());
            }
            Dialect::Glacier | Dialect::Query | Dialect::Json => set(&OTHER_ID, self.as_str()),
        }
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_amazons_lengths() {
        let id = |dialect| RequestId::random(dialect);
        assert_eq!((id(Dialect::S3).as_str().len(), id(Dialect::S3).host_id().len()), (16, 76));
        assert_eq!((id(Dialect::Glacier).as_str().len(), id(Dialect::Query).as_str().len()), (47, 36));
        assert_ne!(id(Dialect::Glacier), id(Dialect::Glacier));
    }
}
