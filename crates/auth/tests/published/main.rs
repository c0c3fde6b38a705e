//! Amazon's published examples: each is accepted as printed, and refused after any change to what is signed.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod forms;
mod glacier;
mod refusals;
mod s3;
mod version_2;

use std::time::Duration;

use coldkeep_auth::{AccessKey, Authentication, Caller, Keys, Refusal, SignatureV2, SignedRequest, Verified, Verifier};
use coldkeep_types::{AccountId, Timestamp};

pub(crate) const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// 2013-05-24T00:00:00Z.
pub(crate) const MAY_24: Timestamp = Timestamp(1_369_353_600_000);

/// The documentation's one key.
pub(crate) struct Documented {
    pub(crate) session_token: Option<String>,
}

impl Keys for Documented {
    fn lookup(&self, access_key: &str) -> Option<AccessKey> {
        (access_key == ACCESS_KEY).then(|| AccessKey {
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            session_token: self.session_token.clone(),
            caller: Caller::root(AccountId::parse("123456789012").expect("12 digits"), access_key),
        })
    }
}

/// A request whose parts can be changed.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body_sha256: Option<[u8; 32]>,
    pub(crate) now: Timestamp,
    pub(crate) hosted_bucket: Option<String>,
    pub(crate) version_2: SignatureV2,
}

impl Example {
    pub(crate) fn new(method: &str, path: &str, query: &str, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
        let (method, path, query) = (method.into(), path.into(), query.into());
        let (hosted_bucket, version_2) = (None, SignatureV2::Off);
        Self { method, path, query, headers, body_sha256: None, now: MAY_24, hosted_bucket, version_2 }
    }

    /// Adds an `Authorization` header for this scope.
    #[must_use]
    pub(crate) fn signed(mut self, scope: &str, signed_headers: &str, signature: &str) -> Self {
        let value = format!(
            "AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope}/aws4_request,SignedHeaders={signed_headers},Signature={signature}"
        );
        self.headers.push(("authorization".into(), value.into_bytes()));
        self
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.into(), value.into()));
    }

    pub(crate) fn verify(&self) -> Result<Verified, Refusal> {
        self.verify_with(&Documented { session_token: None })
    }

    pub(crate) fn verify_with(&self, keys: &dyn Keys) -> Result<Verified, Refusal> {
        let request = SignedRequest {
            method: &self.method,
            raw_path: &self.path,
            raw_query: &self.query,
            headers: self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect(),
            hosted_bucket: self.hosted_bucket.as_deref(),
        };
        let verifier = Verifier::new(Duration::from_secs(900)).with_signature_v2(self.version_2);
        match verifier.verify(keys, &request, self.now)? {
            Authentication::Verified(verified) => Ok(verified),
            Authentication::Pending(pending) => pending.finish(self.body_sha256.unwrap_or_default()),
        }
    }

    /// Changes every byte that takes part, one at a time: none may still be accepted.
    pub(crate) fn assert_every_byte_counts(&self) {
        assert!(self.verify().is_ok(), "{:?}", self.verify());
        let mut changes = 0;
        let mut refused = |changed: Example| {
            changes += 1;
            assert!(changed.verify().is_err(), "{changed:?}");
        };
        for at in 0..self.path.len() {
            refused(Self { path: flip(self.path.as_bytes(), at), ..self.clone() });
        }
        for at in 0..self.query.len() {
            refused(Self { query: flip(self.query.as_bytes(), at), ..self.clone() });
        }
        for at in 0..self.method.len() {
            refused(Self { method: flip(self.method.as_bytes(), at), ..self.clone() });
        }
        for header in 0..self.headers.len() {
            for at in 0..self.headers[header].1.len() {
                let mut changed = self.clone();
                changed.headers[header].1[at] ^= 1;
                refused(changed);
            }
            let mut without = self.clone();
            without.headers.remove(header);
            refused(without);
        }
        if let Some(hash) = self.body_sha256 {
            for at in 0..hash.len() {
                let mut changed = self.clone();
                changed.body_sha256.as_mut().expect("there is one")[at] ^= 1;
                refused(changed);
            }
        }
        assert!(changes > 100);
    }
}

fn flip(text: &[u8], at: usize) -> String {
    let mut bytes = text.to_vec();
    bytes[at] ^= 1;
    String::from_utf8(bytes).expect("ASCII stays ASCII")
}
