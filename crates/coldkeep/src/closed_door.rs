//! The place of the Glacier door until it is there: every call is answered 501.

use async_trait::async_trait;
use coldkeep_http::{Body, Call, Dialect, Door, Response, ResponseBody, Unserved};
use http::StatusCode;

pub struct ClosedDoor;

#[async_trait]
impl Door for ClosedDoor {
    fn name(&self) -> &'static str {
        "glacier"
    }

    fn dialect(&self) -> Dialect {
        Dialect::Glacier
    }

    async fn handle(&self, call: Call, _body: Body) -> Response {
        self.unserved(&call, Unserved::Overloaded)
    }

    fn unserved(&self, _call: &Call, _why: Unserved) -> Response {
        let mut response = Response::new(ResponseBody::from(r#"{"code":"NotImplemented","type":"Server"}"#));
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        response
    }
}
