//! Signature V4 by headers, as a client makes it. It shares no code with the server's check of it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::payload::hex;

/// The only region that is used.
const REGION: &str = "us-east-1";

/// Keys, for one service, for one day.
#[derive(Clone, Debug)]
pub struct Signer {
    access_key: String,
    secret_key: String,
    service: &'static str,
}

/// What of a request is signed.
pub struct Parts<'a> {
    /// Method, upper case.
    pub method: &'a str,
    /// Path as sent: only characters that need no escape.
    pub path: &'a str,
    /// Query as sent: escaped, in order.
    pub query: &'a str,
    /// Headers with names in lower case, in order.
    pub headers: &'a [(String, String)],
    /// The last line of the canonical request.
    pub payload: &'a str,
    /// `YYYYMMDDTHHMMSSZ`.
    pub time: &'a str,
}

impl Signer {
    /// A signer for a service.
    pub fn new(access_key: &str, secret_key: &str, service: &'static str) -> Self {
        Self { access_key: access_key.to_owned(), secret_key: secret_key.to_owned(), service }
    }

    /// Now, as it is signed.
    pub fn now() -> String {
        jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// The value of the header `authorization`.
    pub fn authorization(&self, parts: &Parts<'_>) -> String {
        let mut canonical = format!("{}\n{}\n{}\n", parts.method, parts.path, parts.query);
        for (name, value) in parts.headers {
            canonical.extend([name, ":", value, "\n"]);
        }
        let names = parts.headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
        canonical.extend(["\n", &names, "\n", parts.payload]);
        let scope = format!("{}/{REGION}/{}/aws4_request", &parts.time[..8], self.service);
        let digest = hex(&Sha256::digest(&canonical));
        let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{digest}", parts.time);
        let signature = hex(&hmac(&self.key(&parts.time[..8]), &text));
        format!("AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={names},Signature={signature}", self.access_key)
    }

    fn key(&self, day: &str) -> [u8; 32] {
        let secret = format!("AWS4{}", self.secret_key);
        let key = hmac(secret.as_bytes(), day);
        [REGION, self.service, "aws4_request"].iter().fold(key, |key, text| hmac(&key, text))
    }
}

fn hmac(key: &[u8], text: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GET Object of "Signature Calculations for the Authorization Header" in the S3 API reference.
    #[test]
    fn signs_as_the_api_reference_does() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let time = "20130524T000000Z";
        let headers = [
            ("host", "examplebucket.s3.amazonaws.com"),
            ("range", "bytes=0-9"),
            ("x-amz-content-sha256", empty),
            ("x-amz-date", time),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let parts = Parts { method: "GET", path: "/test.txt", query: "", headers: &headers, payload: empty, time };
        let signer = Signer::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "s3");
        let wanted = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        assert!(signer.authorization(&parts).ends_with(wanted));
    }
}
