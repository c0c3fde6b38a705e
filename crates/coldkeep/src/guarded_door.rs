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
            notes.note(id.as_str(), Target::of(&call, self.dialect(), &self.domains));
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
        Dialect::Glacier | Dialect::Query => {
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
