//! The errors of KMS: code and message, as JSON; and what each fact of the keyring becomes.

use bytes::Bytes;
use coldkeep_auth::Refusal;
use coldkeep_http::{
    BufferError, CommonError, RefusedCredentials, Response, ResponseBody, SUSPENDED, Sha256Mismatch, Unserved,
};
use coldkeep_keyring::Error;
use coldkeep_wire::{DecodeError, json_error};
use http::StatusCode;
use http::header::CONTENT_TYPE;

/// An error as the client sees it.
#[derive(Debug)]
pub(crate) struct KmsError {
    status: StatusCode,
    /// Amazon's code for it.
    pub code: &'static str,
    message: String,
}

impl KmsError {
    /// An error that is the client's.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    /// A value that its rules do not allow.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    /// A value that is none of those there are.
    pub fn not_one_of(value: &str, member: &str, all: &[&str]) -> Self {
        let all = all.join(", ");
        Self::validation(format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy \
             enum value set: [{all}]"
        ))
    }

    /// A number that is too small or too large.
    pub fn out_of_range(value: i64, member: &str, least: i64, most: i64) -> Self {
        let (bound, number) = if value < least { ("greater", least) } else { ("less", most) };
        Self::validation(format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must have value \
             {bound} than or equal to {number}"
        ))
    }

    /// What this kind of key, or this server, does not have.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new("UnsupportedOperationException", message)
    }

    /// A parameter that is not to be ignored.
    pub fn unsupported_parameter(name: &str) -> Self {
        Self::unsupported(format!("The parameter {name} is not implemented by this server"))
    }

    /// The caller may not.
    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new("AccessDeniedException", message)
    }

    /// No key that the caller may use made this ciphertext. Which of the reasons it is, is not told.
    pub fn no_key_for_ciphertext() -> Self {
        Self::access_denied(
            "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are \
             not allowed to access.",
        )
    }

    /// What would have been done, had it not only been asked whether it could be.
    pub fn dry_run() -> Self {
        let message = "The request would have succeeded, but the DryRun option is set.";
        Self { status: StatusCode::PRECONDITION_FAILED, code: "DryRunOperationException", message: message.to_owned() }
    }

    pub fn unknown_operation() -> Self {
        Self::new("UnknownOperationException", "")
    }

    /// An operation that the API has and this server has not.
    pub fn not_implemented(operation: &str) -> Self {
        let message = format!("The operation {operation} is not implemented by this server");
        Self { status: StatusCode::NOT_IMPLEMENTED, code: "NotImplementedException", message }
    }

    /// Something is wrong with the server; the log says what.
    pub fn internal() -> Self {
        let message = "The request has failed due to an internal failure of the server. Try again.";
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, code: "KMSInternalException", message: message.to_owned() }
    }

    /// The keys cannot be reached just now.
    fn unavailable() -> Self {
        let message = "The request has failed due to a temporary failure of the server.";
        Self { status: StatusCode::SERVICE_UNAVAILABLE, code: "ServiceUnavailable", message: message.to_owned() }
    }

    fn throttled() -> Self {
        Self::new("ThrottlingException", "Rate exceeded")
    }

    /// The answer.
    pub fn response(self) -> Response {
        let body: Bytes = json_error(self.code, &self.message);
        let mut response = Response::new(ResponseBody::from(body));
        response.headers_mut().insert(CONTENT_TYPE, crate::CONTENT);
        *response.status_mut() = self.status;
        response
    }
}

impl From<Error> for KmsError {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let code = match error {
            Error::NotFound(_) => "NotFoundException",
            Error::AlreadyExists(_) => "AlreadyExistsException",
            Error::Disabled(_) => "DisabledException",
            Error::InvalidState { .. } | Error::InvalidMaterialState(_) => "KMSInvalidStateException",
            Error::InvalidKeyUsage(_) => "InvalidKeyUsageException",
            // Amazon says nothing at all.
            Error::InvalidCiphertext => return Self::new("InvalidCiphertextException", ""),
            Error::IncorrectKey => "IncorrectKeyException",
            Error::Unsupported(_) => "UnsupportedOperationException",
            Error::LimitExceeded(_) => "LimitExceededException",
            Error::Denied(_) => "AccessDeniedException",
            Error::Validation(_) => "ValidationException",
            Error::InvalidArn(_) => "InvalidArnException",
            Error::InvalidAliasName(_) => "InvalidAliasNameException",
            Error::MalformedPolicy(_) => "MalformedPolicyDocumentException",
            Error::Tag(_) => "TagException",
            Error::InvalidGrantToken => "InvalidGrantTokenException",
            Error::InvalidGrantId(_) => "InvalidGrantIdException",
            Error::InvalidMarker => "InvalidMarkerException",
            Error::InvalidImportToken => "InvalidImportTokenException",
            Error::ExpiredImportToken => "ExpiredImportTokenException",
            Error::IncorrectKeyMaterial(_) => "IncorrectKeyMaterialException",
            Error::InvalidMac => return Self::new("KMSInvalidMacException", ""),
            Error::InvalidSignature => return Self::new("KMSInvalidSignatureException", ""),
            Error::Concurrent => "ConflictException",
            Error::Seal(_) | Error::Damaged(_) | Error::Meta(_) => {
                tracing::error!(%error, "keys could not be read or written");
                let is_away = matches!(&error, Error::Meta(meta) if meta.is_away());
                return if is_away { Self::unavailable() } else { Self::internal() };
            }
        };
        Self::new(code, message)
    }
}

impl From<DecodeError> for KmsError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Missing { name, .. } => {
                let name = name[..1].to_ascii_lowercase() + &name[1..];
                Self::validation(format!(
                    "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be \
                     null"
                ))
            }
            other @ (DecodeError::Invalid { .. } | DecodeError::MalformedXml(_) | DecodeError::MalformedJson(_)) => {
                Self::new("SerializationException", other.to_string())
            }
        }
    }
}

impl From<BufferError> for KmsError {
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

impl From<Unserved> for KmsError {
    fn from(why: Unserved) -> Self {
        match why {
            Unserved::Unreadable { .. } => Self::validation(coldkeep_http::UNREADABLE),
            Unserved::Malformed(what) => Self::validation(what),
            Unserved::Overloaded => Self::throttled(),
        }
    }
}

impl From<CommonError> for KmsError {
    fn from(common: CommonError) -> Self {
        Self::new(common.shape, common.message)
    }
}

impl From<Sha256Mismatch> for KmsError {
    fn from(_: Sha256Mismatch) -> Self {
        CommonError::signature_mismatch().into()
    }
}

impl From<Refusal> for KmsError {
    fn from(refusal: Refusal) -> Self {
        match refusal.into() {
            RefusedCredentials::Common(common) => common.into(),
            RefusedCredentials::Suspended => Self::access_denied(SUSPENDED),
            RefusedCredentials::Unavailable => Self::unavailable(),
        }
    }
}
