//! The operations that get typed inputs and outputs. Adding one here and running `cargo xtask wire` is all.

/// S3's, in the order of the API reference's chapters.
pub const S3: [&str; 21] = [
    "CreateMultipartUpload",
    "UploadPart",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
    "ListParts",
    "ListMultipartUploads",
    "PutObject",
    "GetObject",
    "HeadObject",
    "GetObjectAttributes",
    "DeleteObject",
    "DeleteObjects",
    "CopyObject",
    "ListObjects",
    "ListObjectsV2",
    "CreateBucket",
    "HeadBucket",
    "DeleteBucket",
    "ListBuckets",
    "GetBucketLocation",
];

/// Glacier's.
pub const GLACIER: [&str; 16] = [
    "CreateVault",
    "DescribeVault",
    "ListVaults",
    "DeleteVault",
    "UploadArchive",
    "DeleteArchive",
    "InitiateMultipartUpload",
    "UploadMultipartPart",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
    "ListMultipartUploads",
    "ListParts",
    "InitiateJob",
    "DescribeJob",
    "ListJobs",
    "GetJobOutput",
];
