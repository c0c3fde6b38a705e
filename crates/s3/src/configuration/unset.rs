//! Operations that are refused as Amazon refuses them where nothing is configured: one table.

use coldkeep_http::Response;

use super::ROOM;
use crate::access::asks::{bucket, object};
use crate::errors::S3Error;
use crate::operations::{BodyKind, Row};
use crate::{S3, S3Call};

/// An operation that cannot succeed.
struct Unset {
    row: Row,
    status: u16,
    code: &'static str,
    message: &'static str,
}

macro_rules! unset {
    ($name:literal, $ask:expr, $status:literal, $code:literal, $message:expr $(,)?) => {
        Unset {
            row: Row { name: $name, asks: &[$ask], body: BodyKind::None, room: ROOM },
            status: $status,
            code: $code,
            message: $message,
        }
    };
}

static UNSET: [Unset; 9] = [
    unset!(
        "GetBucketAnalyticsConfiguration",
        bucket("s3:GetAnalyticsConfiguration"),
        404,
        "NoSuchConfiguration",
        NO_CONFIGURATION,
    ),
    unset!(
        "GetBucketIntelligentTieringConfiguration",
        bucket("s3:GetIntelligentTieringConfiguration"),
        404,
        "NoSuchConfiguration",
        NO_CONFIGURATION,
    ),
    unset!(
        "GetBucketInventoryConfiguration",
        bucket("s3:GetInventoryConfiguration"),
        404,
        "NoSuchConfiguration",
        NO_CONFIGURATION,
    ),
    unset!(
        "GetBucketMetricsConfiguration",
        bucket("s3:GetMetricsConfiguration"),
        404,
        "NoSuchConfiguration",
        NO_CONFIGURATION
    ),
    unset!(
        "GetBucketReplication",
        bucket("s3:GetReplicationConfiguration"),
        404,
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
    ),
    unset!(
        "GetBucketWebsite",
        bucket("s3:GetBucketWebsite"),
        404,
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration",
    ),
    unset!("GetObjectLegalHold", object("s3:GetObjectLegalHold"), 400, "InvalidRequest", NO_LOCK),
    unset!(
        "GetObjectLockConfiguration",
        bucket("s3:GetBucketObjectLockConfiguration"),
        404,
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
    ),
    unset!("GetObjectRetention", object("s3:GetObjectRetention"), 400, "InvalidRequest", NO_LOCK),
];

const NO_CONFIGURATION: &str = "The specified configuration does not exist.";
const NO_LOCK: &str = "Bucket is missing Object Lock Configuration";

/// The rows of these operations.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    UNSET.iter().map(|unset| &unset.row)
}

/// Whether an error of this code names its bucket.
pub(crate) fn is_about_bucket(code: &str) -> bool {
    let of_buckets = [
        "BucketAlreadyExists",
        "BucketAlreadyOwnedByYou",
        "BucketHasAccessPointsAttached",
        "BucketNotEmpty",
        "InvalidBucketName",
        "NoSuchBucket",
        "NoSuchBucketPolicy",
        "NoSuchCORSConfiguration",
        "NoSuchTagSet",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "OwnershipControlsNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    ];
    of_buckets.contains(&code) || UNSET.iter().any(|unset| unset.status == 404 && unset.code == code)
}

/// Refuses an operation, once its bucket, and its object if it has one, are known to be there.
pub(crate) async fn refuse_unset(door: &S3, call: &S3Call, operation: &str) -> Result<Response, S3Error> {
    let Some(unset) = UNSET.iter().find(|unset| unset.row.name == operation) else {
        return Err(S3Error::not_implemented(&format!("The operation {operation} is not implemented")));
    };
    match &call.address.key {
        Some(_) => _ = door.store.head_object(&call.bucket()?, &call.key()?).await?,
        None => _ = door.store.bucket(&call.bucket()?).await?,
    }
    Err(S3Error::new(unset.status, unset.code, unset.message))
}
