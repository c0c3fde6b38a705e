//! The errors of the vault API: code, status and message, as JSON; and what each fact of the store becomes.
//!
//! Clients retry 500, 408 and `ThrottlingException`; some die of 503 and 429, so these are never sent.

use coldkeep_http::{BufferError, CommonError, Response, ResponseBody, Sha256Mismatch};
use coldkeep_store::{DigestName, Error, SourceError};
use coldkeep_wire::{DecodeError, FaultType, glacier_error_json};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};

/// An error as the client sees it.
#[derive(Debug)]
pub(crate) struct GlacierError {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
}

impl GlacierError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// A value that is not allowed, or a state that does not allow it.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidParameterValueException", message)
    }

    pub fn missing(what: &str) -> Self {
        let message = format!("Required parameter missing: {what}");
        Self::new(StatusCode::BAD_REQUEST, "MissingParameterValueException", message)
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub fn serialization(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "SerializationException", message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
    }

    /// `vault` is its ARN, or its name where that cannot be one.
    pub fn no_vault(vault: &str) -> Self {
        Self::not_found(format!("Vault not found for ARN: {vault}"))
    }

    pub fn no_archive(id: &str) -> Self {
        Self::not_found(format!("The archive ID was not found: {id}"))
    }

    pub fn no_upload(id: &str) -> Self {
        Self::not_found(format!("The upload ID was not found: {id}"))
    }

    pub fn no_job(id: &str) -> Self {
        Self::not_found(format!("The job ID was not found: {id}"))
    }

    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDeniedException", message)
    }

    pub fn invalid_signature(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "InvalidSignatureException", message)
    }

    pub fn sha256_mismatch(declared: &str, computed: &str) -> Self {
        Self::invalid_signature(format!(
            "The value passed in as x-amz-content-sha256 does not match the computed payload hash. Computed digest: \
             {computed} expected hash: {declared}"
        ))
    }

    /// `x-amz-content-sha256` is something else, so that no body can match it.
    pub fn not_a_sha256(value: &str) -> Self {
        Self::invalid_signature(format!(
            "The value passed in as x-amz-content-sha256 does not match the computed payload hash. The value is not a \
             SHA-256: {value}"
        ))
    }

    /// An upload that does not tell the SHA-256 of its body. Amazon documents the header as required.
    pub fn missing_sha256() -> Self {
        Self::invalid_signature(
            "The request signature cannot be verified before the body: the header x-amz-content-sha256 is missing, which \
             uploads require.",
        )
    }

    pub fn invalid_tree_hash(value: &str) -> Self {
        Self::invalid(format!("Invalid x-amz-sha256-tree-hash: {value}"))
    }

    pub fn throttling() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ThrottlingException", "Rate exceeded")
    }

    pub fn timed_out() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", "Request timed out.")
    }

    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ServiceUnavailableException", message)
    }

    pub fn unknown_operation(method: &Method, path: &str) -> Self {
        let message = format!("There is no operation {method} {path}");
        Self::new(StatusCode::NOT_FOUND, "UnknownOperationException", message)
    }

    pub fn not_implemented(operation: &str) -> Self {
        let message = format!("The operation {operation} is not implemented by this server.");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplementedException", message)
    }

    /// A parameter that has no meaning here yet: what it asks for would not be done.
    pub fn not_implemented_parameter(name: &str) -> Self {
        let message = format!("The parameter {name} is not implemented by this server.");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplementedException", message)
    }

    /// The response.
    pub fn response(&self) -> Response {
        let fault = if self.status.is_server_error() { FaultType::Server } else { FaultType::Client };
        let mut response = Response::new(ResponseBody::from(glacier_error_json(self.code, &self.message, fault)));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }

    /// What the store refused; `id` is the text of the archive, upload or job that it was about.
    pub fn from_store(error: Error, vault_arn: &str, id: &str) -> Self {
        match error {
            Error::NoSuchVault => Self::no_vault(vault_arn),
            Error::VaultNotEmpty => Self::invalid(format!("Vault not empty or recently written to: {vault_arn}")),
            Error::TooManyVaults => Self::new(
                StatusCode::BAD_REQUEST,
                "LimitExceededException",
                format!("The limit of {} vaults has been reached.", coldkeep_store::MAX_VAULTS),
            ),
            Error::NoSuchArchive => Self::no_archive(id),
            Error::NoSuchUpload => Self::no_upload(id),
            Error::NoSuchJob => Self::no_job(id),
            Error::RetrievalRefused => Self::new(
                StatusCode::BAD_REQUEST,
                "PolicyEnforcedException",
                "InitiateJob request denied by current data retrieval policy.",
            ),
            Error::TooMuchCapacity => Self::new(
                StatusCode::BAD_REQUEST,
                "LimitExceededException",
                "The account has two units of provisioned capacity, as many as there can be.",
            ),
            Error::JobNotReady => Self::invalid(format!("The job is not currently available for download: {id}")),
            Error::NoParts => Self::invalid("The upload has no parts."),
            Error::MissingRange(from) => {
                Self::invalid(format!("The bytes from {from} on were not uploaded, or their part is too short."))
            }
            Error::SizeMismatch { declared, actual } => Self::invalid(format!(
                "Invalid x-amz-archive-size: {declared}. The parts that were uploaded have {actual} bytes."
            )),
            Error::CompletedOtherwise => {
                Self::invalid("The upload was completed before with another size or tree hash.")
            }
            Error::TooLarge { bytes, .. } => Self::invalid(format!("Invalid Content-Length: {bytes}")),
            Error::DigestMismatch { name, declared, computed } => match name {
                DigestName::PayloadSha256 => Self::sha256_mismatch(&declared, &computed),
                DigestName::TreeHash | DigestName::ContentMd5 | DigestName::Checksum(_) => {
                    Self::invalid(format!("Checksum mismatch: expected {declared}, computed {computed}"))
                }
            },
            Error::Body(error) => error.into(),
            Error::Busy => Self::throttling(),
            Error::QuotaExceeded { of } => Self::new(
                StatusCode::BAD_REQUEST,
                "LimitExceededException",
                format!(
                    "The quota of the {of} is used up. Nothing of this archive was kept. Delete something, or ask the operator for more."
                ),
            ),
            Error::Full => Self::unavailable("The server has no room for this archive. Nothing of it was kept."),
            Error::Unavailable(what) => {
                tracing::error!(what, "storage is unavailable");
                Self::unavailable("Storage is unavailable. It is not known whether anything was changed.")
            }
            Error::OutcomeUnknown(what) => {
                tracing::error!(what, "storage failed while a change was under way");
                Self::unavailable("Storage failed. It is not known whether the change was made.")
            }
            Error::NoKey => {
                tracing::error!(%error, "a key was not given to the store");
                Self::unavailable("The request cannot be completed. See the server's log.")
            }
            Error::Damaged(what) => {
                tracing::error!(what, "stored data is damaged");
                Self::unavailable("The request cannot be completed. See the server's log.")
            }
            Error::NoSuchBucket
            | Error::BucketExists { .. }
            | Error::BucketNotEmpty
            | Error::BucketHasAccessPoints
            | Error::NoSuchAccessPoint
            | Error::AccessPointExists
            | Error::AccessPointNameTaken
            | Error::TooManyAccessPoints
            | Error::TooManyQuotas
            | Error::NoSuchConfiguration
            | Error::TooManyConfigurations
            | Error::Locked
            | Error::NoObjectLock
            | Error::NoEventHold
            | Error::LockNeedsVersions
            | Error::VersionsForLock
            | Error::NoSuchKey
            | Error::NoSuchVersion(_)
            | Error::IsDeleteMarker { .. }
            | Error::NoSuchPart(_)
            | Error::InvalidPart(_)
            | Error::InvalidPartOrder(_)
            | Error::PartTooSmall { .. }
            | Error::PartChecksumMissing { .. }
            | Error::PartChecksumOther { .. }
            | Error::PreconditionFailed(_)
            | Error::Overtaken(_)
            | Error::TokenOfAnother
            | Error::NoSuchAnnotation
            | Error::TooManyAnnotations
            | Error::ChecksumAlgorithmUnfit { .. }
            | Error::ChecksumTypeUnfit { .. }
            | Error::ChecksumTypeOther(_)
            | Error::MustBeRestored(_)
            | Error::Archived(_)
            | Error::DaysUnfit { .. }
            | Error::NeedsNoRestore(_)
            | Error::RestoreInProgress
            | Error::TierUnfit { .. } => {
                tracing::error!(%error, "a bucket's error in the Glacier door");
                Self::unavailable("The request cannot be completed. See the server's log.")
            }
        }
    }
}

