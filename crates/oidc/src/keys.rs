//! A provider's keys (RFC 7517, RFC 7518), and whether one of them signed a token.
//!
//! The algorithms that Amazon takes: RSA of 2048 to 8192 bits with PKCS #1 v1.5, and ECDSA on the curve of its hash. An algorithm goes
//! with the kind of key that it is of, never with another; there is neither `none` nor a shared secret.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, EcdsaVerificationAlgorithm,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::Token;

/// The most keys that are read of a set: a hundred of each kind, as at Amazon.
const MOST: usize = 200;

/// The keys of a provider.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(Vec<Key>);

#[derive(Clone, Debug)]
struct Key {
    id: Option<String>,
    algorithm: Option<String>,
    public: Public,
}

#[derive(Clone, Debug)]
enum Public {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// The curve, and the point as it is written uncompressed.
    Curve {
        name: String,
        point: Vec<u8>,
    },
}

/// What keys say to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// One of them signed it.
    Signed,
    /// The one it names did not.
    Forged,
    /// None of them is the one it names, or it names none and there are several.
    UnknownKey,
}

impl Keys {
    /// The keys for signatures in a set; those of another kind are left out. `None`: it is no set.
    pub fn parse(document: &[u8]) -> Option<Self> {
        let set: Value = serde_json::from_slice(document).ok()?;
        let keys = set.get("keys")?.as_array()?;
        Some(Self(keys.iter().filter_map(Key::parse).take(MOST).collect()))
    }

    pub fn check(&self, token: &Token) -> Outcome {
        let mut named: Vec<&Key> = match &token.key_id {
            Some(id) => self.0.iter().filter(|key| key.id.as_ref() == Some(id)).collect(),
            None => self.0.iter().collect(),
        };
        if token.key_id.is_none() && named.len() > 1 {
            named.clear();
        }
        match named.as_slice() {
            [] => Outcome::UnknownKey,
            keys if keys.iter().any(|key| key.signed(token)) => Outcome::Signed,
            _ => Outcome::Forged,
        }
    }
}

impl Key {
    fn parse(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?.trim_end_matches('=')).ok();
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let public = match text("kty")? {
            "RSA" => Public::Rsa { modulus: without_zeros(bytes("n")?), exponent: without_zeros(bytes("e")?) },
            "EC" => {
                let name = text("crv")?;
                let (_, _, size) = CURVES.iter().find(|(_, known, _)| *known == name)?;
                Public::Curve { name: name.to_owned(), point: point(&bytes("x")?, &bytes("y")?, *size)? }
            }
            _ => return None,
        };
        Some(Self { id: text("kid").map(str::to_owned), algorithm: text("alg").map(str::to_owned), public })
    }

    fn signed(&self, token: &Token) -> bool {
        if self.algorithm.as_ref().is_some_and(|algorithm| *algorithm != token.algorithm) {
            return false;
        }
        let (signed, signature) = (token.signed.as_bytes(), token.signature.as_slice());
        match &self.public {
            Public::Rsa { modulus, exponent } => {
                let Some(algorithm) = rsa(&token.algorithm) else { return false };
                RsaPublicKeyComponents { n: modulus, e: exponent }.verify(algorithm, signed, signature).is_ok()
            }
            Public::Curve { name, point } => {
                let Some(algorithm) = curve(&token.algorithm, name) else { return false };
                UnparsedPublicKey::new(algorithm, point).verify(signed, signature).is_ok()
            }
        }
    }
}

