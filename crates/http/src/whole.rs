//! A request whose body is read whole and proven with its signature.

use bytes::Bytes;
use coldkeep_auth::{Authentication, Refusal, Verified};
use sha2::{Digest, Sha256};

use crate::body::{Body, BufferError};
use crate::call::Call;
use crate::proof::{Sha256Mismatch, prove_sha256};

/// Reads a body of at most `max_bytes` and proves its signature with it. Where the signature is over a body that the head does not
/// tell the SHA-256 of, at most `max_unproven_bytes` are read before its sender is proven.
pub async fn prove_whole<E: From<Refusal> + From<BufferError> + From<Sha256Mismatch>>(
    call: &Call,
    authentication: Authentication,
    body: Body,
    max_bytes: usize,
    max_unproven_bytes: usize,
) -> Result<(Verified, Bytes), E> {
    let (verified, body) = match authentication {
        Authentication::Verified(verified) => (verified, body.buffer(max_bytes).await?),
        Authentication::Pending(pending) => {
            let body = body.buffer_unproven(call, max_unproven_bytes).await?;
            let verified = pending.finish(Sha256::digest(&body).into())?;
            call.verified(&verified);
            (verified, body)
        }
    };
    prove_sha256(&body, &verified.payload)?;
    Ok((verified, body))
}
