//! What the store states, and what a body's transport states, in S3's words.

use coldkeep_http::MIN_CHUNK_BYTES;
use coldkeep_store::{Condition, DigestName, Error, SourceError, StorageClass};
use coldkeep_types::MIN_PART_BYTES;

use super::S3Error;

impl From<Error> for S3Error {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchBucket => Self::new(404, "NoSuchBucket", "The specified bucket does not exist"),
            Error::BucketExists { owned: true } => Self::new(
                409,
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
            ),
            Error::BucketExists { owned: false } => Self::new(
                409,
                "BucketAlreadyExists",
                "The requested bucket name is not available. The bucket namespace is shared by all users of the \
                 system. Please select a different name and try again.",
            ),
            Error::BucketHasAccessPoints => Self::new(
                400,
                "BucketHasAccessPointsAttached",
                "The bucket you tried to delete has access points attached. Delete your access points before deleting \
                 your bucket.",
            ),
            Error::NoSuchAccessPoint => Self::new(404, "NoSuchAccessPoint", "The specified accesspoint does not exist"),
            // Points are made at the control door.
            Error::AccessPointExists | Error::AccessPointNameTaken | Error::TooManyAccessPoints => Self::internal(),
            Error::BucketNotEmpty => Self::new(409, "BucketNotEmpty", "The bucket you tried to delete is not empty"),
            Error::Locked => Self::new(403, "AccessDenied", "Access Denied because object protected by object lock."),
            Error::NoEventHold => {
                Self::invalid_argument("An event hold that is OFF needs a retain until date, or a hold to release")
            }
            Error::NoObjectLock => Self::no_object_lock(),
            Error::LockNeedsVersions => Self::new(
                409,
                "InvalidBucketState",
                "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
            ),
            Error::VersionsForLock => Self::new(
                409,
                "InvalidBucketState",
                "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
            ),
            Error::NoSuchKey => Self::new(404, "NoSuchKey", "The specified key does not exist."),
            Error::NoSuchVersion(version) => Self::no_such_version(&version.to_string()),
            Error::IsDeleteMarker { version, asked: false, .. } => {
                Self::from(Error::NoSuchKey).of_marker(&version.to_string())
            }
            Error::IsDeleteMarker { version, modified, asked: true } => {
                Self::new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
                    .with("ResourceType", "DeleteMarker")
                    .header(http::header::ALLOW, "DELETE")
                    .header(http::header::LAST_MODIFIED, modified.http_date())
                    .of_marker(&version.to_string())
            }
            Error::NoSuchUpload | Error::CompletedOtherwise => Self::new(
                404,
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                 aborted or completed.",
            ),
            Error::NoSuchPart(number) => {
                Self::new(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
                    .with("PartNumberRequested", number.to_string())
            }
            Error::InvalidPart(number) => Self::new(
                400,
                "InvalidPart",
                "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
                 specified entity tag may not match the part's entity tag.",
            )
            .with("PartNumber", number.to_string()),
            Error::InvalidPartOrder(number) => Self::new(
                400,
                "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.",
            )
            .with("PartNumber", number.to_string()),
            Error::PartChecksumMissing { number, algorithm } => {
                let name = algorithm.name().to_ascii_lowercase();
                Self::invalid_request(format!(
                    "The upload was created using a {name} checksum. The complete request must include the checksum for \
                     each part. It was missing for part {number} in the request."
                ))
            }
            Error::PartChecksumOther { number, other } => Self::new(
                400,
                "BadDigest",
                format!(
                    "The {} you specified for part {number} did not match what we received.",
                    other.name().to_ascii_lowercase()
                ),
            ),
            Error::PartTooSmall { number, bytes } => {
                Self::new(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
                    .with("ProposedSize", bytes.to_string())
                    .with("MinSizeAllowed", MIN_PART_BYTES.to_string())
                    .with("PartNumber", number.to_string())
            }
            Error::NoParts => Self::malformed_xml(),
            Error::TooLarge { max_bytes, bytes } => {
                Self::new(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
                    .with("ProposedSize", bytes.to_string())
                    .with("MaxSizeAllowed", max_bytes.to_string())
            }
            Error::SizeMismatch { declared, actual } => Self::invalid_request(format!(
                "The provided 'x-amz-mp-object-size' header value {declared} does not match what was computed: {actual}"
            )),
            Error::NoSuchAnnotation => Self::new(404, "NoSuchAnnotation", "The specified annotation does not exist."),
            Error::TooManyAnnotations => Self::new(
                400,
                "AnnotationLimitExceeded",
                "The request would exceed the maximum number of annotations allowed per object.",
            ),
            Error::TokenOfAnother => Self::new(
                400,
                "IdempotencyParameterMismatch",
                "Parameters on this idempotent request are inconsistent with parameters used in previous request(s).",
            ),
            Error::PreconditionFailed(condition) => Self::precondition_failed(header_of(condition)),
            Error::Overtaken(condition) => Self::new(
                409,
                "ConditionalRequestConflict",
                "The conditional request cannot succeed due to a conflicting operation against this resource.",
            )
            .with("Condition", header_of(condition)),
            Error::DigestMismatch { name, declared, computed } => match name {
                DigestName::PayloadSha256 => Self::sha256_mismatch(&declared, &computed),
                DigestName::ContentMd5 => Self::bad_md5(declared, computed),
                DigestName::Checksum(algorithm) => Self::bad_digest(algorithm.name(), &declared, &computed),
                DigestName::TreeHash => Self::bad_digest("tree hash", &declared, &computed),
            },
            Error::ChecksumAlgorithmUnfit { expected, actual } => Self::checksum_unfit(Some(expected), actual),
            Error::ChecksumTypeUnfit { algorithm: Some(algorithm), kind } => Self::invalid_request(format!(
                "The {} checksum type cannot be used with the {} checksum algorithm.",
                kind.name(),
                algorithm.name().to_ascii_lowercase()
            )),
            Error::ChecksumTypeUnfit { algorithm: None, .. } => Self::invalid_request(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
            ),
            Error::ChecksumTypeOther(kind) => Self::invalid_request(format!(
                "The upload was created using the {} checksum mode. The complete request must use the same checksum \
                 mode.",
                kind.map_or("null", |kind| kind.name())
            )),
            Error::Body(error) => error.into(),
            Error::QuotaExceeded { of } => Self::new(
                403,
                "QuotaExceeded",
                format!(
                    "The quota of the {of} is used up. Nothing of this was kept. Delete something, or ask the operator for more."
                ),
            ),
            Error::Full => Self::new(
                507,
                "InsufficientStorage",
                "The server has no room for this object. Nothing of it was kept. Free space, then send it again.",
            ),
            Error::Busy => Self::slow_down(),
            Error::Unavailable(what) => {
                tracing::error!(what, "storage is unavailable");
                Self::new(
                    503,
                    "ServiceUnavailable",
                    "Storage is unavailable. It is not known whether anything was changed. See the server's log.",
                )
            }
            Error::OutcomeUnknown(what) => {
                tracing::error!(what, "storage failed while a change was under way");
                Self::new(
                    503,
                    "ServiceUnavailable",
                    "Storage failed. It is not known whether the change was made. See the server's log.",
                )
            }
            Error::MustBeRestored(class) => {
                Self::invalid_state("The operation is not valid for the object's storage class", class.name())
            }
            Error::Archived(tier) => {
                let class = StorageClass::IntelligentTiering.name();
                Self::invalid_state("The operation is not valid for the object's access tier", class)
                    .with("AccessTier", tier.name())
            }
            Error::DaysUnfit { wanted: true } => Self::malformed_xml(),
            Error::DaysUnfit { wanted: false } => Self::invalid_argument(
                "Days cannot be specified for objects in the archive tiers of INTELLIGENT_TIERING",
            ),
            Error::NeedsNoRestore(class) => {
                Self::invalid_state("Restore is not allowed for the object's current storage class", class.name())
            }
            Error::RestoreInProgress => {
                Self::new(409, "RestoreAlreadyInProgress", "Object restore is already in progress")
            }
            Error::TierUnfit { .. } => {
                Self::invalid_argument("Retrieval option is not supported by this storage class")
            }
            Error::NoSuchConfiguration => Self::no_configuration(),
            Error::TooManyConfigurations => Self::new(
                400,
                "TooManyConfigurations",
                "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.",
            ),
            Error::NoKey => {
                tracing::error!(%error, "a key was not given to the store");
                Self::internal()
            }
            Error::Damaged(what) => {
                tracing::error!(what, "stored data is damaged");
                Self::internal()
            }
            Error::NoSuchVault
            | Error::VaultNotEmpty
            | Error::TooManyVaults
            | Error::TooManyQuotas
            | Error::NoSuchArchive
            | Error::NoSuchJob
            | Error::JobNotReady
            | Error::RetrievalRefused
            | Error::TooMuchCapacity
            | Error::MissingRange(_) => {
                tracing::error!(%error, "a vault's error in the S3 door");
                Self::internal()
            }
        }
    }
}

fn header_of(condition: Condition) -> &'static str {
    match condition {
        Condition::IfMatch => "If-Match",
        Condition::IfNoneMatch => "If-None-Match",
        Condition::IfMatchLastModifiedTime => "x-amz-if-match-last-modified-time",
        Condition::IfMatchSize => "x-amz-if-match-size",
    }
}

