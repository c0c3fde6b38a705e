//! Signature V2, S3's older scheme: HMAC-SHA1 over method, content headers, date, `x-amz-*` headers and resource (S3
//! developer guide, "Signing and authenticating REST requests"). Many clients still presign with it by default.
//!
//! What a presigned URL carries in its query instead of headers (`x-amz-*`, `content-type`, `content-md5`) is signed as if
//! it were headers, as the clients that put it there do. Only the door that has a bucket in its host name takes V2.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_types::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::canonical::SignedRequest;
use crate::credential::single_parameter;
use crate::{Place, Refusal, SignatureMismatch, date, uri};

/// What of the query takes part in the signature.
const SIGNED_PARAMETERS: [&str; 35] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// Whether and where Signature V2 is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignatureV2 {
    /// Nowhere.
    #[default]
    Off,
    /// In presigned URLs.
    Presigned,
    /// In presigned URLs and in headers.
    On,
}

/// The credentials of a V2 request as found, before anything about them is believed.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) place: Place,
    pub(crate) access_key: String,
    signature: String,
}

impl Claim {
    /// `AWS KEY:SIGNATURE`, without the first word.
    pub(crate) fn from_header(rest: &str) -> Result<Self, Refusal> {
        let whole = || Refusal::NoV2Signature(format!("AWS {rest}"));
        let (access_key, signature) = rest.trim().rsplit_once(':').ok_or_else(whole)?;
        Ok(Self { place: Place::Header, access_key: access_key.into(), signature: signature.into() })
    }

    /// `AWSAccessKeyId`, `Signature` and, read later, `Expires`.
    pub(crate) fn from_query(request: &SignedRequest<'_>) -> Result<Self, Refusal> {
        let required = |name| single_parameter(request, name)?.ok_or(Refusal::IncompleteV2Query);
        Ok(Self { place: Place::Query, access_key: required("AWSAccessKeyId")?, signature: required("Signature")? })
    }

    /// When the request was signed (of a URL nothing is known but that it was before now), and the line that dates it.
    pub(crate) fn check_time(
        &self,
        request: &SignedRequest<'_>,
        now: Timestamp,
        max_skew_millis: i64,
    ) -> Result<(Timestamp, String), Refusal> {
        let text = |name: &str| request.header_values(name).next().map(String::from_utf8_lossy);
        match self.place {
            Place::Header => {
                // Where there is an x-amz-date it is signed among its kin, and no date beside it.
                let (line, stated) = match (text("x-amz-date"), text("date")) {
                    (Some(amz), _) => (String::new(), Some(amz)),
                    (None, date) => (date.clone().unwrap_or_default().into_owned(), date),
                };
                let signed_at = stated.and_then(|text| date::parse_header(text.trim())).ok_or(Refusal::MissingDate)?;
                if signed_at.0.abs_diff(now.0) > max_skew_millis.unsigned_abs() {
                    return Err(Refusal::Skewed { request_time: signed_at, server_time: now, max_skew_millis });
                }
                Ok((signed_at, line))
            }
            Place::Query | Place::Form => {
                let expires = single_parameter(request, "Expires")?.ok_or(Refusal::IncompleteV2Query)?;
                let seconds = expires.parse::<i64>().map_err(|_| Refusal::InvalidExpires(expires.clone()))?;
                let expired_at = Timestamp(seconds.saturating_mul(1000));
                if now > expired_at {
                    return Err(Refusal::Expired { expires_seconds: None, expired_at, server_time: now });
                }
                Ok((now, expires))
            }
        }
    }

    /// Compares the signature.
    pub(crate) fn check(&self, request: &SignedRequest<'_>, dated: &str, secret: &str) -> Result<(), Refusal> {
        let matches = |to_sign: &[u8]| {
            let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else {
                unreachable!("HMAC takes any key")
            };
            mac.update(to_sign);
            let signature = STANDARD.encode(mac.finalize().into_bytes());
            bool::from(signature.as_bytes().ct_eq(self.signature.as_bytes()))
        };
        let to_sign = string_to_sign(request, self.place, dated, request.raw_path);
        // A bucket in the path is signed with a slash behind it by some clients that send none.
        let is_bucket = request.hosted_bucket.is_none() && request.raw_path.matches('/').count() == 1;
        let slashed = || string_to_sign(request, self.place, dated, &format!("{}/", request.raw_path));
        if matches(&to_sign) || (is_bucket && matches(&slashed())) {
            return Ok(());
        }
        Err(Refusal::SignatureMismatch(Box::new(SignatureMismatch {
            access_key: self.access_key.clone(),
            canonical_request: Vec::new(),
            string_to_sign: String::from_utf8_lossy(&to_sign).into_owned(),
            signature_provided: self.signature.clone(),
        })))
    }
}

/// What is signed.
fn string_to_sign(request: &SignedRequest<'_>, place: Place, dated: &str, path: &str) -> Vec<u8> {
    let parameters: Vec<(Vec<u8>, Vec<u8>)> = uri::query_pairs(request.raw_query)
        .map(|(name, value)| (uri::decode_query(name), uri::decode_query(value)))
        .collect();
    let of_query = |wanted: &str| {
        let found = parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes()));
        found.filter(|_| place == Place::Query).map(|(_, value)| value.clone())
    };
    let content = |name: &str| {
        let in_header = request.header_values(name).next().map(|value| value.trim_ascii().to_vec());
        in_header.or_else(|| of_query(name)).unwrap_or_default()
    };
    let mut amz = BTreeMap::<Vec<u8>, Vec<u8>>::new();
    let mut add = |name: &[u8], value: &[u8]| {
        let name = name.to_ascii_lowercase();
        if name.starts_with(b"x-amz-") {
            amz.entry(name)
                .and_modify(|joined| joined.extend([b",", value.trim_ascii()].concat()))
                .or_insert_with(|| value.trim_ascii().to_vec());
        }
    };
    request.headers.iter().for_each(|(name, value)| add(name.as_bytes(), value));
    if place == Place::Query {
        parameters.iter().for_each(|(name, value)| add(name, value));
    }
    let mut out = [request.method.as_bytes(), b"\n", &content("content-md5"), b"\n", &content("content-type")].concat();
    out.extend([b"\n", dated.as_bytes(), b"\n"].concat());
    for (name, value) in amz {
        out.extend([name.as_slice(), b":", &value, b"\n"].concat());
    }
    if let Some(bucket) = request.hosted_bucket {
        out.extend([b"/", bucket.as_bytes()].concat());
    }
    out.extend_from_slice(if path.is_empty() { b"/" } else { path.as_bytes() });
    let is_signed = |name: &[u8]| SIGNED_PARAMETERS.iter().any(|signed| signed.as_bytes() == name);
    let mut signed: Vec<_> = parameters.iter().filter(|(name, _)| is_signed(name)).collect();
    signed.sort();
    for (index, (name, value)) in signed.into_iter().enumerate() {
        out.push(if index == 0 { b'?' } else { b'&' });
        out.extend_from_slice(name);
        if !value.is_empty() {
            out.extend([b"=", value.as_slice()].concat());
        }
    }
    out
}
