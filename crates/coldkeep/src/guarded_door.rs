//! A door around each door: a panic becomes an error answer, and what a call is about is noted for the access log.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, RequestId, Response, ResponseBody, Unserved};
use futures_util::FutureExt;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use crate::access_log::Notes;
use crate::target::Target;

/// A door that survives panics of the door within.
pub struct GuardedDoor<D> {
    door: D,
    domains: Vec<String>,
    notes: Option<Arc<Notes>>,
}

impl<D: Door> GuardedDoor<D> {
    /// Guards a door. Without `notes`, nothing is noted.
    pub fn new(door: D, domains: Vec<String>, notes: Option<Arc<Notes>>) -> Self {
        Self { door, domains, notes }
    }
}

#[async_trait]
impl<D: Door> Door for GuardedDoor<D> {
    fn name(&self) -> &'static str {
        self.door.name()
    }

    fn dialect(&self) -> Dialect {
        self.door.dialect()
    }

    async fn handle(&self, call: Call, body: Body) -> Response {
        let id = call.id.clone();
        if let Some(notes) = &self.notes {
            let target = match self.name() {
                "website" => Target::of_website(&call, &self.domains),
                _ => Target::of(&call, self.dialect(), &self.domains),
            };
            notes.note(id.as_str(), target);
        }
        // The panic hook has logged it. The store changes everything in transactions, so nothing is left half done.
        match AssertUnwindSafe(self.door.handle(call, body)).catch_unwind().await {
            Ok(response) => response,
            Err(_) => {
                tracing::error!(request_id = id.as_str(), door = self.name(), "a request ended by a panic");
                internal_error(self.dialect(), &id)
            }
        }
    }

    fn unserved(&self, call: &Call, why: Unserved) -> Response {
        self.door.unserved(call, why)
    }
}

/// Amazon's answer to a failure on the server's side, which clients try again after.
fn internal_error(dialect: Dialect, id: &RequestId) -> Response {
    const MESSAGE: &str = "We encountered an internal error. Please try again.";
    let (code, kind, body) = match dialect {
        Dialect::S3 => {
            let (request, host) = (id.as_str(), id.host_id());
            let body = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InternalError</Code><Message>{MESSAGE}</Message>\
                 <RequestId>{request}</RequestId><HostId>{host}</HostId></Error>"
            );
            ("InternalError", "application/xml", body)
        }
        Dialect::Query => {
            let request = id.as_str();
            let body = format!(
                "<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure</Code><Message>{MESSAGE}</Message></Error>\
                 <RequestId>{request}</RequestId></ErrorResponse>"
            );
            ("InternalFailure", "text/xml", body)
        }
        Dialect::Json => {
            let code = "KMSInternalException";
            (code, "application/x-amz-json-1.1", format!(r#"{{"__type":"{code}","message":"{MESSAGE}"}}"#))
        }
        Dialect::Glacier => {
            let code = "ServiceUnavailableException";
            (code, "application/json", format!(r#"{{"code":"{code}","message":"{MESSAGE}","type":"Server"}}"#))
        }
    };
    let mut response = Response::new(ResponseBody::from(body));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.extensions_mut().insert(Annotation { error: Some(code.to_owned()), ..Annotation::default() });
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use coldkeep_http::{Doors, Limits, Listener, Stopped};
    use tokio::sync::oneshot;

    use super::*;

    struct Panicking(Dialect);

    #[async_trait]
    impl Door for Panicking {
        fn name(&self) -> &'static str {
            "panicking"
        }

        fn dialect(&self) -> Dialect {
            self.0
        }

        async fn handle(&self, call: Call, _body: Body) -> Response {
            assert_ne!(call.path, "/panic", "as the test wants");
            Response::new(ResponseBody::from("fine"))
        }

        fn unserved(&self, _call: &Call, _why: Unserved) -> Response {
            Response::new(ResponseBody::empty())
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_is_an_answer_and_the_connection_lives_on() {
        let notes = Arc::new(Notes::default());
        let door = |dialect| Arc::new(GuardedDoor::new(Panicking(dialect), Vec::new(), Some(notes.clone())));
        let listener = Listener::bind(([127, 0, 0, 1], 0).into(), Limits::default()).unwrap();
        let address = listener.local_addr();
        let doors = Doors::new(door(Dialect::S3), door(Dialect::Glacier), "hello").with("iam", door(Dialect::Query));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(listener.serve(doors, async { drop(stopped.await) }));
        let text = tokio::task::spawn_blocking(move || {
            let mut connection = TcpStream::connect(address).unwrap();
            let call = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: h\r\n{more}\r\n");
            connection.write_all(call("/panic", "").as_bytes()).unwrap();
            let iam = "Authorization: AWS4-HMAC-SHA256 Credential=A/20130524/r/iam/aws4_request\r\n";
            connection.write_all(call("/panic", iam).as_bytes()).unwrap();
            connection.write_all(call("/fine", "Connection: close\r\n").as_bytes()).unwrap();
            let mut text = String::new();
            connection.read_to_string(&mut text).unwrap();
            text
        });
        let text = text.await.unwrap();
        assert!(text.starts_with("HTTP/1.1 500 ") && text.contains("<Code>InternalError</Code>"), "{text}");
        assert!(text.contains("<Code>InternalFailure</Code>"), "{text}");
        assert!(text.contains("HTTP/1.1 200 ") && text.ends_with("fine"), "{text}");
        stop.send(()).unwrap();
        assert_eq!(serving.await.unwrap(), Stopped::Gracefully);
    }
}