fn rsa(algorithm: &str) -> Option<&'static RsaParameters> {
    match algorithm {
        "RS256" => Some(&RSA_PKCS1_2048_8192_SHA256),
        "RS384" => Some(&RSA_PKCS1_2048_8192_SHA384),
        "RS512" => Some(&RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

/// Algorithm, curve, and the bytes of a coordinate.
const CURVES: [(&str, &str, usize); 3] = [("ES256", "P-256", 32), ("ES384", "P-384", 48), ("ES512", "P-521", 66)];

fn curve(algorithm: &str, curve: &str) -> Option<&'static EcdsaVerificationAlgorithm> {
    CURVES.iter().find(|(name, of, _)| *name == algorithm && *of == curve)?;
    Some(match algorithm {
        "ES256" => &ECDSA_P256_SHA256_FIXED,
        "ES384" => &ECDSA_P384_SHA384_FIXED,
        _ => &ECDSA_P521_SHA512_FIXED,
    })
}

fn without_zeros(bytes: Vec<u8>) -> Vec<u8> {
    bytes.into_iter().skip_while(|byte| *byte == 0).collect()
}

/// 4, x, y: each coordinate filled up to its size.
fn point(x: &[u8], y: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut point = vec![4];
    for coordinate in [x, y] {
        let missing = size.checked_sub(coordinate.len())?;
        point.extend(std::iter::repeat_n(0, missing));
        point.extend_from_slice(coordinate);
    }
    Some(point)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
        EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    };
    use serde_json::json;

    use super::*;

    fn encode(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn unsigned(algorithm: &str, key: Option<&str>) -> String {
        let header = json!({ "alg": algorithm, "kid": key }).to_string();
        format!("{}.{}", encode(header.as_bytes()), encode(br#"{"sub":"me"}"#))
    }

    fn token(unsigned: &str, signature: &[u8]) -> Token {
        Token::parse(&format!("{unsigned}.{}", encode(signature))).expect("a token")
    }

    fn set(keys: &[Value]) -> Keys {
        Keys::parse(json!({ "keys": keys }).to_string().as_bytes()).expect("a set")
    }

    fn elliptic(algorithm: &'static EcdsaSigningAlgorithm, curve: &str, size: usize) -> (EcdsaKeyPair, Value) {
        let pair = EcdsaKeyPair::generate(algorithm).expect("a pair");
        let (x, y) = pair.public_key().as_ref()[1..].split_at(size);
        let public = json!({ "kty": "EC", "kid": "k", "crv": curve, "x": encode(x), "y": encode(y) });
        (pair, public)
    }

    #[test]
    fn each_algorithm_goes_with_its_own_key() {
        let random = SystemRandom::new();
        for (name, algorithm, curve, size) in [
            ("ES256", &ECDSA_P256_SHA256_FIXED_SIGNING, "P-256", 32),
            ("ES384", &ECDSA_P384_SHA384_FIXED_SIGNING, "P-384", 48),
            ("ES512", &ECDSA_P521_SHA512_FIXED_SIGNING, "P-521", 66),
        ] {
            let (pair, public) = elliptic(algorithm, curve, size);
            let unsigned = unsigned(name, Some("k"));
            let signature = pair.sign(&random, unsigned.as_bytes()).expect("signed");
            let keys = set(&[public]);
            assert_eq!(keys.check(&token(&unsigned, signature.as_ref())), Outcome::Signed, "{name}");
            let other = unsigned.replacen(&encode(br#"{"sub":"me"}"#), &encode(br#"{"sub":"it"}"#), 1);
            assert_eq!(keys.check(&token(&other, signature.as_ref())), Outcome::Forged, "{name}");
        }
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a pair");
        // A sequence of two numbers, each behind its length; the modulus begins with a zero.
        let public = pair.public_key().as_ref();
        let (n, e) = (encode(&public[8..265]), encode(&public[267..]));
        for (name, padding) in
            [("RS256", &RSA_PKCS1_SHA256), ("RS384", &RSA_PKCS1_SHA384), ("RS512", &RSA_PKCS1_SHA512)]
        {
            let unsigned = unsigned(name, Some("k"));
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(padding, &random, unsigned.as_bytes(), &mut signature).expect("signed");
            let signed = token(&unsigned, &signature);
            assert_eq!(
                set(&[json!({ "kty": "RSA", "kid": "k", "n": n, "e": e })]).check(&signed),
                Outcome::Signed,
                "{name}"
            );
            let bound =
                |algorithm: &str| json!({ "kty": "RSA", "kid": "k", "use": "sig", "alg": algorithm, "n": n, "e": e });
            assert_eq!(set(&[bound(name)]).check(&signed), Outcome::Signed, "{name}");
            assert_eq!(set(&[bound("PS256")]).check(&signed), Outcome::Forged, "{name}");
        }
    }

    #[test]
    fn nothing_else_signs() {
        let (pair, public) = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256", 32);
        let random = SystemRandom::new();
        let sign = |unsigned: &str| pair.sign(&random, unsigned.as_bytes()).expect("signed");
        for algorithm in ["none", "HS256", "ES384", "RS256", "PS256", ""] {
            let unsigned = unsigned(algorithm, Some("k"));
            assert_eq!(
                set(std::slice::from_ref(&public)).check(&token(&unsigned, sign(&unsigned).as_ref())),
                Outcome::Forged,
                "{algorithm}"
            );
            assert_eq!(
                set(std::slice::from_ref(&public)).check(&token(&unsigned, b"")),
                Outcome::Forged,
                "{algorithm}"
            );
        }
        let other = unsigned("ES256", Some("other"));
        assert_eq!(
            set(std::slice::from_ref(&public)).check(&token(&other, sign(&other).as_ref())),
            Outcome::UnknownKey
        );
        let unnamed = unsigned("ES256", None);
        let unnamed = token(&unnamed, sign(&unnamed).as_ref());
        assert_eq!(set(std::slice::from_ref(&public)).check(&unnamed), Outcome::Signed);
        let (_, second) = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256", 32);
        assert_eq!(set(&[public.clone(), second]).check(&unnamed), Outcome::UnknownKey);
        let mut for_encryption = public;
        for_encryption["use"] = json!("enc");
        assert_eq!(set(&[for_encryption]).check(&unnamed), Outcome::UnknownKey);
        for document in [&b""[..], b"[]", b"{}", br#"{"keys":{}}"#] {
            assert!(Keys::parse(document).is_none());
        }
        let odd = [
            json!(1),
            json!({ "kty": "oct", "k": "AA" }),
            json!({ "kty": "EC", "crv": "P-256", "x": encode(&[1; 33]), "y": "AA" }),
        ];
        assert!(set(&odd).0.is_empty());
    }
}
