//! What each reason for not accepting a signature becomes on the wire: the common errors of JSON services, but that a signature that is
//! written wrongly is invalid here, and that the payload's hash is part of it.

use coldkeep_auth::Refusal;
use coldkeep_http::{CommonError, RefusedCredentials, SUSPENDED};
use http::StatusCode;

use crate::errors::GlacierError;

impl From<CommonError> for GlacierError {
    fn from(common: CommonError) -> Self {
        if common.is_incomplete {
            return Self::invalid_signature(format!("Invalid signature: {}", common.message));
        }
        let status = match common.shape {
            "MissingAuthenticationTokenException" | "UnrecognizedClientException" => StatusCode::BAD_REQUEST,
            _ => StatusCode::FORBIDDEN,
        };
        Self::new(status, common.shape, common.message)
    }
}

impl From<Refusal> for GlacierError {
    fn from(refusal: Refusal) -> Self {
        let refused = match refusal {
            Refusal::InvalidPayloadHash(value) => return Self::not_a_sha256(&value),
            Refusal::UnsupportedPayload(name) => return Self::not_a_sha256(name),
            refusal => RefusedCredentials::from(refusal),
        };
        match refused {
            RefusedCredentials::Common(common) => common.into(),
            RefusedCredentials::Suspended => Self::access_denied(SUSPENDED),
            RefusedCredentials::Unavailable => {
                Self::unavailable("The keys of the server cannot be read at the moment. Try again.")
            }
        }
    }
}
