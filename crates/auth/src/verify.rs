//! Verifying a request: from headers and query to a proven caller, or the reason why not.
//!
//! Order of checks: credentials present and well formed, date, life or skew, every `x-amz-*` header signed (S3), access
//! key, session token, signature. Signatures and tokens are compared in constant time.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_types::{Region, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::canonical::{SignedRequest, Spaces, canonical_head, has_runs};
use crate::credential::{ALGORITHM, Claim, find, single_parameter};
use crate::signing_key::SigningKeys;
use crate::{AccessKey, Caller, ChunkSigner, InvalidPayload, Keys, Payload, Place, Refusal, SignatureMismatch, date};

/// Seven days: the longest life of a presigned URL, in seconds.
pub const MAX_EXPIRES_SECONDS: u32 = 604_800;

/// Verifies Signature V4. Cheap to clone; clones share their memory of signing keys.
#[derive(Clone)]
pub struct Verifier {
    max_skew_millis: i64,
    signing_keys: Arc<SigningKeys>,
}

/// A proven request.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Who signed it.
    pub caller: Caller,
    /// The region it was signed for.
    pub region: Region,
    /// The service it was signed for.
    pub service: String,
    /// How its body takes part in the signature. [`Payload::Signed`] is still to be compared with the body that comes.
    pub payload: Payload,
    /// Checks the chunks, when `payload` is a signed streaming one.
    pub chunk_signer: Option<ChunkSigner>,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// Whether the signature was in the header or the query.
    pub place: Place,
}

/// What [`Verifier::verify`] found.
#[derive(Debug)]
pub enum Authentication {
    /// The signature is proven.
    Verified(Verified),
    /// The signature covers the SHA-256 of the body without telling it (services other than S3).
    Pending(Pending),
}

/// A signature that can be checked once the body's SHA-256 is known. Nothing about the caller may be believed before.
#[derive(Debug)]
pub struct Pending(Attempt);

impl Pending {
    /// Proves the signature, given the SHA-256 of the whole body.
    pub fn finish(self, body_sha256: [u8; 32]) -> Result<Verified, Refusal> {
        let payload = Payload::Signed(body_sha256);
        let hash_line = payload.to_string();
        self.0.check(payload, &hash_line)
    }

    /// The account of the access key that was named, for use in error messages only.
    pub fn claimed_caller(&self) -> &Caller {
        &self.0.key.caller
    }
}

impl Verifier {
    /// A verifier that accepts signing times up to `max_skew` away from the server's (Amazon: 15 minutes).
    pub fn new(max_skew: Duration) -> Self {
        let max_skew_millis = i64::try_from(max_skew.as_millis()).unwrap_or(i64::MAX);
        Self { max_skew_millis, signing_keys: Arc::default() }
    }

    /// Verifies a request at the time `now`.
    pub fn verify(
        &self,
        keys: &dyn Keys,
        request: &SignedRequest<'_>,
        now: Timestamp,
    ) -> Result<Authentication, Refusal> {
        let claim = find(request)?;
        let (signed_at, amz_date) = self.check_time(request, &claim, now)?;
        let s3 = claim.credential.is_s3();
        let (payload, hash_line) = payload(request, &claim, s3)?;
        check_headers(request, &claim, s3)?;
        let key = keys
            .lookup(&claim.credential.access_key)
            .ok_or_else(|| Refusal::UnknownAccessKey(claim.credential.access_key.clone()))?;
        check_token(request, &key)?;
        let head = |spaces| canonical_head(request, s3, &claim.signed_headers, spaces);
        let attempt = Attempt {
            collapsed: head(Spaces::Collapsed),
            trimmed: has_runs(request, &claim.signed_headers).then(|| head(Spaces::Trimmed)),
            amz_date,
            signed_at,
            claim,
            key,
            signing_keys: self.signing_keys.clone(),
        };
        match payload {
            Payload::Absent => Ok(Authentication::Pending(Pending(attempt))),
            known => attempt.check(known, &hash_line).map(Authentication::Verified),
        }
    }

