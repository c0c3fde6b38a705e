//! Errors of IAM and STS ("Common errors" of their API references).

use coldkeep_auth::Refusal;
use coldkeep_auth::policy::Malformed;
use coldkeep_http::{
    BufferError, CommonError, RefusedCredentials, Response, ResponseBody, SUSPENDED, Sha256Mismatch, Unserved,
};
use coldkeep_identity::Error;
use coldkeep_wire::{DecodeError, FaultType, query_error_xml};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

/// An error answer.
#[derive(Debug)]
pub struct QueryError {
    status: StatusCode,
    /// Amazon's code for it.
    pub code: &'static str,
    message: String,
    has_detail: bool,
}

impl QueryError {
    /// An error with this status, code and message.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), has_detail: false }
    }

    /// The same with an empty `Detail`, as SQS has it.
    pub fn with_detail(self) -> Self {
        Self { has_detail: true, ..self }
    }

    /// A value that its rules do not allow.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }

    /// A value that makes no sense here.
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidInput", message)
    }

    /// Something that is not there.
    pub fn no_such_entity(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NoSuchEntity", message)
    }

    /// Something else still hangs on it.
    pub fn delete_conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "DeleteConflict", message)
    }

    /// A quota is reached.
    pub fn limit_exceeded(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "LimitExceeded", message)
    }

    /// The caller may not.
    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", message)
    }

    /// A form without an action.
    pub fn missing_action() -> Self {
        let message = "The request names no action: the parameter Action is missing";
        Self::new(StatusCode::BAD_REQUEST, "MissingAction", message)
    }

    /// An action that the API does not have.
    pub fn invalid_action(action: &str, version: &str) -> Self {
        let message = format!("Could not find operation {action} for version {version}");
        Self::new(StatusCode::BAD_REQUEST, "InvalidAction", message)
    }

    /// An action that the API has and this server has not.
    pub fn not_implemented(action: &str) -> Self {
        let message = format!("The action {action} is not implemented by this server");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    /// A parameter that has no meaning on this server, and is not to be ignored.
    pub fn not_implemented_parameter(name: &str) -> Self {
        let message = format!("The parameter {name} is not implemented by this server");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    /// Records changed under the operation again and again.
    pub fn concurrent() -> Self {
        let message = "The request was rejected because multiple requests to change this object were submitted \
                       simultaneously. Wait a few minutes and submit your request again.";
        Self::new(StatusCode::CONFLICT, "ConcurrentModification", message)
    }

    /// What is asked for cannot be reached just now.
    pub fn unavailable() -> Self {
        let message = "The request has failed due to a temporary failure of the server.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message)
    }

    /// What the common errors have for an account that may not use a service.
    fn suspended() -> Self {
        Self::new(StatusCode::FORBIDDEN, "OptInRequired", SUSPENDED)
    }

    fn throttled() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Throttling", "Rate exceeded")
    }

    /// The answer, in the namespace of a service.
    pub fn response(self, namespace: &str, request_id: &str) -> Response {
        let fault = if self.status.is_server_error() { FaultType::Server } else { FaultType::Client };
        let body = query_error_xml(namespace, fault, (self.code, &self.message), self.has_detail, request_id);
        let mut response = Response::new(ResponseBody::from(body));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
        *response.status_mut() = self.status;
        response
    }
}

impl From<Error> for QueryError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchEntity(message) => Self::no_such_entity(message),
            Error::AlreadyExists(message) => Self::new(StatusCode::CONFLICT, "EntityAlreadyExists", message),
            Error::DeleteConflict(message) => Self::delete_conflict(message),
            Error::LimitExceeded(message) => Self::limit_exceeded(message),
            Error::Suspended(_) => Self::suspended(),
            Error::Seal(_) | Error::Damaged(_) | Error::Meta(_) => {
                tracing::error!(%error, "identities could not be read or written");
                Self::unavailable()
            }
        }
    }
}

impl From<Malformed> for QueryError {
    fn from(malformed: Malformed) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "MalformedPolicyDocument", malformed.to_string())
    }
}

impl From<DecodeError> for QueryError {
    fn from(error: DecodeError) -> Self {
        let told = |value: &str, name: &str, rule: &str| {
            let name = name[..1].to_ascii_lowercase() + &name[1..];
            Self::validation(format!(
                "1 validation error detected: Value {value} at '{name}' failed to satisfy constraint: {rule}"
            ))
        };
        match error {
            DecodeError::Missing { name, .. } => told("null", name, "Member must not be null"),
            DecodeError::Invalid { name, expected, value, .. } => {
                told(&format!("'{value}'"), name, &format!("Member must be {expected}"))
            }
            other @ (DecodeError::MalformedXml(_) | DecodeError::MalformedJson(_)) => {
                Self::validation(other.to_string())
            }
        }
    }
}

impl From<BufferError> for QueryError {
    fn from(error: BufferError) -> Self {
        match error {
            BufferError::TooLarge { max_bytes } => {
                Self::validation(format!("The request has more than {max_bytes} bytes"))
            }
            BufferError::NoMemory => Self::throttled(),
            BufferError::Source(error) => Self::validation(error.to_string()),
        }
    }
}

impl From<Unserved> for QueryError {
    fn from(why: Unserved) -> Self {
        match why {
            Unserved::Unreadable { .. } => Self::validation(coldkeep_http::UNREADABLE),
            Unserved::Malformed(what) => Self::validation(what),
            Unserved::Overloaded => Self::throttled(),
        }
    }
}

impl From<CommonError> for QueryError {
    fn from(common: CommonError) -> Self {
        let status = if common.is_incomplete { StatusCode::BAD_REQUEST } else { StatusCode::FORBIDDEN };
        Self::new(status, common.code, common.message)
    }
}

impl From<Sha256Mismatch> for QueryError {
    fn from(_: Sha256Mismatch) -> Self {
        CommonError::signature_mismatch().into()
    }
}

impl From<Refusal> for QueryError {
    fn from(refusal: Refusal) -> Self {
        match refusal.into() {
            RefusedCredentials::Common(common) => common.into(),
            RefusedCredentials::Suspended => Self::suspended(),
            RefusedCredentials::Unavailable => Self::unavailable(),
        }
    }
}
