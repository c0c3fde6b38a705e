//! The body of an upload on its way to the store, and what it still has to prove.
//!
//! A signature always covers the body's SHA-256. Where the request does not tell it (`x-amz-content-sha256` is
//! absent) and is taken all the same, it is computed as the bytes pass, and the signature is proven at the end of the body: if it does not match,
//! the body fails, and the store keeps nothing of a body that fails. Until then nothing is answered.

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_auth::Pending;
use coldkeep_digest::Checksum;
use coldkeep_http::{Body, Reserved};
use coldkeep_store::{Source, SourceError};
use coldkeep_types::Region;
use sha2::{Digest, Sha256};

use crate::errors::GlacierError;

/// The body of an upload.
pub(crate) struct UploadBody {
    body: Body,
    sha256: Option<[u8; 32]>,
    state: State,
}

enum State {
    Proven,
    Unproven(Box<Unproven>),
    Refused,
}

struct Unproven {
    pending: Pending,
    hasher: Sha256,
    region: Region,
    /// Its share of what may be in flight so.
    _reserved: Reserved,
}

impl UploadBody {
    /// None at all.
    pub fn empty() -> Self {
        Self::proven(Body::empty(), None)
    }

    /// A body whose signature is proven; `sha256` is what it must have.
    pub fn proven(body: Body, sha256: Option<[u8; 32]>) -> Self {
        Self { body, sha256, state: State::Proven }
    }

    /// A body whose end will prove the signature, for the region that was assumed.
    pub fn unproven(body: Body, pending: Pending, region: Region, reserved: Reserved) -> Self {
        let unproven = Unproven { pending, hasher: Sha256::new(), region, _reserved: reserved };
        Self { body, sha256: None, state: State::Unproven(Box::new(unproven)) }
    }

    /// The SHA-256 that was declared.
    pub fn sha256(&self) -> Option<[u8; 32]> {
        self.sha256
    }

    /// Whether the signature is proven.
    pub fn is_proven(&self) -> bool {
        matches!(self.state, State::Proven)
    }

    /// Whether the signature is still open.
    pub fn is_unproven(&self) -> bool {
        matches!(self.state, State::Unproven(_))
    }

    /// Reads the rest and throws it away, to prove the signature.
    pub async fn prove(&mut self) -> Result<(), GlacierError> {
        while self.next().await?.is_some() {}
        Ok(())
    }
}

#[async_trait]
impl Source for UploadBody {
    fn declared_bytes(&self) -> Option<u64> {
        self.body.declared_bytes()
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        if matches!(self.state, State::Refused) {
            return Err(SourceError::Signature);
        }
        let slice = self.body.next().await?;
        let State::Unproven(unproven) = &mut self.state else { return Ok(slice) };
        if let Some(slice) = slice {
            unproven.hasher.update(&slice);
            return Ok(Some(slice));
        }
        if let State::Unproven(unproven) = std::mem::replace(&mut self.state, State::Refused) {
            let Unproven { pending, hasher, region, .. } = *unproven;
            match pending.finish(hasher.finalize().into()) {
                Ok(verified) if verified.region == region => self.state = State::Proven,
                _ => return Err(SourceError::Signature),
            }
        }
        Ok(None)
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        self.body.trailing_checksums()
    }
}
