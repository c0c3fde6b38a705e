//! The seam to the network: documents of providers come through it, so that tests bring their own.

use async_trait::async_trait;
use bytes::Bytes;
use thiserror::Error;

/// 256 KiB: the most a document may have. A set of a hundred large keys has some 80 KiB.
pub const MAX_DOCUMENT_BYTES: usize = 256 << 10;

/// Brings documents.
///
/// One is what answers `200` at exactly this URL with at most [`MAX_DOCUMENT_BYTES`]: no redirect is followed. `https:` only with a
/// certificate of a known authority, or under one of whose SHA-1 thumbprints, in lower-case hexadecimal, are given. How long it may
/// take is the caller's to bound.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// The document at this URL.
    async fn get(&self, url: &str, thumbprints: &[String]) -> Result<Bytes, FetchError>;
}

/// Why there is no document. The text is for the log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// Nobody answered, or said that it cannot now: the next try may do better.
    #[error("{0}")]
    Unreachable(String),
    /// What answered is no such document, or must not be asked.
    #[error("{0}")]
    Refused(String),
}
