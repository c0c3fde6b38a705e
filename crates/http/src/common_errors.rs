//! Why credentials are refused, as the services of the JSON and the query protocol tell it ("Common errors" in the references of KMS,
//! SQS, SNS, IAM and STS). The two families have a name each for the same error.

use coldkeep_auth::Refusal;

/// An error that all these services have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommonError {
    /// Its name in JSON.
    pub shape: &'static str,
    /// Its code in the query protocol.
    pub code: &'static str,
    /// Whether it is about how the credentials are written, so that nobody is refused but the request.
    pub is_incomplete: bool,
    /// In words, for the client.
    pub message: String,
}

/// What a refusal of credentials becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusedCredentials {
    /// One of the common errors.
    Common(CommonError),
    /// The account is suspended: what a service has for that.
    Suspended,
    /// Keys cannot be read at the moment.
    Unavailable,
}

/// What is told of a suspended account.
pub const SUSPENDED: &str = "The account is suspended. Ask the operator of the server.";

impl CommonError {
    fn new(shape: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self { shape, code, is_incomplete: false, message: message.into() }
    }

    /// The signature is not the one computed here, or the body not the one that was signed.
    pub fn signature_mismatch() -> Self {
        Self::new(
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key \
             and signing method. Consult the service documentation for details.",
        )
    }
}

impl From<Refusal> for RefusedCredentials {
    fn from(refusal: Refusal) -> Self {
        Self::Common(match refusal {
            Refusal::AccountSuspended => return Self::Suspended,
            Refusal::KeysUnavailable(_) => return Self::Unavailable,
            Refusal::NoCredentials => CommonError::new(
                "MissingAuthenticationTokenException",
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            ),
            Refusal::UnknownAccessKey(_) | Refusal::InvalidToken => CommonError::new(
                "UnrecognizedClientException",
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
            ),
            Refusal::ExpiredToken => CommonError::new(
                "ExpiredTokenException",
                "ExpiredToken",
                "The security token included in the request is expired",
            ),
            Refusal::SignatureMismatch(_) => CommonError::signature_mismatch(),
            Refusal::Skewed { request_time, server_time, .. } => CommonError::new(
                "InvalidSignatureException",
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
            | Refusal::Expired { .. } => CommonError {
                is_incomplete: true,
                ..CommonError::new("IncompleteSignatureException", "IncompleteSignature", refusal.to_string())
            },
        })
    }
}
