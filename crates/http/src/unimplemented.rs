//! The door of services that are not here: `501 NotImplemented`, naming the service, in its protocol's error form.

use async_trait::async_trait;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use crate::choose::{Destination, choose};
use crate::{Annotation, Body, Call, Dialect, Door, Response, ResponseBody, UNREADABLE, Unserved};

pub(crate) struct Unimplemented;

#[async_trait]
impl Door for Unimplemented {
    fn name(&self) -> &'static str {
        "unimplemented"
    }

    fn dialect(&self) -> Dialect {
        Dialect::Query
    }

    async fn handle(&self, call: Call, _body: Body) -> Response {
        let message = match choose(&call) {
            Destination::Other(service) if !service.is_empty() => {
                format!("The service {service} is not implemented by this server.")
            }
            _ => "The service this request is for is not implemented by this server.".to_owned(),
        };
        answer(&call, StatusCode::NOT_IMPLEMENTED, "NotImplemented", &message)
    }

    fn unserved(&self, call: &Call, why: Unserved) -> Response {
        match why {
            Unserved::Unreadable { .. } => answer(call, StatusCode::BAD_REQUEST, "ValidationError", UNREADABLE),
            Unserved::Malformed(what) => answer(call, StatusCode::BAD_REQUEST, "ValidationError", what),
            Unserved::Overloaded => answer(call, StatusCode::BAD_REQUEST, "ThrottlingException", "Rate exceeded"),
        }
    }
}

fn answer(call: &Call, status: StatusCode, code: &str, message: &str) -> Response {
    let json_call = call.headers.contains_key("x-amz-target")
        || call.header("content-type").is_some_and(|kind| kind.starts_with("application/x-amz-json"));
    let (content_type, body) = if json_call {
        let message = message.replace(['\\', '"'], "'");
        ("application/x-amz-json-1.1", format!("{{\"__type\":\"{code}\",\"message\":\"{message}\"}}"))
    } else {
        let message = message.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let id = call.id.as_str();
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>{id}</RequestId></ErrorResponse>"
        );
        ("text/xml", body)
    };
    let mut response = Response::new(ResponseBody::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.extensions_mut().insert(Annotation { error: Some(code.to_owned()), ..Annotation::default() });
    response
}
