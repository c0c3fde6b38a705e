//! Signs requests, by code that the server does not share.

use coldkeep_types::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::world::Ask;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    #[default]
    V4,
    None,
    PresignedV4,
    V2,
    PresignedV2,
}

/// A request as it goes over the wire.
pub struct Signed {
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
}

pub fn signed(ask: &Ask, at: Timestamp, secret: &str) -> Signed {
    let stamp = at.iso_seconds().replace(['-', ':'], "");
    let (path, query) = ask.target.split_once('?').unwrap_or((&ask.target, ""));
    let payload = ask.how.payload.clone().unwrap_or_else(|| hex::encode(Sha256::digest(&ask.body)));
    let mut headers = ask.headers.clone();
    headers.push(("host".into(), ask.how.host.clone().into_bytes()));
    let scope = format!("{}/us-east-1/{}/aws4_request", &stamp[..8], ask.how.service);
    let key = ask.how.key;
    match ask.how.signing {
        Signing::None => {
            if let Some(payload) = &ask.how.payload {
                headers.push(("x-amz-content-sha256".into(), payload.clone().into_bytes()));
            }
            Signed { target: ask.target.clone(), headers }
        }
        Signing::V4 => {
            headers.push(("x-amz-date".into(), stamp.clone().into_bytes()));
            headers.push(("x-amz-content-sha256".into(), payload.clone().into_bytes()));
            let (names, signature) = v4(ask, path, query, &headers, &stamp, &scope, &payload, secret);
            let value =
                format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}");
            headers.push(("authorization".into(), value.into_bytes()));
            Signed { target: ask.target.clone(), headers }
        }
        Signing::PresignedV4 => {
            let names = names(ask, &headers).replace(';', "%3B");
            let credential = format!("{key}%2F{}", scope.replace('/', "%2F"));
            let expires = &ask.how.expires;
            let more = format!(
                "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={stamp}&X-Amz-Expires={expires}\
                 &X-Amz-SignedHeaders={names}"
            );
            let query = if query.is_empty() { more } else { format!("{query}&{more}") };
            let (_, signature) = v4(ask, path, &query, &headers, &stamp, &scope, "UNSIGNED-PAYLOAD", secret);
            Signed { target: format!("{path}?{query}&X-Amz-Signature={signature}"), headers }
        }
        Signing::V2 => {
            let date = at.http_date();
            headers.push(("date".into(), date.clone().into_bytes()));
            let signature = v2(ask, path, query, &headers, &date, secret);
            headers.push(("authorization".into(), format!("AWS {key}:{signature}").into_bytes()));
            Signed { target: ask.target.clone(), headers }
        }
        Signing::PresignedV2 => {
            let expires = (at.seconds() + ask.how.expires.parse::<i64>().expect("seconds")).to_string();
            let signature = v2(ask, path, query, &headers, &expires, secret).replace('+', "%2B").replace('/', "%2F");
            let signature = signature.replace('=', "%3D");
            let query = if query.is_empty() { String::new() } else { format!("{query}&") };
            let target = format!("{path}?{query}AWSAccessKeyId={key}&Expires={expires}&Signature={signature}");
            Signed { target, headers }
        }
    }
}

/// The names to sign, sorted and joined.
fn names(ask: &Ask, headers: &[(String, Vec<u8>)]) -> String {
    let mut names: Vec<String> = headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.retain(|name| ask.how.unsigned_header.as_deref() != Some(name.as_str()));
    names.sort();
    names.dedup();
    names.join(";")
}

#[expect(clippy::too_many_arguments, reason = "what a signature is made of")]
fn v4(
    ask: &Ask,
    path: &str,
    query: &str,
    headers: &[(String, Vec<u8>)],
    stamp: &str,
    scope: &str,
    payload: &str,
    secret: &str,
) -> (String, String) {
    let names = names(ask, headers);
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| if pair.contains('=') { pair.replace('+', "%20").replace('/', "%2F") } else { format!("{pair}=") })
        .collect();
    // By name, of which one may be the beginning of another.
    pairs.sort_unstable_by(|one, two| one.split_once('=').cmp(&two.split_once('=')));
    let mut canonical = format!("{}\n{path}\n{}\n", ask.method, pairs.join("&")).into_bytes();
    for name in names.split(';') {
        let values = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let values: Vec<Vec<u8>> = values
            .map(|(_, value)| {
                value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(&b' ')
            })
            .collect();
        canonical.extend([name.as_bytes(), b":", &values.join(&b','), b"\n"].concat());
    }
    canonical.extend(format!("\n{names}\n{payload}").into_bytes());
    let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex::encode(Sha256::digest(&canonical)));
    let mut key = format!("AWS4{secret}").into_bytes();
    for piece in scope.split('/') {
        key = sha256_mac(&key, piece);
    }
    let mut signature = hex::encode(sha256_mac(&key, &to_sign));
    if ask.how.forged {
        signature.replace_range(..1, if signature.starts_with('0') { "1" } else { "0" });
    }
    (names, signature)
}

/// What of a query takes part in a V2 signature.
const SUBRESOURCES: [&str; 9] =
    ["acl", "delete", "location", "partNumber", "response-content-type", "tagging", "uploadId", "uploads", "versionId"];

fn v2(ask: &Ask, path: &str, query: &str, headers: &[(String, Vec<u8>)], date: &str, secret: &str) -> String {
    let header = |wanted: &str| {
        let found = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        String::from_utf8_lossy(found.map_or(&[][..], |(_, value)| value)).into_owned()
    };
    let decoded = |text: &str| text.replace("%20", " ").replace("%2F", "/").replace('+', " ");
    let mut amz: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), String::from_utf8_lossy(value).into_owned()))
        .chain(
            query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), decoded(value))),
        )
        .filter(|(name, _)| name.starts_with("x-amz-"))
        .collect();
    amz.sort();
    let amz: String = amz.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let mut subresources: Vec<String> = query
        .split('&')
        .filter(|pair| SUBRESOURCES.contains(&pair.split('=').next().unwrap_or_default()))
        .map(|pair| decoded(pair.strip_suffix('=').unwrap_or(pair)))
        .collect();
    subresources.sort();
    let bucket = ask.how.host.strip_suffix(".localhost:9000").map(|bucket| format!("/{bucket}")).unwrap_or_default();
    let mut resource = format!("{bucket}{path}");
    if !subresources.is_empty() {
        resource = format!("{resource}?{}", subresources.join("&"));
    }
    let content = (header("content-md5"), header("content-type"));
    let to_sign = format!("{}\n{}\n{}\n{date}\n{amz}{resource}", ask.method, content.0, content.1);
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any key");
    mac.update(to_sign.as_bytes());
    let mut signature = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, mac.finalize().into_bytes());
    if ask.how.forged {
        signature.replace_range(..1, if signature.starts_with('A') { "B" } else { "A" });
    }
    signature
}

pub fn sha256_mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
