//! Signing keys: derived from a secret for one day, region and service, and kept for the next request.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use parking_lot::RwLock;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::credential::Credential;

/// 4,096: the most signing keys kept, some 200 bytes each. When it is reached, all are dropped and made anew.
const MAX_CACHED_KEYS: usize = 4096;

/// A derived signing key.
#[derive(Clone, Copy)]
pub(crate) struct SigningKey([u8; 32]);

impl SigningKey {
    pub(crate) fn derive(secret: &str, credential: &Credential) -> Self {
        let date = hmac(format!("AWS4{secret}").as_bytes(), credential.date.as_bytes());
        let region = hmac(&date, credential.region.as_bytes());
        let service = hmac(&region, credential.service.as_bytes());
        Self(hmac(&service, b"aws4_request"))
    }

    /// The signature of a string to sign, in lower-case hexadecimal.
    pub(crate) fn sign(&self, string_to_sign: &[u8]) -> String {
        hex::encode(hmac(&self.0, string_to_sign))
    }
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

struct Cached {
    secret: String,
    key: SigningKey,
}

/// A bounded memory of signing keys. Only keys that have proven a signature are kept, so that strangers cannot fill it.
#[derive(Default)]
pub(crate) struct SigningKeys(RwLock<HashMap<Credential, Cached>>);

impl SigningKeys {
    /// The signing key of this secret for this credential, and whether it is from memory.
    pub(crate) fn get(&self, secret: &str, credential: &Credential) -> (SigningKey, bool) {
        match self.0.read().get(credential) {
            Some(cached) if bool::from(cached.secret.as_bytes().ct_eq(secret.as_bytes())) => (cached.key, true),
            _ => (SigningKey::derive(secret, credential), false),
        }
    }

    /// Keeps a key that has proven a signature.
    pub(crate) fn keep(&self, secret: &str, credential: &Credential, key: SigningKey) {
        let mut keys = self.0.write();
        if keys.len() >= MAX_CACHED_KEYS {
            keys.clear();
        }
        keys.insert(credential.clone(), Cached { secret: secret.to_owned(), key });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_secret_is_not_served_from_memory_and_memory_is_bounded() {
        let credential =
            |region: &str| Credential::parse(&format!("AKIA/20130524/{region}/s3/aws4_request")).expect("well formed");
        let keys = SigningKeys::default();
        let one = credential("us-east-1");
        let (first, known) = keys.get("old", &one);
        assert!(!known);
        keys.keep("old", &one, first);
        let (again, known) = keys.get("old", &one);
        assert_eq!((again.sign(b"x"), known), (first.sign(b"x"), true));
        let (other, known) = keys.get("new", &one);
        assert!(other.sign(b"x") != first.sign(b"x") && !known);
        for number in 0..2 * MAX_CACHED_KEYS {
            let credential = credential(&format!("r{number}"));
            keys.keep("old", &credential, first);
        }
        assert!(keys.0.read().len() <= MAX_CACHED_KEYS);
    }
}
