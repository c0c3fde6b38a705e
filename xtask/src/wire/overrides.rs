//! Where the services depart from their models.

/// The root elements of S3's documents, by the shape of the output. The model has no names for them.
const ROOTS: [(&str, &str); 32] = [
    ("CompleteMultipartUploadOutput", "CompleteMultipartUploadResult"),
    ("CreateMultipartUploadOutput", "InitiateMultipartUploadResult"),
    ("CreateSessionOutput", "CreateSessionResult"),
    ("DeleteObjectsOutput", "DeleteResult"),
    ("GetBucketAccelerateConfigurationOutput", "AccelerateConfiguration"),
    ("GetBucketAclOutput", "AccessControlPolicy"),
    ("GetBucketCorsOutput", "CORSConfiguration"),
    ("GetBucketLifecycleConfigurationOutput", "LifecycleConfiguration"),
    ("GetBucketLocationOutput", "LocationConstraint"),
    ("GetBucketLoggingOutput", "BucketLoggingStatus"),
    ("GetBucketRequestPaymentOutput", "RequestPaymentConfiguration"),
    ("GetBucketTaggingOutput", "Tagging"),
    ("GetBucketVersioningOutput", "VersioningConfiguration"),
    ("GetBucketWebsiteOutput", "WebsiteConfiguration"),
    ("GetObjectAclOutput", "AccessControlPolicy"),
    ("GetObjectAttributesOutput", "GetObjectAttributesResponse"),
    ("GetObjectTaggingOutput", "Tagging"),
    ("ListBucketAnalyticsConfigurationsOutput", "ListBucketAnalyticsConfigurationResult"),
    ("ListBucketIntelligentTieringConfigurationsOutput", "ListBucketIntelligentTieringConfigurationsResult"),
    ("ListBucketInventoryConfigurationsOutput", "ListInventoryConfigurationsResult"),
    ("ListBucketMetricsConfigurationsOutput", "ListMetricsConfigurationsResult"),
    ("ListBucketsOutput", "ListAllMyBucketsResult"),
    ("ListDirectoryBucketsOutput", "ListAllMyDirectoryBucketsResult"),
    ("ListMultipartUploadsOutput", "ListMultipartUploadsResult"),
    ("ListObjectAnnotationsOutput", "ListObjectAnnotationsResult"),
    ("ListObjectVersionsOutput", "ListVersionsResult"),
    ("ListObjectsOutput", "ListBucketResult"),
    ("ListObjectsV2Output", "ListBucketResult"),
    ("ListPartsOutput", "ListPartsResult"),
    ("NotificationConfiguration", "NotificationConfiguration"),
    ("NotificationConfigurationDeprecated", "NotificationConfiguration"),
    ("PutObjectAnnotationOutput", "PutObjectAnnotationResult"),
];

/// The root of an output's document.
pub fn root(shape: &str) -> Option<&'static str> {
    ROOTS.iter().find(|(output, _)| *output == shape).map(|(_, root)| *root)
}

/// Long lists: outputs of S3 that can be written with rows that are made one by one, and the list's member.
const ROWS: [(&str, &str); 5] = [
    ("ListMultipartUploadsOutput", "Uploads"),
    ("ListObjectVersionsOutput", "Versions"),
    ("ListObjectsOutput", "Contents"),
    ("ListObjectsV2Output", "Contents"),
    ("ListPartsOutput", "Parts"),
];

/// The member of an output that is a long list.
pub fn rows(service: &str, shape: &str) -> Option<&'static str> {
    ROWS.iter().find(|(output, _)| service == "s3" && *output == shape).map(|(_, member)| *member)
}

/// Outputs whose one member is the root's text, not an element inside it.
pub const TEXT_IS_ROOT: [&str; 1] = ["GetBucketLocationOutput"];

/// Conditions to be ignored when their date does not parse (RFC 9110, sections 13.1.3 and 13.1.4).
pub const LENIENT_HEADERS: [&str; 2] = ["if-modified-since", "if-unmodified-since"];

/// Query parameters that are any text, whatever type the model says: their value becomes a header of the answer.
pub const TEXT_PARAMETERS: [&str; 1] = ["response-expires"];

/// Members of Glacier's outputs that are left out when absent, where all others are `null`.
pub const LEFT_OUT: [&str; 3] = ["JobOutputPath", "OutputLocation", "SelectParameters"];

/// Operations that answer without a document, which the model does not say.
pub const NO_CONTENT: [(&str, &str); 3] = [
    ("s3control", "DeleteAccessPoint"),
    ("s3control", "DeleteAccessPointPolicy"),
    ("s3control", "DeletePublicAccessBlock"),
];

/// Lists of KMS's outputs that are there even when they are empty: what an operation lists, and the replicas of a key.
pub const KMS_ALWAYS: [&str; 8] =
    ["Aliases", "Grants", "Keys", "Operations", "PolicyNames", "ReplicaKeys", "Rotations", "Tags"];

/// Lists of IAM and STS that are left out when they are empty and need not be there, where all others are empty elements.
pub const LEFT_OUT_WHEN_EMPTY: [&str; 1] = ["Tags"];

/// Lists of S3 that are left out when they are empty, where all others are empty elements.
pub const S3_LEFT_OUT_WHEN_EMPTY: [&str; 3] = ["OptionalFields", "RoutingRules", "TargetGrants"];

/// Members that are written before the others of their structure, wherever the model has them.
const FIRST: [(&str, &str); 4] = [
    ("ListBucketsOutput", "Owner"),
    ("ListObjectVersionsOutput", "Name"),
    ("ListObjectsOutput", "Name"),
    ("ListObjectsV2Output", "Name"),
];

/// Members of the long lists that are written behind what is said of the list.
const LAST: [&str; 6] = ["CommonPrefixes", "Contents", "DeleteMarkers", "Parts", "Uploads", "Versions"];

/// Where among the members of its structure one is written.
pub fn rank(shape: &str, member: &str) -> u8 {
    let is_long = || ROWS.iter().any(|(output, _)| *output == shape);
    match () {
        () if FIRST.contains(&(shape, member)) => 0,
        () if LAST.contains(&member) && is_long() => 2,
        () => 1,
    }
}

/// Operations that look exactly like another and are told apart by the host name only, so that they are not in
/// the table: deprecated ones are left out as well.
pub const NOT_ROUTED: [&str; 2] = ["ListDirectoryBuckets", "WriteGetObjectResponse"];

/// Operations whose types cannot be generated: maps of lists, fractions, and maps in requests in XML.
#[cfg(test)]
pub const UNSUPPORTED: [&str; 3] = ["CreateJob", "GetStorageLensConfiguration", "PutStorageLensConfiguration"];
