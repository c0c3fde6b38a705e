//! Responses: empty, bytes, a stream of a length known beforehand, or one whose length nobody knows until it ends.

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
    Stream {
        left: u64,
        /// Made, not yet given out.
        ready: Bytes,
        stream: BoxStream<'static, Result<Bytes, StreamError>>,
    },
    /// A stream that ends when it ends; what made it goes with its end.
    Open {
        ready: Bytes,
        stream: Option<BoxStream<'static, Result<Bytes, StreamError>>>,
    },
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
            Kind::Stream { left: length, ready: Bytes::new(), stream: stream.boxed() }
        })
    }

    /// A body whose length shows at its end, made as the client takes it.
    pub fn open(stream: impl Stream<Item = Result<Bytes, StreamError>> + Send + 'static) -> Self {
        Self(Kind::Open { ready: Bytes::new(), stream: Some(stream.boxed()) })
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

    /// Bytes that are still to come; of an open stream, those that are known of.
    pub fn bytes_left(&self) -> u64 {
        match &self.0 {
            Kind::Bytes(bytes) => bytes.len() as u64,
            Kind::Stream { left, .. } => *left,
            Kind::Open { ready, .. } => ready.len() as u64,
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

impl ResponseBody {
    /// Whether nothing of it is still to be made.
    pub(crate) fn is_there_whole(&self) -> bool {
        matches!(self.0, Kind::Bytes(_))
    }

    /// The next bytes, at most so many.
    pub(crate) fn poll_piece(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<Option<Result<Bytes, StreamError>>> {
        Poll::Ready(match &mut self.0 {
            Kind::Bytes(bytes) if bytes.is_empty() => None,
            Kind::Bytes(bytes) => Some(Ok(bytes.split_to(bytes.len().min(most)))),
            Kind::Stream { left: 0, .. } => None,
            Kind::Open { ready, stream } => {
                while ready.is_empty() {
                    let Some(open) = stream else { return Poll::Ready(None) };
                    match ready!(open.poll_next_unpin(cx)) {
                        Some(Ok(slice)) => *ready = slice,
                        ended => {
                            *stream = None;
                            return Poll::Ready(ended);
                        }
                    }
                }
                Some(Ok(ready.split_to(ready.len().min(most))))
            }
            Kind::Stream { left, ready, stream } => {
                if ready.is_empty() {
                    match ready!(stream.poll_next_unpin(cx)) {
                        Some(Ok(slice)) if slice.len() as u64 <= *left => *ready = slice,
                        Some(Ok(_)) => {
                            return Poll::Ready(Some(Err("the response is longer than its declared length".into())));
                        }
                        Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                        None => return Poll::Ready(Some(Err(format!("the response ended {left} bytes early").into()))),
                    }
                }
                let piece = ready.split_to(ready.len().min(most));
                *left -= piece.len() as u64;
                Some(Ok(piece))
            }
        })
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        self.poll_piece(cx, usize::MAX).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Open { ready, stream } => ready.is_empty() && stream.is_none(),
            Kind::Bytes(_) | Kind::Stream { .. } => self.bytes_left() == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Open { stream: Some(_), .. } => SizeHint::default(),
            _ => SizeHint::with_exact(self.bytes_left()),
        }
    }
}
