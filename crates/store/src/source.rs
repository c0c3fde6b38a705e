//! Where the bytes of an upload come from.

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_digest::Checksum;
use thiserror::Error;

/// A body on its way in. The transport proves framing, length and chunk signatures; the store proves digests.
///
/// - [`next`](Source::next) gives the bytes in order, in slices as they come, and `None` exactly once the whole body
///   has arrived and the transport is satisfied with it (length, final chunk, trailer, signatures).
/// - Nothing may be kept of a body whose `next` failed.
#[async_trait]
pub trait Source: Send {
    /// How many bytes will come, if that was declared (after decoding of aws-chunked).
    fn declared_bytes(&self) -> Option<u64>;

    /// The next slice, or `None` at the proven end.
    async fn next(&mut self) -> Result<Option<Bytes>, SourceError>;

    /// Checksums that came in a trailer; known after [`next`](Source::next) returned `None`.
    fn trailing_checksums(&self) -> &[Checksum];
}

/// Why a body could not be received.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SourceError {
    /// The connection ended, or the last chunk came, before all declared bytes had arrived.
    #[error("the body ended after {received} of {declared} bytes")]
    Truncated {
        /// Bytes that arrived.
        received: u64,
        /// Bytes that were declared.
        declared: u64,
    },
    /// More bytes came than were declared.
    #[error("the body is longer than the declared {declared} bytes")]
    TooLong {
        /// Bytes that were declared.
        declared: u64,
    },
    /// Nothing came for the idle time-out.
    #[error("no bytes came for {seconds} s")]
    Idle {
        /// The time-out.
        seconds: u64,
    },
    /// The bytes come too slowly.
    #[error("fewer than {bytes_per_second} bytes came in a second")]
    Slow {
        /// The least rate.
        bytes_per_second: u64,
    },
    /// The aws-chunked framing is malformed.
    #[error("malformed chunked body: {0}")]
    Framing(String),
    /// A chunk that is not the last is too small.
    #[error("chunk {} has {bytes} bytes and is not the last", following - 1)]
    SmallChunk {
        /// The number of the chunk that came after it, from 1.
        following: u64,
        /// Its bytes.
        bytes: u64,
    },
    /// The signature of a chunk, or of the trailer, does not match.
    #[error("the signature of a chunk does not match")]
    Signature,
    /// A trailer that was declared is missing, malformed, or was not declared.
    #[error("malformed trailer: {0}")]
    Trailer(String),
    /// The value of a trailer that was declared is not one of its kind.
    #[error("the value of the trailer {0} is not valid")]
    TrailerValue(&'static str),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The bytes come from this store, which could not read them: no fault of the client's.
    #[error("the source cannot be read: {0}")]
    Storage(String),
}
