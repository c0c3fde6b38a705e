//! The actions that a policy of S3's own can name, what they act on, and which conditions their requests can have.
//!
//! From the service authorization reference, "Actions, resources, and condition keys for Amazon S3". PutBucketPolicy refuses a policy
//! whose statement could never match: an action that acts on none of its resources, a key that its actions never have.

use super::kind::Reach;
use super::wildcards;

/// Actions on a bucket, or on an access point as such.
const BUCKET: &[&str] = &[
    "CreateAccessPoint",
    "CreateBucket",
    "CreateBucketMetadataTableConfiguration",
    "DeleteAccessPoint",
    "DeleteAccessPointPolicy",
    "DeleteBucket",
    "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketPolicy",
    "DeleteBucketWebsite",
    "GetAccelerateConfiguration",
    "GetAccessPoint",
    "GetAccessPointPolicy",
    "GetAccessPointPolicyStatus",
    "GetAnalyticsConfiguration",
    "GetBucketAbac",
    "GetBucketAcl",
    "GetBucketCORS",
    "GetBucketLocation",
    "GetBucketLogging",
    "GetBucketMetadataTableConfiguration",
    "GetBucketNotification",
    "GetBucketObjectLockConfiguration",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketPolicyStatus",
    "GetBucketPublicAccessBlock",
    "GetBucketRequestPayment",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetEncryptionConfiguration",
    "GetIntelligentTieringConfiguration",
    "GetInventoryConfiguration",
    "GetLifecycleConfiguration",
    "GetMetricsConfiguration",
    "GetReplicationConfiguration",
    "ListBucket",
    "ListBucketMultipartUploads",
    "ListBucketVersions",
    "ListTagsForResource",
    "PauseReplication",
    "PutAccelerateConfiguration",
    "PutAccessPointPolicy",
    "PutAccessPointPublicAccessBlock",
    "PutAnalyticsConfiguration",
    "PutBucketAbac",
    "PutBucketAcl",
    "PutBucketCORS",
    "PutBucketLogging",
    "PutBucketNotification",
    "PutBucketObjectLockConfiguration",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketRequestPayment",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutBucketWebsite",
    "PutEncryptionConfiguration",
    "PutIntelligentTieringConfiguration",
    "PutInventoryConfiguration",
    "PutLifecycleConfiguration",
    "PutMetricsConfiguration",
    "PutReplicationConfiguration",
    "TagResource",
    "UntagResource",
    "UpdateBucketMetadataInventoryTableConfiguration",
    "UpdateBucketMetadataJournalTableConfiguration",
];

/// Actions on objects.
const OBJECT: &[&str] = &[
    "AbortMultipartUpload",
    "BypassGovernanceRetention",
    "DeleteObject",
    "DeleteObjectAnnotation",
    "DeleteObjectTagging",
    "DeleteObjectVersion",
    "DeleteObjectVersionAnnotation",
    "DeleteObjectVersionTagging",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAnnotation",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetObjectTorrent",
    "GetObjectVersion",
    "GetObjectVersionAcl",
    "GetObjectVersionAnnotation",
    "GetObjectVersionAttributes",
    "GetObjectVersionForReplication",
    "GetObjectVersionTagging",
    "GetObjectVersionTorrent",
    "InitiateReplication",
    "ListMultipartUploadParts",
    "ListObjectAnnotations",
    "ListObjectVersionAnnotations",
    "ObjectOwnerOverrideToBucketOwner",
    "PutObject",
    "PutObjectAcl",
    "PutObjectAnnotation",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "PutObjectVersionAcl",
    "PutObjectVersionAnnotation",
    "PutObjectVersionTagging",
    "ReplicateDelete",
    "ReplicateObject",
    "ReplicateTags",
    "RestoreObject",
    "UpdateObjectEncryption",
];

/// Actions on an account or on nothing that a bucket's policy could name.
const ELSEWHERE: &[&str] =
    &["GetAccountPublicAccessBlock", "ListAccessPoints", "ListAllMyBuckets", "PutAccountPublicAccessBlock"];

