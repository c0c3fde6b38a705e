//! Requests that hyper's parser refuses: a bad request line, a bad header, too large a head. hyper answers them itself, before
//! any service hears of them, with a bare status; clients want their door's error form and a request id.
//!
//! hyper has no seam for that, so its answer is exchanged where it is written. It is known by its place, never by its bytes,
//! which an object might have too: everything that services answered is flushed, none is at work, none was begun since; so
//! what is written now is hyper's. Where an answer before it still waits to be flushed, the bare one goes out.

use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, DATE, SERVER};
use http::{HeaderName, HeaderValue, Method, Request, Uri, request};

use crate::activity::Activity;
use crate::front::{Front, record};
use crate::{Annotation, Call, Dialect, RequestId, Response, Unserved};

/// 8 KiB: what is kept of a head, to find its door by.
const MOST_KEPT: usize = 8 << 10;

/// 2 KiB: what an idle connection holds at most of the head before.
const MOST_IDLE: usize = 2 << 10;

/// A connection between two requests.
#[derive(Default)]
pub(crate) struct Refused {
    /// The begin of what came since the last request was begun.
    head: Vec<u8>,
    /// How many requests were begun before it.
    before: usize,
    /// How many were begun when all answers were out.
    flushed: usize,
    /// What is left of our answer in place of hyper's.
    answer: Option<Bytes>,
}

impl Refused {
    /// Bytes came.
    pub(crate) fn came(&mut self, bytes: &[u8], activity: &Activity) {
        if !activity.is_free() {
            return;
        }
        if self.before != activity.begun() {
            self.before = activity.begun();
            self.head.clear();
        }
        let room = MOST_KEPT - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Everything that was written is out.
    pub(crate) fn flushed(&mut self, activity: &Activity) {
        if activity.is_free() {
            self.flushed = activity.begun();
            if self.before != self.flushed && self.head.capacity() > MOST_IDLE {
                self.head = Vec::new();
            }
        }
    }

    /// What is to be written in place of `bare`, which hyper writes now, if that is an answer of its own.
    pub(crate) fn instead(&mut self, bare: &[u8], front: &Front, activity: &Activity) -> Option<&mut Bytes> {
        if activity.is_free() && self.flushed == activity.begun() && self.answer.is_none() {
            // The client may still be sending.
            activity.linger();
            let too_large = [&b"HTTP/1.1 431"[..], b"HTTP/1.1 414"].iter().any(|status| bare.starts_with(status));
            self.answer = Some(answer(front, activity, &self.head, too_large).into());
        }
        self.answer.as_mut()
    }
}

/// The whole answer to a request of which this much came, as its door gives it. The observer hears of it.
fn answer(front: &Front, activity: &Activity, head: &[u8], too_large: bool) -> Vec<u8> {
    let parts = readable(head);
    let uri = parts.uri.clone();
    let id = RequestId::random(Dialect::S3);
    let (mut call, _) = Call::new(parts, id, activity.remote, activity.tls, front.clock.now());
    let door = front.doors.choose_without_greeting(&call);
    call.id = RequestId::random(door.dialect());
    let mut response = door.unserved(&call, Unserved::Unreadable { too_large });
    call.id.write(response.headers_mut());
    let mut record = record(&call, uri);
    (record.door, record.status, record.complete) = (door.name(), Some(response.status()), true);
    record.annotation = response.extensions_mut().remove::<Annotation>().unwrap_or_default();
    let whole = written(response, &front.clock.now().http_date());
    record.bytes_out = whole.len() as u64;
    front.observer.finished(&record);
    whole
}

/// What can be read of a head that as a whole cannot.
fn readable(head: &[u8]) -> request::Parts {
    let mut parts = Request::new(()).into_parts().0;
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).skip_while(|line| line.is_empty());
    let mut words = lines.next().unwrap_or_default().split(|byte| *byte == b' ');
    parts.method = words.next().and_then(|word| Method::from_bytes(word).ok()).unwrap_or(Method::GET);
    parts.uri = words.next().and_then(|word| Uri::try_from(word).ok()).unwrap_or_default();
    for line in lines.take_while(|line| !line.is_empty()) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (HeaderName::from_bytes(&line[..colon]), line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            parts.headers.append(name, value);
        }
    }
    parts
}

/// A response as bytes, as HTTP/1.1 has it. Those of refusals have their bodies whole.
fn written(response: Response, date: &str) -> Vec<u8> {
    let (mut head, mut body) = response.into_parts();
    head.headers.insert(CONTENT_LENGTH, body.bytes_left().into());
    head.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    head.headers.insert(SERVER, HeaderValue::from_static("Coldkeep"));
    head.headers.extend(HeaderValue::from_str(date).ok().map(|date| (DATE, date)));
    let mut out = format!("HTTP/1.1 {}\r\n", head.status).into_bytes();
    for (name, value) in &head.headers {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    while let Poll::Ready(Some(Ok(piece))) = body.poll_piece(&mut Context::from_waker(Waker::noop()), usize::MAX) {
        out.extend_from_slice(&piece);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn of_whatever_came_something_is_read(head in prop::collection::vec(any::<u8>(), 0..600)) {
            readable(&head);
        }

        #[test]
        fn headers_that_can_be_read_are(name in "[a-z-]{1,20}", value in "[!-~]{1,20}", bad in "[\\x00-\\x08]") {
            let head = format!("PUT /b/k HTTP/1.1\r\nx{bad}: y\r\n{name}: {value}\r\n\r\nbody: z");
            let parts = readable(head.as_bytes());
            prop_assert_eq!((parts.method, parts.uri.path()), (Method::PUT, "/b/k"));
            prop_assert_eq!(parts.headers.get(&name).map(HeaderValue::as_bytes), Some(value.as_bytes()));
            prop_assert_eq!(parts.headers.len(), 1);
        }
    }
}
