//! Operations that are refused as Amazon refuses them where nothing is configured: one table.

use coldkeep_http::Response;

use super::ROOM;
use crate::access::asks::bucket;
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

static UNSET: [Unset; 3] = [
    unset!(
        "GetBucketAnalyticsConfiguration",
        bucket("s3:GetAnalyticsConfiguration"),
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
];

const NO_CONFIGURATION: &str = "The specified configuration does not exist.";

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
        "NoSuchWebsiteConfiguration",
        "ObjectLockConfigurationNotFoundError",
        "OwnershipControlsNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    ];
    // Of those that a bucket has many of, Amazon does not.
    let unset = || code != "NoSuchConfiguration" && UNSET.iter().any(|unset| unset.status == 404 && unset.code == code);
    of_buckets.contains(&code) || unset()
}

/// Refuses an operation, once its bucket is known to be there.
pub(crate) async fn refuse_unset(door: &S3, call: &S3Call, operation: &str) -> Result<Response, S3Error> {
    let Some(unset) = UNSET.iter().find(|unset| unset.row.name == operation) else {
        return Err(S3Error::not_implemented(&format!("The operation {operation} is not implemented")));
    };
    door.store.bucket(&call.bucket()?).await?;
    Err(S3Error::new(unset.status, unset.code, unset.message))
}
