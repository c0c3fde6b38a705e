//! A request's body on its way in: framing, length and idle time are proven here; digests are the store's.

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use coldkeep_auth::{ChunkSigner, Payload};
use coldkeep_digest::Checksum;
use coldkeep_store::source::{Source, SourceError};
use http_body::Body as _;
use hyper::body::Incoming;
use thiserror::Error;
use tokio::time::timeout;

use crate::arriving::Arriving;
use crate::leftover::{Leftover, LeftoverSlot};
use crate::progress::Progress;
use crate::{Call, Dechunker, Limits, Step, TrailerRules};

/// A request body. Nothing is read, and no `100 Continue` sent, before the first [`Source::next`] or [`Body::buffer`].
///
/// Dropping it unread is the way to refuse it: the connection then drains or closes so that the client sees the answer.
pub struct Body {
    wire: Wire,
    /// Bytes declared by `Content-Length`.
    declared_wire: Option<u64>,
    received_wire: u64,
    /// Something was asked of the wire, so that `100 Continue` may have gone out.
    asked: bool,
    slot: LeftoverSlot,
    /// Boxed: most bodies have none, and it is large.
    dechunker: Option<Box<Dechunker>>,
    /// Read from the wire, not yet through the dechunker.
    pending: Bytes,
    failed: Option<SourceError>,
}

enum Wire {
    Arriving(Arriving),
    Bytes(Bytes),
    Ended,
}

/// Why a body's framing is refused before it is read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FramingRefusal {
    /// An aws-chunked body without `x-amz-decoded-content-length` (S3: 411 `MissingContentLength`).
    #[error("x-amz-decoded-content-length is missing")]
    MissingDecodedLength,
    /// Not a number.
    #[error("x-amz-decoded-content-length is not a number: {0:?}")]
    InvalidDecodedLength(String),
    /// `x-amz-trailer` names something that cannot be a trailer (S3: 400 `InvalidRequest`).
    #[error("{0:?} in x-amz-trailer is not supported")]
    UnsupportedTrailer(String),
}