    /// When the request was signed, also in the form that is signed.
    fn check_time(
        &self,
        request: &SignedRequest<'_>,
        claim: &Claim,
        now: Timestamp,
    ) -> Result<(Timestamp, String), Refusal> {
        let malformed = |what: &str| Refusal::Malformed { place: claim.place, what: what.into() };
        let signed_at = match claim.place {
            Place::Header => {
                let header = match single_header(request, "x-amz-date")? {
                    Some(value) => Some(value),
                    None => single_header(request, "date")?,
                };
                header.and_then(date::parse_header).ok_or(Refusal::MissingDate)?
            }
            Place::Query => {
                let parameter = single_parameter(request, "X-Amz-Date")?
                    .ok_or_else(|| malformed("the query parameter X-Amz-Date is missing"))?;
                date::parse_basic(&parameter).ok_or_else(|| {
                    malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
                })?
            }
        };
        let amz_date = date::format_basic(signed_at);
        if amz_date.get(..8) != Some(claim.credential.date.as_str()) {
            return Err(malformed("the date in the credential scope is not the date of the request"));
        }
        match claim.place {
            Place::Header if signed_at.0.abs_diff(now.0) > self.max_skew_millis.unsigned_abs() => {
                Err(Refusal::Skewed {
                    request_time: signed_at,
                    server_time: now,
                    max_skew_millis: self.max_skew_millis,
                })
            }
            Place::Header => Ok((signed_at, amz_date)),
            Place::Query => self.check_life(request, signed_at, now).map(|()| (signed_at, amz_date)),
        }
    }

    fn check_life(&self, request: &SignedRequest<'_>, signed_at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        let malformed = |what: &str| Refusal::Malformed { place: Place::Query, what: what.into() };
        let text = single_parameter(request, "X-Amz-Expires")?
            .ok_or_else(|| malformed("the query parameter X-Amz-Expires is missing"))?;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(malformed("X-Amz-Expires should be a number"));
        }
        let expires_seconds = match text.parse::<u32>() {
            Ok(0) => return Err(malformed("X-Amz-Expires must be at least 1")),
            Ok(seconds) if seconds <= MAX_EXPIRES_SECONDS => seconds,
            _ => {
                return Err(malformed(
                    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
                ));
            }
        };
        let expired_at = signed_at.plus_millis(i64::from(expires_seconds) * 1000);
        if signed_at > now.plus_millis(self.max_skew_millis) {
            Err(Refusal::NotYetValid { signed_at, server_time: now })
        } else if now > expired_at {
            Err(Refusal::Expired { expires_seconds, expired_at, server_time: now })
        } else {
            Ok(())
        }
    }
}

/// The text of a header that may come only once.
fn single_header<'a>(request: &SignedRequest<'a>, name: &str) -> Result<Option<&'a str>, Refusal> {
    let malformed = |what: String| Refusal::Malformed { place: Place::Header, what };
    let mut values = request.header_values(name);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(malformed(format!("the header {name} comes twice")));
    }
    let text = std::str::from_utf8(value).map_err(|_| malformed(format!("the header {name} is not text")))?;
    Ok(Some(text.trim()))
}

/// How the body is signed, and the last line of the canonical request.
fn payload(request: &SignedRequest<'_>, claim: &Claim, s3: bool) -> Result<(Payload, String), Refusal> {
    let header = single_header(request, "x-amz-content-sha256")?.map(str::to_owned);
    let declared = match (header, claim.place) {
        (Some(header), _) => Some(header),
        (None, Place::Query) => single_parameter(request, "X-Amz-Content-Sha256")?,
        (None, Place::Header) => None,
    };
    match Payload::parse(declared.as_deref()) {
        Ok(Payload::Absent) if s3 && claim.place == Place::Query => {
            Ok((Payload::Unsigned, Payload::Unsigned.to_string()))
        }
        Ok(Payload::Absent) if s3 => Err(Refusal::MissingPayloadHash),
        Ok(payload) => Ok((payload, declared.unwrap_or_default())),
        Err(InvalidPayload::Unsupported(name)) => Err(Refusal::UnsupportedPayload(name)),
        Err(InvalidPayload::Unknown(value)) => Err(Refusal::InvalidPayloadHash(value)),
    }
}

