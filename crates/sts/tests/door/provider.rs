//! An identity provider that a test brings.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use coldkeep_oidc::{Fetch, FetchError};
use serde_json::{Value, json};

use crate::world::NOW;

/// A provider with one key at a time.
pub struct Provider {
    key: Mutex<(EcdsaKeyPair, String)>,
    /// Whether it cannot be reached.
    pub is_down: AtomicBool,
    /// How often it was asked.
    pub asked: AtomicUsize,
}

fn pair() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a pair")
}

impl Provider {
    pub const URL: &str = "https://idp.example/realm";
    pub const ARN: &str = "arn:aws:iam::012345678901:oidc-provider/idp.example/realm";

    pub fn new() -> Self {
        let key = Mutex::new((pair(), "first".to_owned()));
        Self { key, is_down: AtomicBool::new(false), asked: AtomicUsize::new(0) }
    }

    /// Signs with another key from now on.
    pub fn rotate(&self, name: &str) {
        *self.key.lock().expect("no panic") = (pair(), name.to_owned());
    }

    /// Claims as good as they can be, with some of them changed; `null` takes one away.
    pub fn claims(changed: Value) -> Value {
        let now = NOW / 1000;
        let mut claims = json!({ "iss": Self::URL, "sub": "subject", "aud": "client", "iat": now, "exp": now + 300 });
        for (name, value) in changed.as_object().expect("an object") {
            match value {
                Value::Null => drop(claims.as_object_mut().and_then(|claims| claims.remove(name))),
                value => claims[name] = value.clone(),
            }
        }
        claims
    }

    /// A token of these claims.
    pub fn sign(&self, claims: &Value) -> String {
        let key = self.key.lock().expect("no panic");
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": key.1 });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature = key.0.sign(&SystemRandom::new(), signed.as_bytes()).expect("signed");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A token of good claims with some of them changed.
    pub fn token(&self, changed: Value) -> String {
        self.sign(&Self::claims(changed))
    }
}

#[async_trait]
impl Fetch for Provider {
    async fn get(&self, url: &str, _thumbprints: &[String]) -> Result<Bytes, FetchError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.is_down.load(Ordering::SeqCst) {
            return Err(FetchError::Unreachable("down".into()));
        }
        let key = self.key.lock().expect("no panic");
        let (x, y) = key.0.public_key().as_ref()[1..].split_at(32);
        let encode = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        let document = match url {
            "https://idp.example/realm/.well-known/openid-configuration" => {
                json!({ "issuer": Self::URL, "jwks_uri": "https://keys.example/" })
            }
            "https://keys.example/" => {
                json!({ "keys": [{ "kty": "EC", "kid": key.1, "crv": "P-256", "x": encode(x), "y": encode(y) }] })
            }
            other => return Err(FetchError::Refused(other.to_owned())),
        };
        Ok(document.to_string().into())
    }
}