/// Why a body could not be read whole.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BufferError {
    /// Longer than allowed.
    #[error("the body is longer than {max_bytes} bytes")]
    TooLarge {
        /// The most allowed.
        max_bytes: usize,
    },
    /// There is no memory for it now, as other requests have it; it was not read.
    #[error("no memory for the body")]
    NoMemory,
    /// It did not arrive.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl Body {
    pub(crate) fn incoming(
        incoming: Incoming,
        limits: Arc<Limits>,
        progress: Arc<Progress>,
        slot: LeftoverSlot,
    ) -> Self {
        let declared_wire = incoming.size_hint().exact();
        let wire = match incoming.is_end_stream() {
            true => Wire::Ended,
            false => Wire::Arriving(Arriving::new(incoming, limits, progress)),
        };
        Self::new(wire, declared_wire, slot)
    }

    /// A body without bytes.
    pub fn empty() -> Self {
        Self::from_bytes(Bytes::new())
    }

    /// A body that is there already.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = bytes.len() as u64;
        Self::new(Wire::Bytes(bytes), Some(length), LeftoverSlot::default())
    }

    fn new(wire: Wire, declared_wire: Option<u64>, slot: LeftoverSlot) -> Self {
        Self {
            wire,
            declared_wire,
            received_wire: 0,
            asked: false,
            slot,
            dechunker: None,
            pending: Bytes::new(),
            failed: None,
        }
    }

    /// Prepares for the framing that `x-amz-content-sha256` declares: aws-chunked for the streaming values, else none.
    /// For an anonymous call, parse the header with [`Payload::parse`].
    pub fn decoded(
        mut self,
        call: &Call,
        payload: &Payload,
        signer: Option<ChunkSigner>,
    ) -> Result<Self, FramingRefusal> {
        let Payload::Streaming { signed, trailer } = *payload else { return Ok(self) };
        let length = call.headers.get("x-amz-decoded-content-length").ok_or(FramingRefusal::MissingDecodedLength)?;
        let length = length.to_str().unwrap_or_default();
        let declared = Some(length)
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| FramingRefusal::InvalidDecodedLength(length.to_owned()))?;
        let names: Vec<&str> =
            call.headers.get_all("x-amz-trailer").iter().map(|value| value.to_str().unwrap_or("?")).collect();
        let rules = match trailer {
            true => Some(TrailerRules::parse(&names.join(",")).map_err(FramingRefusal::UnsupportedTrailer)?),
            false => None,
        };
        let signer = if signed { signer } else { None };
        self.dechunker = Some(Box::new(Dechunker::new(declared, signer, rules)));
        Ok(self)
    }

    /// The whole body, if it has at most `max_bytes`. For XML and JSON bodies of verified callers, which share
    /// [`Limits::documents`]: its memory is reserved before it is read, and for as long as the bytes are there.
    pub async fn buffer(mut self, max_bytes: usize) -> Result<Bytes, BufferError> {
        let most = self.most(max_bytes)?;
        let Wire::Arriving(arriving) = &self.wire else { return self.whole(max_bytes).await };
        let limits = &arriving.limits;
        let reserved = limits.documents.reserve(most, limits.document_patience).await;
        let reserved = reserved.ok_or(BufferError::NoMemory)?;
        Ok(reserved.holding(self.whole(max_bytes).await?))
    }

    /// The whole body of a caller who can be verified only with it: within [`Limits::stranger_stall_timeout`], and at the
    /// cost of the call's connection.
    pub async fn buffer_unproven(mut self, call: &Call, max_bytes: usize) -> Result<Bytes, BufferError> {
        let most = self.most(max_bytes)?;
        if matches!(self.wire, Wire::Arriving(_)) {
            call.charge(usize::try_from(most).unwrap_or(usize::MAX));
        }
        self.unproven(async |body| body.whole(max_bytes).await).await
    }

    /// Reads as much of the body as it takes to verify its caller, within [`Limits::stranger_stall_timeout`]. What `read` holds
    /// meanwhile is its to bound, and to [charge](Call::charge).
    pub async fn unproven<T, E: From<SourceError>>(
        &mut self,
        read: impl AsyncFnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let Wire::Arriving(arriving) = &self.wire else { return read(self).await };
        let longest = arriving.limits.stranger_stall_timeout;
        match timeout(longest, read(self)).await {
            Ok(read) => read,
            Err(_) => {
                let idle = SourceError::Idle { seconds: longest.as_secs() };
                self.failed = Some(idle.clone());
                Err(idle.into())
            }
        }
    }

    /// How many bytes may come, if these are not more than `max_bytes`.
    fn most(&self, max_bytes: usize) -> Result<u64, BufferError> {
        let most = self.declared_bytes().unwrap_or(max_bytes as u64);
        if most > max_bytes as u64 { Err(BufferError::TooLarge { max_bytes }) } else { Ok(most) }
    }

    async fn whole(&mut self, max_bytes: usize) -> Result<Bytes, BufferError> {
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        while let Some(slice) = self.next().await? {
            if first.len() + rest.len() + slice.len() > max_bytes {
                return Err(BufferError::TooLarge { max_bytes });
            }
            if first.is_empty() {
                first = slice;
            } else {
                rest.extend_from_slice(&slice);
            }
        }
        if rest.is_empty() {
            return Ok(first);
        }
        Ok([first.as_ref(), rest.as_ref()].concat().into())
    }

    async fn next_decoded(&mut self) -> Result<Option<Bytes>, SourceError> {
        loop {
            let Some(dechunker) = &mut self.dechunker else { return self.next_wire().await };
            match dechunker.next(&mut self.pending)? {
                Step::Data(data) => return Ok(Some(data)),
                // The end of the framing must be the end of the wire.
                Step::End | Step::More => match self.next_wire().await? {
                    Some(slice) => self.pending = slice,
                    None => return self.end_decoded().map(|()| None),
                },
            }
        }
    }

    fn end_decoded(&mut self) -> Result<(), SourceError> {
        let Some(dechunker) = &mut self.dechunker else { return Ok(()) };
        match dechunker.next(&mut Bytes::new())? {
            Step::End => Ok(()),
            Step::Data(_) | Step::More => Err(dechunker.truncated()),
        }
    }

    /// The next slice from the connection, framing of HTTP removed.
    async fn next_wire(&mut self) -> Result<Option<Bytes>, SourceError> {
        self.asked = true;
        let slice = match &mut self.wire {
            Wire::Ended => None,
            Wire::Bytes(bytes) if bytes.is_empty() => None,
            Wire::Bytes(bytes) => Some(std::mem::take(bytes)),
            Wire::Arriving(arriving) => match arriving.next().await? {
                Ok(slice) => slice,
                Err(error) => return Err(self.broken(&error)),
            },
        };
        match &slice {
            Some(slice) => {
                self.received_wire += slice.len() as u64;
                if let Some(declared) = self.declared_wire.filter(|declared| self.received_wire > *declared) {
                    return Err(SourceError::TooLong { declared });
                }
            }
            None => {
                self.wire = Wire::Ended;
                if let Some(declared) = self.declared_wire.filter(|declared| self.received_wire < *declared) {
                    return Err(SourceError::Truncated { received: self.received_wire, declared });
                }
            }
        }
        Ok(slice)
    }

    fn broken(&self, error: &hyper::Error) -> SourceError {
        let ended = error.is_incomplete_message()
            || std::error::Error::source(error)
                .and_then(|source| source.downcast_ref::<io::Error>())
                .is_some_and(|source| source.kind() == io::ErrorKind::UnexpectedEof);
        match self.declared_wire {
            Some(declared) if ended => SourceError::Truncated { received: self.received_wire, declared },
            _ => SourceError::Broken(error.to_string()),
        }
    }
}