/// `host` and every signed header are there, `host` once; S3: every `x-amz-*` header is signed.
fn check_headers(request: &SignedRequest<'_>, claim: &Claim, s3: bool) -> Result<(), Refusal> {
    single_header(request, "host")?;
    if let Some(missing) = claim.signed_headers.iter().find(|name| request.header_values(name).next().is_none()) {
        return Err(Refusal::MissingSignedHeader(missing.clone()));
    }
    if !s3 {
        return Ok(());
    }
    let mut unsigned: Vec<String> = Vec::new();
    for (name, _) in &request.headers {
        let signed = |name: &str| claim.signed_headers.iter().any(|signed| signed == name);
        if name.starts_with("x-amz-") && !signed(name) && !unsigned.iter().any(|known| known == name) {
            unsigned.push((*name).to_owned());
        }
    }
    if unsigned.is_empty() { Ok(()) } else { Err(Refusal::UnsignedHeaders(unsigned)) }
}

fn check_token(request: &SignedRequest<'_>, key: &AccessKey) -> Result<(), Refusal> {
    let in_header = single_header(request, "x-amz-security-token")?.map(str::to_owned);
    let in_query = single_parameter(request, "X-Amz-Security-Token")?;
    let fits = match (&key.session_token, in_header, in_query) {
        (None, None, None) => true,
        (Some(known), Some(came), None) | (Some(known), None, Some(came)) => {
            came.as_bytes().ct_eq(known.as_bytes()).into()
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(Refusal::InvalidToken) }
}

/// Everything needed to compare signatures, but for the payload hash.
struct Attempt {
    collapsed: Vec<u8>,
    /// Where it differs.
    trimmed: Option<Vec<u8>>,
    amz_date: String,
    signed_at: Timestamp,
    claim: Claim,
    key: AccessKey,
    signing_keys: Arc<SigningKeys>,
}

impl Attempt {
    fn check(self, payload: Payload, hash_line: &str) -> Result<Verified, Refusal> {
        let credential = &self.claim.credential;
        let (signing_key, known) = self.signing_keys.get(&self.key.secret, credential);
        let scope = credential.scope();
        let sign = |head: &[u8]| {
            let hash = hex::encode(Sha256::new().chain_update(head).chain_update(hash_line).finalize());
            let string_to_sign = [ALGORITHM, &self.amz_date, &scope, &hash].join("\n");
            let signature = signing_key.sign(string_to_sign.as_bytes());
            let matches: bool = signature.as_bytes().ct_eq(self.claim.signature.as_bytes()).into();
            (matches, string_to_sign)
        };
        let (matches, string_to_sign) = sign(&self.collapsed);
        if !matches && !self.trimmed.as_ref().is_some_and(|trimmed| sign(trimmed).0) {
            return Err(Refusal::SignatureMismatch(Box::new(SignatureMismatch {
                access_key: self.claim.credential.access_key,
                canonical_request: [&self.collapsed, hash_line.as_bytes()].concat(),
                string_to_sign,
                signature_provided: self.claim.signature,
            })));
        }
        if !known {
            self.signing_keys.keep(&self.key.secret, credential, signing_key);
        }
        let chunk_signer = matches!(payload, Payload::Streaming { signed: true, .. })
            .then(|| ChunkSigner::new(signing_key, self.amz_date, scope, self.claim.signature));
        Ok(Verified {
            caller: self.key.caller,
            region: self.claim.credential.region,
            service: self.claim.credential.service,
            payload,
            chunk_signer,
            signed_at: self.signed_at,
            place: self.claim.place,
        })
    }
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").field("claim", &self.claim).finish_non_exhaustive()
    }
}