impl From<SourceError> for S3Error {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Truncated { .. } | SourceError::TooLong { .. } | SourceError::Broken(_) => {
                let message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
                Self::new(400, "IncompleteBody", message)
            }
            SourceError::Idle { seconds } => Self::request_timeout().with("TimeoutSeconds", seconds.to_string()),
            SourceError::Slow { bytes_per_second } => {
                Self::request_timeout().with("MinBytesPerSecond", bytes_per_second.to_string())
            }
            SourceError::Storage(what) => Error::Unavailable(what).into(),
            SourceError::Framing(what) => {
                Self::new(400, "IncompleteBody", format!("The request body terminated unexpectedly: {what}"))
            }
            SourceError::SmallChunk { following, bytes } => {
                let message =
                    format!("Only the last chunk is allowed to have a size less than {MIN_CHUNK_BYTES} bytes");
                Self::new(403, "InvalidChunkSizeError", message)
                    .with("Chunk", following.to_string())
                    .with("BadChunkSize", bytes.to_string())
            }
            SourceError::TrailerValue(name) => {
                Self::invalid_request(format!("Value for {name} trailing header is invalid."))
            }
            SourceError::Signature => Self::new(
                403,
                "SignatureDoesNotMatch",
                "The signature of a chunk does not match the signature you provided. Check your key and signing method.",
            ),
            SourceError::Trailer(what) => Self::new(
                400,
                "MalformedTrailerError",
                format!(
                    "The request contained trailing data that was not well-formed or did not conform to our published \
                     schema: {what}"
                ),
            ),
        }
    }
}