#[async_trait]
impl Source for Body {
    fn declared_bytes(&self) -> Option<u64> {
        match &self.dechunker {
            Some(dechunker) => Some(dechunker.declared_bytes()),
            None => self.declared_wire,
        }
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = self.next_decoded().await;
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        self.dechunker.as_ref().map_or(&[], |dechunker| dechunker.checksums())
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Wire::Arriving(arriving) = std::mem::replace(&mut self.wire, Wire::Ended) {
            let broken = matches!(
                self.failed,
                Some(
                    SourceError::Truncated { .. }
                        | SourceError::Broken(_)
                        | SourceError::Idle { .. }
                        | SourceError::Slow { .. }
                )
            );
            let left = self.declared_wire.map(|declared| declared.saturating_sub(self.received_wire));
            self.slot.leave(Leftover { incoming: arriving.incoming, left_bytes: left, asked: self.asked, broken });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::tests::call;

    const TRAILER: Payload = Payload::Streaming { signed: false, trailer: true };

    fn decoded(headers: &[(&str, &str)], body: &'static str) -> Result<Body, FramingRefusal> {
        Body::from_bytes(body).decoded(&call("PUT", "/b/k", headers).0, &TRAILER, None)
    }

    #[tokio::test]
    async fn chunks_are_taken_out_and_the_trailer_is_known_at_the_end() {
        let headers = [("x-amz-decoded-content-length", "5"), ("x-amz-trailer", "x-amz-checksum-crc32")];
        let chunks = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
        let mut body = decoded(&headers, chunks).expect("well declared");
        assert_eq!(body.declared_bytes(), Some(5));
        let mut all = Vec::new();
        while let Some(slice) = body.next().await.expect("well formed") {
            all.extend_from_slice(&slice);
        }
        assert_eq!(all, b"hello");
        assert_eq!(body.trailing_checksums()[0].to_base64(), "NhCmhg==");
        assert_eq!(body.next().await, Ok(None), "the end stays the end");
        let mut cut = decoded(&headers, &chunks[..chunks.len() - 1]).expect("well declared");
        let error = loop {
            match cut.next().await {
                Ok(slice) => assert!(slice.is_some(), "a cut body must not end well"),
                Err(error) => break error,
            }
        };
        assert_eq!(cut.next().await, Err(error), "an error stays an error");
    }

    #[test]
    fn the_framing_must_be_declared_well() {
        let refusal = |headers: &[(&str, &str)]| decoded(headers, "").err();
        assert_eq!(refusal(&[]), Some(FramingRefusal::MissingDecodedLength));
        for length in ["-1", "", "1e3", "99999999999999999999"] {
            let expected = FramingRefusal::InvalidDecodedLength(length.into());
            assert_eq!(refusal(&[("x-amz-decoded-content-length", length)]), Some(expected));
        }
        let headers = [("x-amz-decoded-content-length", "1"), ("x-amz-trailer", "etag")];
        assert_eq!(refusal(&headers), Some(FramingRefusal::UnsupportedTrailer("etag".into())));
    }

    #[tokio::test]
    async fn small_bodies_are_buffered_up_to_a_bound() {
        assert_eq!(Body::from_bytes("hello").buffer(5).await, Ok(Bytes::from("hello")));
        assert_eq!(Body::empty().buffer(0).await, Ok(Bytes::new()));
        assert_eq!(Body::from_bytes("hello!").buffer(5).await, Err(BufferError::TooLarge { max_bytes: 5 }));
        let headers = [("x-amz-decoded-content-length", "5")];
        let chunks = "5\r\nhello\r\n0\r\n\r\n";
        let body = decoded(&headers, chunks).expect("well declared");
        assert_eq!(body.buffer(5).await, Ok(Bytes::from("hello")));
    }
}