impl From<BufferError> for GlacierError {
    fn from(error: BufferError) -> Self {
        match error {
            BufferError::TooLarge { max_bytes } => {
                Self::bad_request(format!("The request body is larger than {max_bytes} bytes."))
            }
            BufferError::NoMemory => Self::throttling(),
            BufferError::Source(error) => error.into(),
        }
    }
}

impl From<SourceError> for GlacierError {
    fn from(error: SourceError) -> Self {
        match error {
            // Clients send again after 408, which is what a broken or stalled connection calls for.
            SourceError::Idle { .. }
            | SourceError::Slow { .. }
            | SourceError::Truncated { .. }
            | SourceError::Broken(_) => Self::timed_out(),
            SourceError::TooLong { declared } => {
                Self::bad_request(format!("The body is longer than its Content-Length: {declared}"))
            }
            SourceError::Storage(what) => {
                tracing::error!(what, "a source cannot be read");
                Self::unavailable("Storage is unavailable. Nothing was changed.")
            }
            SourceError::Signature => CommonError::signature_mismatch().into(),
            SourceError::Framing(_)
            | SourceError::SmallChunk { .. }
            | SourceError::Trailer(_)
            | SourceError::TrailerValue(_) => Self::bad_request(error.to_string()),
        }
    }
}

impl From<DecodeError> for GlacierError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Missing { name, .. } => Self::missing(name),
            DecodeError::Invalid { name, value, .. } => Self::invalid(format!("Invalid {name}: {value}")),
            DecodeError::MalformedXml(_) | DecodeError::MalformedJson(_) => Self::serialization(error.to_string()),
        }
    }
}

impl From<Sha256Mismatch> for GlacierError {
    fn from(mismatch: Sha256Mismatch) -> Self {
        Self::sha256_mismatch(&mismatch.declared, &mismatch.computed)
    }
}
