//! What can go wrong in the store, as facts. Doors decide what a client is told.

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType};
use coldkeep_types::Timestamp;
use thiserror::Error;

use crate::{ArchiveTier, SourceError, StorageClass, Tier, VersionId};

/// Which digest of a body was declared and did not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestName {
    /// `Content-MD5`.
    ContentMd5,
    /// `x-amz-content-sha256`, the payload hash of the signature.
    PayloadSha256,
    /// `x-amz-sha256-tree-hash`.
    TreeHash,
    /// `x-amz-checksum-*`.
    Checksum(ChecksumAlgorithm),
}

/// Which condition of a request did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `If-Match`.
    IfMatch,
    /// `If-None-Match`.
    IfNoneMatch,
    /// `x-amz-if-match-last-modified-time`.
    IfMatchLastModifiedTime,
    /// `x-amz-if-match-size`.
    IfMatchSize,
}

/// Why the store did not do what it was asked.
#[derive(Clone, Debug, Error)]
pub enum Error {
    /// No bucket of that name.
    #[error("no such bucket")]
    NoSuchBucket,
    /// The bucket exists; `owned` if it is the caller's own.
    #[error("the bucket exists")]
    BucketExists {
        /// Whether the caller owns it.
        owned: bool,
    },
    /// The bucket holds objects.
    #[error("the bucket is not empty")]
    BucketNotEmpty,
    /// The bucket has access points.
    #[error("the bucket has access points")]
    BucketHasAccessPoints,
    /// No access point of that name, or alias.
    #[error("no such access point")]
    NoSuchAccessPoint,
    /// The account has an access point of that name.
    #[error("the access point exists")]
    AccessPointExists,
    /// A bucket has the name that the access point's host would have.
    #[error("a bucket has the name of the access point's host")]
    AccessPointNameTaken,
    /// The account has as many access points as are allowed.
    #[error("too many access points")]
    TooManyAccessPoints,
    /// No object of that key.
    #[error("no such key")]
    NoSuchKey,
    /// The object has no version of that id.
    #[error("no such version: {0}")]
    NoSuchVersion(VersionId),
    /// A lock keeps the version from being removed, or its retention from being shortened.
    #[error("the version is locked")]
    Locked,
    /// The bucket has no object lock.
    #[error("the bucket has no object lock")]
    NoObjectLock,
    /// A version that is not held cannot be released.
    #[error("no event holds the version")]
    NoEventHold,
    /// The bucket does not keep all versions, so it cannot have object lock.
    #[error("object lock needs versioning")]
    LockNeedsVersions,
    /// The bucket has object lock, so it keeps all versions for good.
    #[error("object lock keeps the bucket versioned")]
    VersionsForLock,
    /// A delete marker is what was asked for, or what is there in place of an object.
    #[error("{version} is a delete marker")]
    IsDeleteMarker {
        /// Its id.
        version: VersionId,
        /// When it was put.
        modified: Timestamp,
        /// Whether it was asked for by its id.
        asked: bool,
    },
    /// The object has no annotation of that name.
    #[error("no such annotation")]
    NoSuchAnnotation,
    /// The object has as many annotations as one can have.
    #[error("too many annotations")]
    TooManyAnnotations,
    /// No open upload of that id at that place.
    #[error("no such upload")]
    NoSuchUpload,
    /// The object has no part of that number.
    #[error("the object has no part {0}")]
    NoSuchPart(u32),
    /// Complete names a part that was not uploaded, or with another ETag or checksum.
    #[error("part {0} was not uploaded, or with another ETag or checksum")]
    InvalidPart(u32),
    /// Complete names parts that do not ascend.
    #[error("part {0} is out of order")]
    InvalidPartOrder(u32),
    /// Complete does not name the checksum of a part, which composite checksums need.
    #[error("the checksum of part {number} is not named")]
    PartChecksumMissing {
        /// The part's number.
        number: u32,
        /// The upload's algorithm.
        algorithm: ChecksumAlgorithm,
    },
    /// Complete names a part's checksum of another algorithm than the upload's.
    #[error("the checksum of part {number} is of another algorithm than the upload's")]
    PartChecksumOther {
        /// The part's number.
        number: u32,
        /// The algorithm that is named.
        other: ChecksumAlgorithm,
    },
    /// A part other than the last is under 5 MiB.
    #[error("part {number} has only {bytes} bytes")]
    PartTooSmall {
        /// The part's number.
        number: u32,
        /// Its size.
        bytes: u64,
    },
    /// Complete names no part.
    #[error("no part is named")]
    NoParts,
    /// A body or object over a limit.
    #[error("larger than the allowed {max_bytes} bytes")]
    TooLarge {
        /// The limit.
        max_bytes: u64,
        /// The size that was declared, or reached when it was noticed.
        bytes: u64,
    },
    /// The length of what arrived or was assembled differs from what was declared.
    #[error("{actual} bytes, not the declared {declared}")]
    SizeMismatch {
        /// What the client declared.
        declared: u64,
        /// What is there.
        actual: u64,
    },
    /// The token of a renaming is that of another one.
    #[error("the token was used for another renaming")]
    TokenOfAnother,
    /// A condition of the request does not hold.
    #[error("the condition {0:?} does not hold")]
    PreconditionFailed(Condition),
    /// The condition holds, but of what was written or deleted after the upload was begun.
    #[error("the object was changed after the upload was begun")]
    Overtaken(Condition),
    /// A declared digest is not the body's.
    #[error("the declared {name:?} is not the body's")]
    DigestMismatch {
        /// Which digest.
        name: DigestName,
        /// What was declared, in the text form of that digest.
        declared: String,
        /// What was computed, likewise.
        computed: String,
    },
    /// A checksum of another algorithm than the upload's, or none where it needs one.
    #[error("the upload has checksums of {}, not of {}", expected.name(), actual.map_or("none", |actual| actual.name()))]
    ChecksumAlgorithmUnfit {
        /// The upload's.
        expected: ChecksumAlgorithm,
        /// What was sent.
        actual: Option<ChecksumAlgorithm>,
    },
    /// Checksums of this algorithm cannot be of this type; without an algorithm none can be chosen.
    #[error("checksums of {} cannot be of the type {}", algorithm.map_or("no algorithm", |algorithm| algorithm.name()), kind.name())]
    ChecksumTypeUnfit {
        /// The algorithm, if one was chosen.
        algorithm: Option<ChecksumAlgorithm>,
        /// The type.
        kind: ChecksumType,
    },
    /// The checksum of the whole is declared to be of another type than the upload's, or of one where the upload names none.
    #[error("the upload has checksums of the type {}", .0.map_or("null", ChecksumType::name))]
    ChecksumTypeOther(Option<ChecksumType>),
    /// A body could not be received.
    #[error(transparent)]
    Body(SourceError),
    /// No vault of that name.
    #[error("no such vault")]
    NoSuchVault,
    /// The vault holds archives.
    #[error("the vault is not empty")]
    VaultNotEmpty,
    /// The account has as many vaults as are allowed.
    #[error("too many vaults")]
    TooManyVaults,
    /// The archive does not exist.
    #[error("no such archive")]
    NoSuchArchive,
    /// No such job, or it was forgotten.
    #[error("no such job")]
    NoSuchJob,
    /// The job has no output yet.
    #[error("the job has not succeeded")]
    JobNotReady,
    /// The account's data retrieval policy does not let another retrieval begin now.
    #[error("the data retrieval policy is against it")]
    RetrievalRefused,
    /// The account has as many units of provisioned capacity as there can be.
    #[error("too many units of provisioned capacity")]
    TooMuchCapacity,
    /// The bytes from this offset on were not uploaded.
    #[error("the bytes from {0} on are missing")]
    MissingRange(u64),
    /// The upload was completed by a request that named other values.
    #[error("completed before with other values")]
    CompletedOtherwise,
    /// Objects of this class are not read until they are restored.
    #[error("an object of the class {} must be restored before it is read", .0.name())]
    MustBeRestored(StorageClass),
    /// The object is archived by Intelligent-Tiering, and not read until it is restored.
    #[error("an object in the tier {} must be restored before it is read", .0.name())]
    Archived(ArchiveTier),
    /// A restore of what Intelligent-Tiering has archived takes no days, every other one does.
    #[error("a restore {} for how many days", if *wanted { "must say" } else { "of what stays cannot say" })]
    DaysUnfit {
        /// Whether they must be told.
        wanted: bool,
    },
    /// Objects of this class are read at once.
    #[error("an object of the class {} needs no restoring", .0.name())]
    NeedsNoRestore(StorageClass),
    /// The object is being restored, in no slower tier and for as long as was asked before.
    #[error("the object is being restored already")]
    RestoreInProgress,
    /// Objects of this class are not restored in this tier.
    #[error("an object of the class {} cannot be restored in the tier {tier:?}", class.name())]
    TierUnfit {
        /// The class.
        class: StorageClass,
        /// The tier.
        tier: Tier,
    },
    /// A door gave no key for what is sealed, or one for what is not.
    #[error("what is sealed can be neither read nor written without its key")]
    NoKey,
    /// The hard quota of a bucket, vault or account lets no more come; nothing was kept of the request.
    #[error("the quota of the {of} is used up")]
    QuotaExceeded {
        /// `bucket`, `vault` or `account`.
        of: &'static str,
    },
    /// The bucket has no configuration of that id.
    #[error("no such configuration")]
    NoSuchConfiguration,
    /// The bucket has as many configurations of the kind as it may.
    #[error("there are too many configurations")]
    TooManyConfigurations,
    /// There are as many quotas as there can be.
    #[error("there are too many quotas")]
    TooManyQuotas,
    /// There is no room; nothing was kept of the request.
    #[error("the disk is full")]
    Full,
    /// Too many writers contend for one record; try again.
    #[error("busy")]
    Busy,
    /// Stored data is damaged or inconsistent; the operator must look.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// The engines cannot serve now; nothing was changed.
    #[error("storage is unavailable: {0}")]
    Unavailable(String),
    /// An engine failed while a change was under way.
    #[error("it is not known whether a change was made: {0}")]
    OutcomeUnknown(String),
}

