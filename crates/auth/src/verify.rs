//! Verifying a request: from headers and query to a proven caller, or the reason why not. `version_2` has what is
//! Signature V2's own.
//!
//! Order of checks: credentials present and well formed, date, life or skew, every `x-amz-*` header signed (S3), access
//! key, session token, signature. Signatures and tokens are compared in constant time.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_types::{Region, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::canonical::{SignedRequest, Spaces, canonical_head, has_runs};
use crate::credential::{ALGORITHM, Claim, DEFAULT_REGION, Found, INCOMPLETE_QUERY, find, single_parameter};
use crate::signing_key::SigningKeys;
use crate::version_2::{self, SignatureV2};
use crate::{AccessKey, Caller, ChunkSigner, InvalidPayload, Keys, Payload, Place, Refusal, SignatureMismatch, date};

/// Seven days: the longest life of a presigned URL, in seconds.
pub const MAX_EXPIRES_SECONDS: u32 = 604_800;

/// Verifies Signature V4, and V2 where told so. Cheap to clone; clones share their memory of signing keys.
#[derive(Clone)]
pub struct Verifier {
    pub(crate) max_skew_millis: i64,
    pub(crate) version_2: SignatureV2,
    pub(crate) signing_keys: Arc<SigningKeys>,
    witness: Option<Arc<dyn Witness>>,
}

/// Hears of each request whose signature is proven. It must not block.
pub trait Witness: Send + Sync {
    /// An access key signed a request for a service in a region.
    fn proven(&self, access_key: &str, service: &str, region: &Region);
}

