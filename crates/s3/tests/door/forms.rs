//! Writes the forms of browsers, and signs their policies, by code that the server does not share.
//!
//! A body of a golden whose request says `form` is a line for each field, `name: value`, the file's `file NAME: content`. With `form=v4`
//! or `form=v2` the policy, which is written as JSON, is signed and gets the fields of its signature; `{signed}` in it are the
//! conditions that cover these. A field whose line is `name:-` is left out, and stands only for what would be there.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_types::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::sign::{self, sha256_mac};
use crate::world::Ask;

const SIGNED: &str =
    r#"["starts-with","$x-amz-algorithm",""],["starts-with","$x-amz-credential",""],["starts-with","$x-amz-date",""]"#;

/// How a form's policy is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    Unsigned,
    V4,
    V2,
}

impl Policy {
    pub fn of(word: &str) -> Self {
        match word {
            "v4" => Self::V4,
            "v2" => Self::V2,
            "" => Self::Unsigned,
            other => panic!("an unknown way to sign a form: {other}"),
        }
    }
}

/// The request with its form written out.
pub fn written(ask: &Ask, how: Policy, at: Timestamp, secret: &str) -> Ask {
    let text = String::from_utf8(ask.body.clone()).expect("fields are text");
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let pair = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")));
        let (name, value) = pair.unwrap_or_else(|| panic!("no field: {line}"));
        if name != "policy" || value == "-" || how == Policy::Unsigned {
            fields.push((name.into(), value.into()));
            continue;
        }
        let policy = STANDARD.encode(value.replace("{signed}", SIGNED));
        fields.extend(signature(&policy, ask, how, at, secret));
        fields.push(("policy".into(), policy));
    }
    let left_out: Vec<String> =
        fields.iter().filter(|(_, value)| value == "-").map(|(name, _)| name.to_ascii_lowercase()).collect();
    fields.retain(|(name, _)| !left_out.contains(&name.to_ascii_lowercase()));
    let mut body = String::new();
    for (name, value) in fields {
        let named = match name.split_once(' ') {
            Some((name, file)) => format!("name=\"{name}\"; filename=\"{file}\""),
            None => format!("name=\"{name}\""),
        };
        body += &format!("--limit\r\nContent-Disposition: form-data; {named}\r\n\r\n{value}\r\n");
    }
    body += "--limit--\r\n";
    let mut headers = ask.headers.clone();
    headers.push(("content-type".into(), "multipart/form-data; boundary=limit".into()));
    let how = crate::world::How { signing: sign::Signing::None, ..ask.how.clone() };
    Ask { method: ask.method.clone(), target: ask.target.clone(), how, headers, body: body.into_bytes() }
}

fn signature(policy: &str, ask: &Ask, how: Policy, at: Timestamp, secret: &str) -> Vec<(String, String)> {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let (key, forged) = (ask.how.key, ask.how.forged);
    match how {
        Policy::Unsigned => Vec::new(),
        Policy::V4 => {
            let stamp = at.iso_seconds().replace(['-', ':'], "");
            let scope = format!("{}/us-east-1/s3/aws4_request", &stamp[..8]);
            let mut signing = format!("AWS4{secret}").into_bytes();
            for piece in scope.split('/') {
                signing = sha256_mac(&signing, piece);
            }
            let signature = hex::encode(sha256_mac(&signing, policy));
            let signature = if forged { signature.chars().rev().collect() } else { signature };
            vec![
                pair("X-Amz-Algorithm", "AWS4-HMAC-SHA256".into()),
                pair("X-Amz-Credential", format!("{key}/{scope}")),
                pair("X-Amz-Date", stamp),
                pair("X-Amz-Signature", signature),
            ]
        }
        Policy::V2 => {
            let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any key");
            mac.update(policy.as_bytes());
            let signature = STANDARD.encode(mac.finalize().into_bytes());
            let signature = if forged { signature.chars().rev().collect() } else { signature };
            vec![pair("AWSAccessKeyId", key.into()), pair("signature", signature)]
        }
    }
}
