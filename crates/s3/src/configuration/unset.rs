//! Operations that are refused as Amazon refuses them where nothing is configured: one table.

use coldkeep_auth::Permission;
use coldkeep_http::Response;

use super::ROOM;
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

const fn unset(
    name: &'static str,
    permission: &'static str,
    status: u16,
    code: &'static str,
    message: &'static str,
) -> Unset {
    Unset {
        row: Row { name, permission: Permission(permission), body: BodyKind::None, room: ROOM },
        status,
        code,
        message,
    }
}

static UNSET: [Unset; 17] = [
    unset(
        "GetBucketAnalyticsConfiguration",
        "s3:GetAnalyticsConfiguration",
        404,
        "NoSuchConfiguration",
        NO_CONFIGURATION,
    ),
    unset("GetBucketCors", "s3:GetBucketCORS", 404, "NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    unset(
        "GetBucketEncryption",
        "s3:GetEncryptionConfiguration",
        404,
        "ServerSideEncryptionConfigurationNotFoundError",
        "The server side encryption configuration was not found",
    ),
    unset(
        "GetBucketIntelligentTieringConfiguration",
        "s3:GetIntelligentTieringConfiguration",
        404,
        "NoSuchConfiguration",
        NO_CONFIGURATION,
    ),
    unset(
        "GetBucketInventoryConfiguration",
        "s3:GetInventoryConfiguration",
        404,
        "NoSuchConfiguration",
        NO_CONFIGURATION,
    ),
    unset(
        "GetBucketLifecycleConfiguration",
        "s3:GetLifecycleConfiguration",
        404,
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
    ),
    unset("GetBucketMetricsConfiguration", "s3:GetMetricsConfiguration", 404, "NoSuchConfiguration", NO_CONFIGURATION),
    unset("GetBucketPolicy", "s3:GetBucketPolicy", 404, "NoSuchBucketPolicy", NO_POLICY),
    unset("GetBucketPolicyStatus", "s3:GetBucketPolicyStatus", 404, "NoSuchBucketPolicy", NO_POLICY),
    unset(
        "GetBucketReplication",
        "s3:GetReplicationConfiguration",
        404,
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
    ),
    unset("GetBucketTagging", "s3:GetBucketTagging", 404, "NoSuchTagSet", "The TagSet does not exist"),
    unset(
        "GetBucketWebsite",
        "s3:GetBucketWebsite",
        404,
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration",
    ),
    unset("GetObjectLegalHold", "s3:GetObjectLegalHold", 400, "InvalidRequest", NO_LOCK),
    unset(
        "GetObjectLockConfiguration",
        "s3:GetBucketObjectLockConfiguration",
        404,
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
    ),
    unset("GetObjectRetention", "s3:GetObjectRetention", 400, "InvalidRequest", NO_LOCK),
    unset("PutBucketAcl", "s3:PutBucketAcl", 400, "AccessControlListNotSupported", NO_ACLS),
    unset("PutObjectAcl", "s3:PutObjectAcl", 400, "AccessControlListNotSupported", NO_ACLS),
];

const NO_CONFIGURATION: &str = "The specified configuration does not exist.";
const NO_POLICY: &str = "The bucket policy does not exist";
const NO_LOCK: &str = "Bucket is missing Object Lock Configuration";
const NO_ACLS: &str = "The bucket does not allow ACLs";

/// The rows of these operations.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    UNSET.iter().map(|unset| &unset.row)
}

/// Whether an error of this code names its bucket.
pub(crate) fn is_about_bucket(code: &str) -> bool {
    let of_buckets =
        ["BucketAlreadyExists", "BucketAlreadyOwnedByYou", "BucketNotEmpty", "InvalidBucketName", "NoSuchBucket"];
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