/// By which scheme a request was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureVersion {
    /// HMAC-SHA1, of S3 only.
    V2,
    /// HMAC-SHA256.
    V4,
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
    /// When it was signed. A V2 URL does not say: the moment of the request.
    pub signed_at: Timestamp,
    /// By which scheme.
    pub version: SignatureVersion,
    /// Where the signature stood.
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
        Self { max_skew_millis, version_2: SignatureV2::Off, signing_keys: Arc::default(), witness: None }
    }

    /// The same verifier, which tells of each proven request.
    #[must_use]
    pub fn with_witness(self, witness: Arc<dyn Witness>) -> Self {
        Self { witness: Some(witness), ..self }
    }

    /// The same verifier, which takes Signature V2 where this says.
    #[must_use]
    pub fn with_signature_v2(self, version_2: SignatureV2) -> Self {
        Self { version_2, ..self }
    }

    /// Verifies a request at the time `now`.
    pub fn verify(
        &self,
        keys: &dyn Keys,
        request: &SignedRequest<'_>,
        now: Timestamp,
    ) -> Result<Authentication, Refusal> {
        let claim = match find(request)? {
            Found::V4(claim) => claim,
            Found::V2(claim) => return self.verify_v2(keys, request, &claim, now).map(Authentication::Verified),
        };
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
            witness: self.witness.clone(),
        };
        match payload {
            Payload::Absent => Ok(Authentication::Pending(Pending(attempt))),
            known => attempt.check(known, &hash_line).map(Authentication::Verified),
        }
    }

    fn verify_v2(
        &self,
        keys: &dyn Keys,
        request: &SignedRequest<'_>,
        claim: &version_2::Claim,
        now: Timestamp,
    ) -> Result<Verified, Refusal> {
        match (self.version_2, claim.place) {
            (SignatureV2::On, _) | (SignatureV2::Presigned, Place::Query | Place::Form) => {}
            (SignatureV2::Off, _) | (SignatureV2::Presigned, Place::Header) => return Err(Refusal::SignatureV2Off),
        }
        let (signed_at, dated) = claim.check_time(request, now, self.max_skew_millis)?;
        let key = keys.lookup(&claim.access_key).ok_or_else(|| Refusal::UnknownAccessKey(claim.access_key.clone()))?;
        check_token(request, &key)?;
        // Its signature covers no body, but the body may be declared, and is then held to that.
        let declared = single_header(request, "x-amz-content-sha256")?;
        let payload = match parse_payload(declared)? {
            Payload::Absent => Payload::Unsigned,
            // Chunks are signed by V4's keys only.
            Payload::Streaming { signed: true, .. } => {
                return Err(Refusal::InvalidPayloadHash(declared.unwrap_or_default().to_owned()));
            }
            other => other,
        };
        claim.check(request, &dated, &key.secret)?;
        if let Some(witness) = &self.witness {
            witness.proven(&claim.access_key, "s3", &DEFAULT_REGION);
        }
        Ok(Verified {
            caller: key.caller,
            region: DEFAULT_REGION.clone(),
            service: "s3".to_owned(),
            payload,
            chunk_signer: None,
            signed_at,
            version: SignatureVersion::V2,
            place: claim.place,
        })
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
            Place::Query | Place::Form => {
                let parameter = single_parameter(request, "X-Amz-Date")?.ok_or_else(|| malformed(INCOMPLETE_QUERY))?;
                date::parse_basic(&parameter).ok_or_else(|| {
                    malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
                })?
            }
        };
        let amz_date = date::format_basic(signed_at);
        if amz_date.get(..8) != Some(claim.credential.date.as_str()) {
            let (scope, stop) = (&claim.credential.date, if claim.place == Place::Query { "." } else { "" });
            return Err(malformed(&format!(
                "Invalid credential date \"{scope}\". This date is not the same as X-Amz-Date: \"{}\"{stop}",
                &amz_date[..8]
            )));
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
            Place::Query | Place::Form => self.check_life(request, signed_at, now).map(|()| (signed_at, amz_date)),
        }
    }

    fn check_life(&self, request: &SignedRequest<'_>, signed_at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        let malformed = |what: &str| Refusal::Malformed { place: Place::Query, what: what.into() };
        let text = single_parameter(request, "X-Amz-Expires")?.ok_or_else(|| malformed(INCOMPLETE_QUERY))?;
        let digits = text.strip_prefix('-').unwrap_or(&text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(malformed("X-Amz-Expires should be a number"));
        }
        if digits.len() < text.len() {
            return Err(malformed("X-Amz-Expires must be non-negative"));
        }
        let expires_seconds = text.parse::<u32>().ok().filter(|seconds| *seconds <= MAX_EXPIRES_SECONDS);
        let expires_seconds = expires_seconds.ok_or_else(|| {
            malformed(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less \
                 than 604800 seconds",
            )
        })?;
        let expired_at = signed_at.plus_millis(i64::from(expires_seconds) * 1000);
        if signed_at > now.plus_millis(self.max_skew_millis) {
            Err(Refusal::NotYetValid { signed_at, server_time: now })
        } else if now > expired_at {
            Err(Refusal::Expired { expires_seconds: Some(expires_seconds), expired_at, server_time: now })
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
    let header = match claim.place {
        Place::Query if !is_signed(claim, PAYLOAD_HASH) => None,
        _ => single_header(request, PAYLOAD_HASH)?.map(str::to_owned),
    };
    let declared = match (header, claim.place) {
        (Some(header), _) => Some(header),
        (None, Place::Query) => single_parameter(request, "X-Amz-Content-Sha256")?,
        (None, Place::Header | Place::Form) => None,
    };
    match parse_payload(declared.as_deref())? {
        Payload::Absent if s3 && claim.place == Place::Query => Ok((Payload::Unsigned, Payload::Unsigned.to_string())),
        Payload::Absent if s3 => Err(Refusal::MissingPayloadHash),
        payload => Ok((payload, declared.unwrap_or_default())),
    }
}

fn parse_payload(declared: Option<&str>) -> Result<Payload, Refusal> {
    Payload::parse(declared).map_err(|error| match error {
        InvalidPayload::Unsupported(name) => Refusal::UnsupportedPayload(name),
        InvalidPayload::Unknown(value) => Refusal::InvalidPayloadHash(value),
    })
}

/// The header of the body's hash. In a presigned URL it counts for nothing, as at Amazon, unless it is among the signed ones.
const PAYLOAD_HASH: &str = "x-amz-content-sha256";

fn is_signed(claim: &Claim, name: &str) -> bool {
    claim.signed_headers.iter().any(|signed| signed == name)
}

/// `host` and every signed header are there, `host` once; S3: every `x-amz-*` header is signed.
fn check_headers(request: &SignedRequest<'_>, claim: &Claim, s3: bool) -> Result<(), Refusal> {
    single_header(request, "host")?;
    let mut unsigned: Vec<String> = Vec::new();
    for (name, _) in request.headers.iter().filter(|(name, _)| s3 && name.starts_with("x-amz-")) {
        let counts = claim.place != Place::Query || *name != PAYLOAD_HASH;
        if counts && !is_signed(claim, name) && !unsigned.iter().any(|known| known == name) {
            unsigned.push((*name).to_owned());
        }
    }
    if !unsigned.is_empty() {
        return Err(Refusal::UnsignedHeaders(unsigned));
    }
    match claim.signed_headers.iter().find(|name| request.header_values(name).next().is_none()) {
        Some(missing) => Err(Refusal::MissingSignedHeader(missing.clone())),
        None => Ok(()),
    }
}

fn check_token(request: &SignedRequest<'_>, key: &AccessKey) -> Result<(), Refusal> {
    let in_header = single_header(request, "x-amz-security-token")?.map(str::to_owned);
    let in_query = match single_parameter(request, "X-Amz-Security-Token")? {
        Some(token) => Some(token),
        // As clients of Signature V2 write it.
        None => single_parameter(request, "x-amz-security-token")?,
    };
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
    witness: Option<Arc<dyn Witness>>,
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
        let region = self.claim.credential.region();
        if let Some(witness) = &self.witness {
            witness.proven(&self.claim.credential.access_key, &self.claim.credential.service, &region);
        }
        Ok(Verified {
            caller: self.key.caller,
            region,
            service: self.claim.credential.service,
            payload,
            chunk_signer,
            signed_at: self.signed_at,
            version: SignatureVersion::V4,
            place: self.claim.place,
        })
    }
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").field("claim", &self.claim).finish_non_exhaustive()
    }
}
