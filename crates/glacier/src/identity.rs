//! Who calls. Many clients do not tell the SHA-256 of a document that their signature covers, so the body has a part in this.
//!
//! Nothing that a caller sends is taken before the caller is proven, but for small documents, which are held to short
//! deadlines; and uploads, where the server was told to take them (`--unsigned-vault-bodies`).

use bytes::Bytes;
use coldkeep_auth::{Authentication, Caller, Payload, Refusal, Verified};
use coldkeep_http::{Body, Call, Memory};
use coldkeep_types::Region;

use crate::body::UploadBody;
use crate::errors::GlacierError;
use crate::headers;

/// 1 MiB: the most a body may have that is not an upload. The largest real ones are policies of 20 KiB.
const MAX_DOCUMENT_BYTES: usize = 1 << 20;

/// 64 KiB: the same, when the caller is proven only with it.
const MAX_UNPROVEN_BYTES: usize = 64 << 10;

/// The caller, and the region of the vaults meant.
pub(crate) struct Identity {
    pub caller: Caller,
    pub region: Region,
}

impl From<Verified> for Identity {
    fn from(verified: Verified) -> Self {
        Self { caller: verified.caller, region: verified.region }
    }
}

/// Reads a small body whole and proves the signature over it.
pub(crate) async fn prove_whole(
    call: &Call,
    authentication: Authentication,
    body: Body,
) -> Result<(Identity, Bytes), GlacierError> {
    // What would not be accepted whatever the body is, is not read.
    if let Authentication::Verified(verified) = &authentication {
        declared_sha256(&verified.payload)?;
    }
    let (verified, document) =
        coldkeep_http::prove_whole::<GlacierError>(call, authentication, body, MAX_DOCUMENT_BYTES, MAX_UNPROVEN_BYTES)
            .await?;
    Ok((verified.into(), document))
}

/// Prepares for a body that is streamed. Without `x-amz-content-sha256` the caller is only claimed until the body has ended
/// (see [`UploadBody`]): that is refused, as at Amazon, but for what `unproven` has room for.
pub(crate) fn begin_stream(
    call: &Call,
    authentication: Authentication,
    body: Body,
    unproven: Option<&Memory>,
) -> Result<(Identity, UploadBody), GlacierError> {
    match authentication {
        Authentication::Verified(verified) => {
            let sha256 = declared_sha256(&verified.payload)?;
            Ok((verified.into(), UploadBody::proven(body, sha256)))
        }
        Authentication::Pending(pending) => {
            // The body must be read to its end before anything is answered, so it must have an acceptable one.
            let length = headers::upload_length(call)?;
            let unproven =
                unproven.filter(|budget| length <= budget.bytes()).ok_or_else(GlacierError::missing_sha256)?;
            let reserved = unproven.try_reserve(length).ok_or_else(GlacierError::throttling)?;
            let caller = pending.claimed_caller().clone();
            let region = claimed_region(call).ok_or(Refusal::NoCredentials)?;
            let identity = Identity { caller, region: region.clone() };
            Ok((identity, UploadBody::unproven(body, pending, region, reserved)))
        }
    }
}

/// The SHA-256 that the body must have. The vault API has neither unsigned nor chunked payloads.
fn declared_sha256(payload: &Payload) -> Result<Option<[u8; 32]>, GlacierError> {
    match payload {
        Payload::Signed(sha256) => Ok(Some(*sha256)),
        Payload::Absent => Ok(None),
        Payload::Unsigned | Payload::Streaming { .. } => Err(GlacierError::not_a_sha256(&payload.to_string())),
    }
}

/// The region of the credential scope as it stands in the request, proven later.
fn claimed_region(call: &Call) -> Option<Region> {
    let in_header = call.header("authorization").and_then(|header| {
        let (_, rest) = header.split_once("Credential=")?;
        rest.split(',').next().map(str::trim)
    });
    let credential = in_header.or_else(|| call.parameter("X-Amz-Credential"))?;
    credential.rsplit('/').nth(2).map(coldkeep_auth::region_of_scope)
}
