//! Who calls. Most clients do not tell the body's SHA-256 that their signature covers, so the body has a part in this.

use bytes::Bytes;
use coldkeep_auth::{Authentication, Caller, Payload, Refusal, Verified};
use coldkeep_http::{Body, BufferError, Call};
use coldkeep_types::Region;
use sha2::{Digest, Sha256};

use crate::body::UploadBody;
use crate::errors::GlacierError;
use crate::headers;

/// 1 MiB: the most a body may have that is not an upload. The largest real ones are policies of 20 KiB.
const MAX_DOCUMENT_BYTES: usize = 1 << 20;

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
pub(crate) async fn prove_whole(authentication: Authentication, body: Body) -> Result<(Identity, Bytes), GlacierError> {
    // What would not be accepted whatever the body is, is not read.
    if let Authentication::Verified(verified) = &authentication {
        declared_sha256(&verified.payload)?;
    }
    let document = body.buffer(MAX_DOCUMENT_BYTES).await.map_err(|error| match error {
        BufferError::TooLarge { max_bytes } => {
            GlacierError::bad_request(format!("The request body is larger than {max_bytes} bytes."))
        }
        BufferError::Source(error) => error.into(),
    })?;
    let verified = match authentication {
        Authentication::Verified(verified) => verified,
        Authentication::Pending(pending) => pending.finish(Sha256::digest(&document).into())?,
    };
    coldkeep_http::prove_sha256(&document, &verified.payload)
        .map_err(|mismatch| GlacierError::sha256_mismatch(&mismatch.declared, &mismatch.computed))?;
    Ok((verified.into(), document))
}

/// Prepares for a body that is streamed. Without `x-amz-content-sha256` the caller is only claimed until the body
/// has ended: see [`UploadBody`].
pub(crate) fn begin_stream(
    call: &Call,
    authentication: Authentication,
    body: Body,
) -> Result<(Identity, UploadBody), GlacierError> {
    match authentication {
        Authentication::Verified(verified) => {
            let sha256 = declared_sha256(&verified.payload)?;
            Ok((verified.into(), UploadBody::proven(body, sha256)))
        }
        Authentication::Pending(pending) => {
            // The body must be read to its end before anything is answered, so it must have an acceptable one.
            headers::upload_length(call)?;
            let caller = pending.claimed_caller().clone();
            let region = claimed_region(call).ok_or(Refusal::NoCredentials)?;
            let identity = Identity { caller, region: region.clone() };
            Ok((identity, UploadBody::unproven(body, pending, region)))
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
        rest.split([',', ' ']).next()
    });
    let credential = in_header.or_else(|| call.parameter("X-Amz-Credential"))?;
    Region::parse(credential.rsplit('/').nth(2)?).ok()
}
