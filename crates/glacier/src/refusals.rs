//! What each reason for not accepting a signature becomes on the wire.

use coldkeep_auth::Refusal;
use http::StatusCode;

use crate::errors::GlacierError;

impl From<Refusal> for GlacierError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoCredentials => Self::new(
                StatusCode::BAD_REQUEST,
                "MissingAuthenticationTokenException",
                "Request is missing Authentication Token",
            ),
            Refusal::UnknownAccessKey(_) | Refusal::InvalidToken => Self::new(
                StatusCode::BAD_REQUEST,
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            ),
            Refusal::ExpiredToken => Self::new(
                StatusCode::FORBIDDEN,
                "ExpiredTokenException",
                "The security token included in the request is expired",
            ),
            Refusal::AccountSuspended => {
                Self::access_denied("The account is suspended. Ask the operator of the server.")
            }
            Refusal::KeysUnavailable(_) => {
                Self::unavailable("The keys of the server cannot be read at the moment. Try again.")
            }
            Refusal::SignatureMismatch(_) => Self::signature_mismatch(),
            Refusal::InvalidPayloadHash(value) => Self::not_a_sha256(&value),
            Refusal::UnsupportedPayload(name) => Self::not_a_sha256(name),
            Refusal::Skewed { request_time, server_time, .. } => Self::invalid_signature(format!(
                "Signature not yet current or expired: it was made at {}, and now it is {}",
                request_time.iso_seconds(),
                server_time.iso_seconds()
            )),
            Refusal::NotYetValid { .. }
            | Refusal::Expired { .. }
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
            | Refusal::UnsignedHeaders(_)
            | Refusal::MissingSignedHeader(_) => Self::invalid_signature(format!("Invalid signature: {refusal}")),
        }
    }
}
