//! Tokens as they are written (RFC 7519, RFC 7515): read, and not believed.
//!
//! The compact form with a signature only. A header that demands something more (`crit`) is refused, as its page says.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use thiserror::Error;

/// The longest token (`clientTokenType` of the STS model).
pub const MAX_TOKEN: usize = 20_000;

/// A token, of which nothing is proven.
#[derive(Clone, Debug)]
pub struct Token {
    pub(crate) algorithm: String,
    pub(crate) key_id: Option<String>,
    pub(crate) signed: String,
    pub(crate) signature: Vec<u8>,
    claims: Claims,
}

/// It is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")]
pub struct NotAToken;

impl Token {
    /// Reads a token.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        let (signed, signature) = text.rsplit_once('.').filter(|_| text.len() <= MAX_TOKEN).ok_or(NotAToken)?;
        let (header, claims) = signed.split_once('.').ok_or(NotAToken)?;
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| NotAToken);
        let object = |part: &str| match serde_json::from_slice(&bytes(part)?) {
            Ok(Value::Object(object)) => Ok(object),
            _ => Err(NotAToken),
        };
        let header = Claims(object(header)?);
        if header.0.contains_key("crit") {
            return Err(NotAToken);
        }
        Ok(Self {
            algorithm: header.text("alg").ok_or(NotAToken)?.to_owned(),
            key_id: header.text("kid").map(str::to_owned),
            signed: signed.to_owned(),
            signature: bytes(signature)?,
            claims: Claims(object(claims)?),
        })
    }

    /// What it says.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A claim that is a moment, in seconds since 1970; a fraction is left off.
    pub fn seconds(&self, name: &str) -> Option<i64> {
        let value = self.0.get(name)?;
        // Casting saturates.
        value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
    }

    /// A claim as it is.
    pub fn json(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All claims by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The values of a claim that is a text, a number, a truth, or a list of them; of anything else none.
    pub fn values(&self, name: &str) -> Vec<String> {
        let scalar = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        match self.0.get(name) {
            Some(Value::Array(values)) => values.iter().filter_map(scalar).collect(),
            Some(value) => scalar(value).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(header: &str, claims: &str) -> String {
        [header, claims, "signature"].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
    }

    #[test]
    fn claims_are_read_by_what_they_are() {
        let claims = r#"{"sub":"me","exp":1700000000.9,"amr":["pwd",2,{}],"aud":"x","admin":true,"o":{}}"#;
        let token = Token::parse(&written(r#"{"alg":"ES256","kid":"k"}"#, claims)).expect("a token");
        assert_eq!((token.algorithm.as_str(), token.key_id.as_deref()), ("ES256", Some("k")));
        let claims = token.claims();
        assert_eq!(
            (claims.text("sub"), claims.text("exp"), claims.seconds("exp")),
            (Some("me"), None, Some(1_700_000_000))
        );
        assert_eq!(claims.values("amr"), ["pwd", "2"]);
        assert_eq!(
            (claims.values("admin"), claims.values("o"), claims.values("x")),
            (vec!["true".to_owned()], vec![], vec![])
        );
        assert_eq!((claims.seconds("sub"), claims.iter().count()), (None, 6));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let good = written(r#"{"alg":"ES256"}"#, "{}");
        for text in [
            "",
            "opaque-access-token",
            "a.b",
            "...",
            &good.replace('.', ""),
            &format!("{good}."),
            &format!("{good}.x"),
            &format!("{good}="),
            &written("{}", "{}"),
            &written("[]", "{}"),
            &written(r#"{"alg":"ES256"}"#, "[]"),
            &written(r#"{"alg":"ES256","crit":["b64"],"b64":false}"#, "{}"),
            &written(r#"{"alg":"ES256"}"#, &format!(r#"{{"x":"{}"}}"#, "x".repeat(MAX_TOKEN))),
        ] {
            assert_eq!(Token::parse(text).err(), Some(NotAToken), "{text}");
        }
        assert!(Token::parse(&good).is_ok());
    }
}
