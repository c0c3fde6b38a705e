//! Responses: empty, bytes, or a stream of a length known beforehand.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use coldkeep_store::Reader;
use futures_util::stream::{BoxStream, Stream, StreamExt};
use http_body::{Frame, SizeHint};

/// What a door answers.
pub type Response = http::Response<ResponseBody>;

/// Why a response stream broke. It is not shown to the client, which sees the connection cut.
pub type StreamError = Box<dyn std::error::Error + Send + Sync>;

/// A response body. `Content-Length` is set from it; for HEAD, answer an empty body and set the header yourself.
///
/// A stream that fails, ends early or runs over its length breaks the connection (HTTP/2: the stream), so that a client
/// never takes a short body for a whole one.
pub struct ResponseBody(Kind);

enum Kind {
    Bytes(Bytes),
    Stream { left: u64, stream: BoxStream<'static, Result<Bytes, StreamError>> },
}

impl ResponseBody {
    /// No body.
    pub fn empty() -> Self {
        Self(Kind::Bytes(Bytes::new()))
    }

    /// A body of exactly `length` bytes, made as the client takes it.
    pub fn stream(length: u64, stream: impl Stream<Item = Result<Bytes, StreamError>> + Send + 'static) -> Self {
        Self(if length == 0 {
            Kind::Bytes(Bytes::new())
        } else {
            Kind::Stream { left: length, stream: stream.boxed() }
        })
    }

    /// What a reader gives, to its end. `what` names it in the log, where it cannot be read.
    pub fn reading(reader: Reader, what: &'static str) -> Self {
        let length = reader.remaining();
        let stream = futures_util::stream::try_unfold(reader, move |mut reader| async move {
            let next = reader.next().await.map_err(|error| {
                tracing::error!(%error, what, "cannot be read to its end");
                StreamError::from(error)
            })?;
            Ok(next.map(|bytes| (bytes, reader)))
        });
        Self::stream(length, stream)
    }

    /// Bytes that are still to come.
    pub fn bytes_left(&self) -> u64 {
        match &self.0 {
            Kind::Bytes(bytes) => bytes.len() as u64,
            Kind::Stream { left, .. } => *left,
        }
    }
}

impl<B: Into<Bytes>> From<B> for ResponseBody {
    fn from(bytes: B) -> Self {
        Self(Kind::Bytes(bytes.into()))
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseBody({} bytes left)", self.bytes_left())
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        Poll::Ready(match &mut self.0 {
            Kind::Bytes(bytes) if bytes.is_empty() => None,
            Kind::Bytes(bytes) => Some(Ok(Frame::data(std::mem::take(bytes)))),
            Kind::Stream { left: 0, .. } => None,
            Kind::Stream { left, stream } => match ready!(stream.poll_next_unpin(cx)) {
                Some(Ok(slice)) if slice.len() as u64 <= *left => {
                    *left -= slice.len() as u64;
                    Some(Ok(Frame::data(slice)))
                }
                Some(Ok(_)) => Some(Err("the response is longer than its declared length".into())),
                Some(Err(error)) => Some(Err(error)),
                None => Some(Err(format!("the response ended {left} bytes early").into())),
            },
        })
    }

    fn is_end_stream(&self) -> bool {
        self.bytes_left() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes_left())
    }
}
