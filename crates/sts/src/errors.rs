//! Errors as STS words them ("Common errors" of its API reference).

use coldkeep_auth::Refusal;
use coldkeep_http::Response;
use http::StatusCode;
use quick_xml::escape::escape;

use crate::xml;

/// An error answer.
#[derive(Debug)]
pub(crate) struct StsError {
    status: StatusCode,
    pub code: &'static str,
    message: String,
}

impl StsError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }

    pub fn missing_action() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "MissingAction",
            "The request names no action: the parameter Action is missing",
        )
    }

    pub fn invalid_action(action: &str) -> Self {
        let message = format!("Could not find operation {action} for version 2011-06-15");
        Self::new(StatusCode::BAD_REQUEST, "InvalidAction", message)
    }

    pub fn not_implemented(action: &str) -> Self {
        let message = format!("The action {action} is not implemented by this server");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    pub fn throttled() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Throttling", "Rate exceeded")
    }

    pub fn signature_mismatch() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
             Access Key and signing method. Consult the service documentation for details.",
        )
    }

    /// The answer.
    pub fn response(self, request_id: &str) -> Response {
        let kind = if self.status.is_server_error() { "Receiver" } else { "Sender" };
        let (code, message) = (self.code, escape(&self.message));
        let mut response = xml(format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>{kind}</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        ));
        *response.status_mut() = self.status;
        response
    }
}

impl From<Refusal> for StsError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoCredentials => Self::new(
                StatusCode::FORBIDDEN,
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            ),
            Refusal::UnknownAccessKey(_) | Refusal::InvalidToken => Self::new(
                StatusCode::FORBIDDEN,
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
            ),
            Refusal::SignatureMismatch(_) => Self::signature_mismatch(),
            Refusal::Skewed { request_time, server_time, .. } => Self::new(
                StatusCode::FORBIDDEN,
                "SignatureDoesNotMatch",
                format!(
                    "Signature not yet current or expired: it was made at {}, and now it is {}",
                    request_time.iso_seconds(),
                    server_time.iso_seconds()
                ),
            ),
            Refusal::SeveralCredentials
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
            | Refusal::Expired { .. } => Self::new(StatusCode::BAD_REQUEST, "IncompleteSignature", refusal.to_string()),
        }
    }
}
