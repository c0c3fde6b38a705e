//! What happens around every call: the id, the choice of a door, the unread body, the common headers, the record.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use coldkeep_types::Clock;
use http::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, SERVER, USER_AGENT};
use http::{HeaderValue, Request, Uri, Version};
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::Instant;

use crate::activity::{Activity, Told};
use crate::crowd::Crowd;
use crate::leftover::LeftoverSlot;
use crate::progress::{Progress, Standing};
use crate::{Annotation, Body, Call, Dialect, Doors, Limits, Observer, Record, RequestId, Response, ResponseBody};
use crate::{StreamError, Unserved};

/// 64 KiB: the most of an answer that an HTTP/2 stream holds beside what the client's window takes, and what a client must
/// take of it in the time for which it may stall.
const HTTP2_PIECE_BYTES: usize = 64 << 10;

/// Everything that requests of all connections share.
pub(crate) struct Front {
    pub(crate) doors: Doors,
    pub(crate) limits: Arc<Limits>,
    pub(crate) crowd: Arc<Crowd>,
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
        let progress = Progress::here();
        let standing = Standing { crowd: self.crowd.clone(), activity: activity.clone(), progress: progress.clone() };
        call.standing = Some(standing);
        call.tls_version = activity.tls_version.get().copied();
        activity.begin();
        let (place, busy) = self.place(&call);
        let mut finish = Finish {
            record: record(&call, uri),
            started,
            progress: progress.clone(),
            front: self.clone(),
            activity: activity.clone(),
            place: Some(place),
        };
        let slot = LeftoverSlot::default();
        let nothing_follows = incoming.is_end_stream();
        let body = Body::incoming(incoming, self.limits.clone(), progress.clone(), slot.clone());
        let (http1, expects_continue) = (call.version < Version::HTTP_2, call.expects_continue());
        let continues_nothing = http1 && expects_continue && nothing_follows;

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
        // No `100 Continue` goes out for a body that is empty, and a client that still waits for one would take the next
        // answer for it (botocore up to 1.43 does).
        if continues_nothing {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response.headers_mut().entry(SERVER).or_insert(HeaderValue::from_static("Coldkeep"));
        finish.record.annotation = response.extensions_mut().remove::<Annotation>().unwrap_or_default();
        finish.record.status = Some(response.status());
        finish.record.to_response = Some(started.elapsed());
        finish.record.complete = response.body().is_end_stream();
        if response.body().is_there_whole() {
            // Nothing more is done for it, however long the client takes to fetch it.
            finish.place = None;
            if !progress.is_verified() {
                self.crowd.charge(&activity, usize::try_from(response.body().bytes_left()).unwrap_or(usize::MAX));
            }
        }
        if http1 && activity.told() != Told::Nothing {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        activity.progress();
        progress.answered();
        Ok(response.map(|body| Tracked { body, finish, most: if http1 { usize::MAX } else { HTTP2_PIECE_BYTES } }))
    }

    /// A place among the requests in work, and whether there is none. Requests without an `Authorization` header get half of
    /// them: a presigned URL that is known to the world does not keep out who has a key.
    fn place(self: &Arc<Self>, call: &Call) -> (Place, bool) {
        let most = match call.headers.contains_key(AUTHORIZATION) {
            true => self.limits.max_requests,
            false => self.limits.max_requests.div_ceil(2),
        };
        let busy = self.in_work.fetch_add(1, Ordering::Relaxed) >= most;
        (Place(self.clone()), busy)
    }
}

/// A place among the requests in work.
struct Place(Arc<Front>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.in_work.fetch_sub(1, Ordering::Relaxed);
    }
}

fn greet(line: &str) -> Response {
    let mut response = Response::new(ResponseBody::from(format!("{line}\n")));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

pub(crate) fn record(call: &Call, uri: Uri) -> Record {
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
    progress: Arc<Progress>,
    front: Arc<Front>,
    activity: Arc<Activity>,
    /// Until nothing more is done for the answer.
    place: Option<Place>,
}

impl Drop for Finish {
    fn drop(&mut self) {
        self.activity.end(self.progress.is_verified());
        self.record.bytes_in = self.progress.bytes_in.load(Ordering::Relaxed);
        self.record.duration = self.started.elapsed();
        if let Some(ended) = self.record.annotation.ended.take() {
            ended.0(&self.record);
        }
        self.front.observer.finished(&self.record);
    }
}

/// A response body that counts what is taken of it and reports its end.
pub(crate) struct Tracked {
    body: ResponseBody,
    finish: Finish,
    /// The most that is given at once.
    most: usize,
}

impl http_body::Body for Tracked {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let most = self.most;
        let polled = self.body.poll_piece(cx, most).map(|piece| piece.map(|piece| piece.map(Frame::data)));
        self.finish.progress.asked(polled.is_pending());
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
