//! Errors: a status, a code for programs and a sentence for people. Nothing was changed where one is answered.

use coldkeep_auth::Refusal;
use coldkeep_http::{BufferError, Response, ResponseBody, Unserved};
use coldkeep_identity::Error;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use crate::shapes::Refused;

/// An error answer.
#[derive(Debug)]
pub struct AdminError {
    status: StatusCode,
    /// What it is, for programs.
    pub code: &'static str,
    message: String,
}

impl AdminError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
    }

    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", message)
    }

    pub fn unknown_operation() -> Self {
        let message = "There is no such operation in this version of the server.";
        Self::new(StatusCode::NOT_FOUND, "UnknownOperation", message)
    }

    pub fn no_such(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NoSuchEntity", message)
    }

    pub fn no_such_account(id: &str) -> Self {
        Self::no_such(format!("The account {id} does not exist."))
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "Conflict", message)
    }

    pub fn not_empty(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "AccountNotEmpty", message)
    }

    pub fn busy() -> Self {
        Self::conflict("What this is about was changed by somebody else again and again. Try again.")
    }

    pub fn signature_mismatch() -> Self {
        let message =
            "The signature does not fit: the secret key is wrong, or something changed the request on its way.";
        Self::new(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message)
    }

    fn unavailable() -> Self {
        let message = "The server cannot read or write its records at the moment; its log says why. Try again.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message)
    }

    fn overloaded() -> Self {
        let message = "The server has too much to do at the moment. Try again.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "SlowDown", message)
    }

    /// The answer.
    pub fn response(self, request_id: &str) -> Response {
        let refused = Refused { code: self.code.into(), message: self.message, request_id: request_id.into() };
        answer(self.status, &refused)
    }
}

/// A document of JSON.
pub fn answer(status: StatusCode, document: &impl serde::Serialize) -> Response {
    // The shapes hold text, numbers and switches only: they are always written.
    let body = serde_json::to_vec(document).unwrap_or_default();
    let mut response = Response::new(ResponseBody::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

impl From<Error> for AdminError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchEntity(message) => Self::no_such(message),
            Error::AlreadyExists(message) => Self::new(StatusCode::CONFLICT, "EntityAlreadyExists", message),
            Error::DeleteConflict(message) => Self::conflict(message),
            Error::LimitExceeded(message) => Self::new(StatusCode::CONFLICT, "LimitExceeded", message),
            Error::Suspended(_) => Refusal::AccountSuspended.into(),
            Error::Seal(_) | Error::Damaged(_) | Error::Meta(_) => {
                tracing::error!(%error, "identities could not be read or written");
                Self::unavailable()
            }
        }
    }
}

impl From<coldkeep_store::Error> for AdminError {
    fn from(error: coldkeep_store::Error) -> Self {
        tracing::error!(%error, "what an account owns could not be read");
        Self::unavailable()
    }
}

impl From<coldkeep_messages::Error> for AdminError {
    fn from(error: coldkeep_messages::Error) -> Self {
        tracing::error!(%error, "what queues and topics an account has could not be read");
        Self::unavailable()
    }
}

impl From<coldkeep_keyring::Error> for AdminError {
    fn from(error: coldkeep_keyring::Error) -> Self {
        tracing::error!(%error, "the keys of an account could not be read");
        Self::unavailable()
    }
}

impl From<BufferError> for AdminError {
    fn from(error: BufferError) -> Self {
        match error {
            BufferError::TooLarge { max_bytes } => {
                Self::invalid(format!("The request has more than {max_bytes} bytes."))
            }
            BufferError::NoMemory => Self::overloaded(),
            BufferError::Source(error) => Self::invalid(error.to_string()),
        }
    }
}

impl From<Unserved> for AdminError {
    fn from(why: Unserved) -> Self {
        match why {
            Unserved::Unreadable { .. } => Self::invalid(coldkeep_http::UNREADABLE),
            Unserved::Malformed(what) => Self::invalid(what),
            Unserved::Overloaded => Self::overloaded(),
        }
    }
}

impl From<Refusal> for AdminError {
    fn from(refusal: Refusal) -> Self {
        let forbidden = |code, message: String| Self::new(StatusCode::FORBIDDEN, code, message);
        match refusal {
            Refusal::UnknownAccessKey(key) => forbidden(
                "InvalidAccessKeyId",
                format!("The access key {key} is not known to this server, or inactive."),
            ),
            Refusal::InvalidToken => forbidden("InvalidToken", "The session token is not valid.".into()),
            Refusal::ExpiredToken => forbidden("ExpiredToken", "The session has ended.".into()),
            Refusal::AccountSuspended => forbidden("AccountProblem", "The account is suspended.".into()),
            Refusal::KeysUnavailable(_) => Self::unavailable(),
            Refusal::SignatureMismatch(_) => Self::signature_mismatch(),
            Refusal::Skewed { request_time, server_time, .. } => forbidden(
                "RequestTimeTooSkewed",
                format!(
                    "The request was made at {} by its sender's clock, and by the server's it is {}: set the wrong one.",
                    request_time.iso_seconds(),
                    server_time.iso_seconds()
                ),
            ),
            Refusal::NoCredentials
            | Refusal::SeveralCredentials
            | Refusal::NoScheme(_)
            | Refusal::UnsupportedMechanism(_)
            | Refusal::NoV2Signature(_)
            | Refusal::SignatureV2Off
            | Refusal::IncompleteV2Query
            | Refusal::InvalidExpires(_)
            | Refusal::Malformed { .. }
            | Refusal::MissingDate
            | Refusal::MissingPayloadHash
            | Refusal::UnsupportedPayload(_)
            | Refusal::InvalidPayloadHash(_)
            | Refusal::UnsignedHeaders(_)
            | Refusal::MissingSignedHeader(_)
            | Refusal::NotYetValid { .. }
            | Refusal::Expired { .. } => forbidden("IncompleteSignature", refusal.to_string()),
        }
    }
}
