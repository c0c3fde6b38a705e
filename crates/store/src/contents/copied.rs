//! What is read, as the body of what is written: copies of bytes that cannot be shared.

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_digest::Checksum;

use crate::{Reader, Source, SourceError};

/// The bytes of an object as the body of another, or of a part.
pub(crate) struct Copied(pub Reader);

#[async_trait]
impl Source for Copied {
    fn declared_bytes(&self) -> Option<u64> {
        Some(self.0.remaining())
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        self.0.next().await.map_err(|error| SourceError::Storage(error.to_string()))
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        &[]
    }
}
