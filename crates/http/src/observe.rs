//! How each request ended, for the access log and the metrics.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_types::Timestamp;
use http::{HeaderValue, Method, StatusCode, Uri};

use crate::RequestId;

/// What a door tells about a request, as an extension of its response:
/// `response.extensions_mut().insert(Annotation { .. })`.
#[derive(Clone, Debug, Default)]
pub struct Annotation {
    /// The operation as Amazon names it, such as `UploadPart`.
    pub operation: Option<&'static str>,
    /// The key of the object, where the body says it and not the target.
    pub key: Option<String>,
    /// The caller's ARN, once proven.
    pub caller: Option<String>,
    /// The wire code of the error that was answered, such as `NoSuchKey`.
    pub error: Option<String>,
    /// Who else hears how the request ended, once it has.
    pub ended: Option<Ended>,
}

/// Hears of the end of one request. Must not block.
#[derive(Clone)]
pub struct Ended(pub Arc<dyn Fn(&Record) + Send + Sync>);

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ended")
    }
}

/// One finished request. What it holds of the request's head is shared with that, not copied.
#[derive(Clone, Debug)]
pub struct Record {
    /// The request id that the client saw.
    pub request_id: RequestId,
    /// The door's name.
    pub door: &'static str,
    /// What the door told.
    pub annotation: Annotation,
    /// The method.
    pub method: Method,
    /// The request's target. Not to be logged whole: presigned URLs carry signatures in the query.
    pub uri: Uri,
    /// The `Host` as sent, if any.
    pub host: Option<HeaderValue>,
    /// The `User-Agent`, if any.
    pub user_agent: Option<HeaderValue>,
    /// The status answered; `None` when the client left before there was one.
    pub status: Option<StatusCode>,
    /// Bytes of the request body that were read, framing included.
    pub bytes_in: u64,
    /// Bytes of the response body that were handed to the connection.
    pub bytes_out: u64,
    /// Whether the whole response was handed to the connection.
    pub complete: bool,
    /// When the head had arrived.
    pub received: Timestamp,
    /// From the head's arrival to the response's head.
    pub to_response: Option<Duration>,
    /// From the head's arrival to the response's last byte.
    pub duration: Duration,
    /// The client's address.
    pub remote: SocketAddr,
}

/// Hears of requests and connections. Must not block.
pub trait Observer: Send + Sync + 'static {
    /// A request ended, well or not.
    fn finished(&self, record: &Record);

    /// A connection was opened or closed; so many are open now.
    fn connections(&self, open: usize) {
        let _ = open;
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn finished(&self, _record: &Record) {}
}