/// Which actions have a key that not all have, as patterns; the first that fits counts. A bypass of retention has the keys of the
/// request that it is asked with.
const KEYS: &[(&str, &[&str])] = &[
    ("s3:prefix", LISTS),
    ("s3:delimiter", LISTS),
    ("s3:max-keys", LISTS),
    ("s3:LocationConstraint", &["CreateAccessPoint", "CreateBucket"]),
    ("s3:x-amz-bucket-namespace", &["CreateBucket"]),
    ("s3:x-amz-object-ownership", &["CreateBucket"]),
    ("s3:x-amz-acl", ACLS),
    ("s3:x-amz-grant-*", ACLS),
    ("s3:x-amz-copy-source", PUTS),
    ("s3:x-amz-metadata-directive", PUTS),
    ("s3:x-amz-website-redirect-location", PUTS),
    (
        "s3:x-amz-server-side-encryption*",
        &["BypassGovernanceRetention", "PutObject", "ReplicateObject", "UpdateObjectEncryption"],
    ),
    ("s3:x-amz-storage-class", &["BypassGovernanceRetention", "PutObject", "PutObjectAcl", "PutObjectVersionAcl"]),
    ("s3:if-none-match", &["PutObject"]),
    ("s3:if-match", &["PutObject", "DeleteObject"]),
    ("s3:ObjectCreationOperation", &["PutObject"]),
    (
        "s3:RequestObjectTag*",
        &["BypassGovernanceRetention", "PutObject", "PutObjectTagging", "PutObjectVersionTagging"],
    ),
    ("s3:object-lock-legal-hold", &["PutObject", "PutObjectLegalHold"]),
    ("s3:object-lock-*", &["PutObject", "PutObjectRetention"]),
    (
        "s3:ExistingObjectTag/*",
        &[
            "DeleteObject*Tagging",
            "GetObject",
            "GetObjectAcl",
            "GetObject*Attributes",
            "GetObjectTagging",
            "GetObjectVersion",
            "GetObjectVersionAcl",
            "GetObjectVersionTagging",
            "PutObject*Acl",
            "PutObject*Tagging",
        ],
    ),
    ("s3:VersionId", &["DeleteObjectVersion*", "GetObjectVersion*", "PutObjectVersion*"]),
    ("s3:InventoryAccessibleOptionalFields", &["PutInventoryConfiguration"]),
    ("s3:isReplicationPauseRequest", &["PutReplicationConfiguration"]),
    ("s3:destinationRegion", &["PauseReplication"]),
    // Of batch jobs, which no bucket's policy is about.
    ("s3:*Job*", &[]),
];

const LISTS: &[&str] = &["ListBucket", "ListBucketVersions"];
const PUTS: &[&str] = &["BypassGovernanceRetention", "PutObject"];
const ACLS: &[&str] = &[
    "BypassGovernanceRetention",
    "CreateAccessPoint",
    "CreateBucket",
    "PutBucketAcl",
    "PutObject",
    "PutObjectAcl",
    "PutObjectVersionAcl",
];

fn matched<'a>(names: &'a [&'static str], pattern: &'a [u8]) -> impl Iterator<Item = &'static str> + 'a {
    let matched = |name: &&str| wildcards::matches_ignoring_case(pattern, format!("s3:{name}").as_bytes());
    names.iter().copied().filter(matched)
}

/// Whether there is an action that this pattern of an action names.
pub(super) fn exists(action: &[u8]) -> bool {
    [BUCKET, OBJECT, ELSEWHERE].iter().any(|names| matched(names, action).next().is_some())
}

/// Whether an action that the pattern names acts on something in reach.
pub(super) fn acts_on(action: &[u8], reach: Reach) -> bool {
    acting_on(action, reach).next().is_some()
}

fn acting_on(action: &[u8], reach: Reach) -> impl Iterator<Item = &'static str> {
    let on_bucket = matched(if reach.container { BUCKET } else { &[] }, action);
    on_bucket.chain(matched(if reach.contents { OBJECT } else { &[] }, action))
}

/// Whether requests for an action that the pattern names, on something in reach, can have a condition key.
pub(super) fn can_have(action: &[u8], reach: Reach, key: &str) -> bool {
    let is_key = |pattern: &str| wildcards::matches(&wildcards::compile(pattern), key.as_bytes());
    let Some((_, actions)) = KEYS.iter().find(|(pattern, _)| is_key(pattern)) else { return true };
    let has =
        |name: &str| actions.iter().any(|pattern| wildcards::matches(&wildcards::compile(pattern), name.as_bytes()));
    acting_on(action, reach).any(has)
}