impl From<SourceError> for Error {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Storage(what) => Self::Unavailable(what),
            clients => Self::Body(clients),
        }
    }
}

impl From<coldkeep_meta::BadRecord> for Error {
    fn from(bad: coldkeep_meta::BadRecord) -> Self {
        Self::Damaged(bad.to_string())
    }
}

impl From<coldkeep_meta::Error> for Error {
    fn from(error: coldkeep_meta::Error) -> Self {
        match error {
            coldkeep_meta::Error::Conflict => Self::Busy,
            coldkeep_meta::Error::Full(_) => Self::Full,
            coldkeep_meta::Error::Damaged(_) => Self::Damaged(error.to_string()),
            coldkeep_meta::Error::Unknown(_) => Self::OutcomeUnknown(error.to_string()),
            coldkeep_meta::Error::Poisoned(_)
            | coldkeep_meta::Error::Away(_)
            | coldkeep_meta::Error::Read(_)
            | coldkeep_meta::Error::Open(_)
            | coldkeep_meta::Error::Invalid(_) => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<coldkeep_blob::Error> for Error {
    fn from(error: coldkeep_blob::Error) -> Self {
        match error {
            coldkeep_blob::Error::Full => Self::Full,
            coldkeep_blob::Error::NotFound(_) | coldkeep_blob::Error::Damaged { .. } => {
                Self::Damaged(error.to_string())
            }
            coldkeep_blob::Error::Io(_) | coldkeep_blob::Error::Invalid(_) | coldkeep_blob::Error::Open(_) => {
                Self::Unavailable(error.to_string())
            }
        }
    }
}
