//! What happens around every call: the id, the choice of a door, the unread body, the common headers, the record.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use coldkeep_types::Clock;
use http::header::{CONNECTION, CONTENT_TYPE, HOST, SERVER, USER_AGENT};
use http::{HeaderValue, Request, Uri, Version};
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;

use crate::connection::Activity;
use crate::leftover::LeftoverSlot;
use crate::{Annotation, Body, Call, Dialect, Doors, Limits, Observer, Record, RequestId, Response, ResponseBody};
use crate::{StreamError, Unserved};

/// Everything that requests of all connections share.
pub(crate) struct Front {
    pub(crate) doors: Doors,
    pub(crate) limits: Limits,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) in_work: AtomicUsize,
}

impl Front {
    /// Serves one request of a connection.
    pub(crate) async fn serve(
        self: Arc<Self>,
        activity: Arc<Activity>,
        request: Request<Incoming>,
    ) -> Result<http::Response<Tracked>, Infallible> {
        let started = Instant::now();
        let (head, incoming) = request.into_parts();
        let (id, uri) = (RequestId::random(Dialect::S3), head.uri.clone());
        let (mut call, malformed) = Call::new(head, id, activity.remote, activity.tls, self.clock.now());
        let bytes_in = Arc::new(AtomicU64::new(0));
        activity.begin();
        let busy = self.in_work.fetch_add(1, Ordering::Relaxed) >= self.limits.max_requests;
        let mut finish = Finish {
            record: record(&call, uri),
            started,
            bytes_in: bytes_in.clone(),
            front: self.clone(),
            activity: activity.clone(),
        };
        let slot = LeftoverSlot::default();
        let body = Body::incoming(incoming, self.limits.body_idle_timeout, bytes_in, slot.clone());
        let (http1, expects_continue) = (call.version < Version::HTTP_2, call.expects_continue());

        let mut response = match self.doors.choose(&call) {
            Err(greeting) => greet(greeting),
            Ok(door) => {
                if door.dialect() != Dialect::S3 {
                    call.id = RequestId::random(door.dialect());
                }
                finish.record.door = door.name();
                finish.record.request_id = call.id.clone();
                let id = call.id.clone();
                let mut response = match (malformed, busy) {
                    (Some(what), _) => door.unserved(&call, Unserved::Malformed(what)),
                    (None, true) => door.unserved(&call, Unserved::Overloaded),
                    (None, false) => door.handle(call, body).await,
                };
                id.write(response.headers_mut());
                response
            }
        };

        if let Some(leftover) = slot.take()
            && http1
            && leftover.settle(expects_continue, &self.limits)
        {
            activity.linger();
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response.headers_mut().entry(SERVER).or_insert(HeaderValue::from_static("Coldkeep"));
        finish.record.annotation = response.extensions_mut().remove::<Annotation>().unwrap_or_default();
        finish.record.status = Some(response.status());
        finish.record.to_response = Some(started.elapsed());
        finish.record.complete = response.body().is_end_stream();
        activity.responding();
        Ok(response.map(|body| Tracked { body, finish }))
    }
}

fn greet(line: &str) -> Response {
    let mut response = Response::new(ResponseBody::from(format!("{line}\n")));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn record(call: &Call, uri: Uri) -> Record {
    Record {
        request_id: call.id.clone(),
        door: "none",
        annotation: Annotation::default(),
        method: call.method.clone(),
        uri,
        host: call.headers.get(HOST).cloned(),
        user_agent: call.headers.get(USER_AGENT).cloned(),
        status: None,
        bytes_in: 0,
        bytes_out: 0,
        complete: false,
        received: call.received,
        to_response: None,
        duration: Duration::ZERO,
        remote: call.remote,
    }
}

/// Reports the end of a request when it is dropped, whatever ended it.
struct Finish {
    record: Record,
    started: Instant,
    bytes_in: Arc<AtomicU64>,
    front: Arc<Front>,
    activity: Arc<Activity>,
}

impl Drop for Finish {
    fn drop(&mut self) {
        self.front.in_work.fetch_sub(1, Ordering::Relaxed);
        self.activity.end(self.record.status.is_some());
        self.record.bytes_in = self.bytes_in.load(Ordering::Relaxed);
        self.record.duration = self.started.elapsed();
        self.front.observer.finished(&self.record);
    }
}

/// A response body that counts what is taken of it and reports its end.
pub(crate) struct Tracked {
    body: ResponseBody,
    finish: Finish,
}

impl http_body::Body for Tracked {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
                self.finish.record.bytes_out += bytes;
                self.finish.activity.progress();
            }
            Poll::Ready(Some(Err(error))) => {
                let request_id = self.finish.record.request_id.as_str();
                tracing::error!(request_id, %error, "a response broke off");
            }
            Poll::Ready(None) | Poll::Pending => {}
        }
        self.finish.record.complete = self.body.is_end_stream() && !matches!(polled, Poll::Ready(Some(Err(_))));
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
