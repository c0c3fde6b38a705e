// Written by `cargo xtask wire` from models/. Do not edit.

//! Every typed operation by its name, for the golden tests.

use crate::golden::{from_json, to_json};
use crate::{Encoded, Request};

/// Services and operations.
pub(crate) const TYPED: &[(&str, &str)] = &[
    ("s3", "CreateMultipartUpload"),
    ("s3", "UploadPart"),
    ("s3", "UploadPartCopy"),
    ("s3", "CompleteMultipartUpload"),
    ("s3", "AbortMultipartUpload"),
    ("s3", "ListParts"),
    ("s3", "ListMultipartUploads"),
    ("s3", "PutObject"),
    ("s3", "GetObject"),
    ("s3", "HeadObject"),
    ("s3", "GetObjectAttributes"),
    ("s3", "DeleteObject"),
    ("s3", "DeleteObjects"),
    ("s3", "CopyObject"),
    ("s3", "ListObjects"),
    ("s3", "ListObjectsV2"),
    ("s3", "CreateBucket"),
    ("s3", "HeadBucket"),
    ("s3", "DeleteBucket"),
    ("s3", "ListBuckets"),
    ("s3", "GetBucketLocation"),
    ("s3", "ListObjectVersions"),
    ("s3", "GetBucketVersioning"),
    ("s3", "GetBucketAcl"),
    ("s3", "GetObjectAcl"),
    ("s3", "GetObjectTagging"),
    ("s3", "GetPublicAccessBlock"),
    ("s3", "GetBucketOwnershipControls"),
    ("s3", "GetBucketAccelerateConfiguration"),
    ("s3", "GetBucketRequestPayment"),
    ("s3", "GetBucketLogging"),
    ("s3", "PutBucketLogging"),
    ("s3", "PutBucketWebsite"),
    ("s3", "GetBucketWebsite"),
    ("s3", "DeleteBucketWebsite"),
    ("s3", "GetBucketNotificationConfiguration"),
    ("s3", "PutBucketNotificationConfiguration"),
    ("s3", "PutBucketCors"),
    ("s3", "GetBucketCors"),
    ("s3", "DeleteBucketCors"),
    ("s3", "PutBucketPolicy"),
    ("s3", "GetBucketPolicy"),
    ("s3", "DeleteBucketPolicy"),
    ("s3", "GetBucketPolicyStatus"),
    ("s3", "PutPublicAccessBlock"),
    ("s3", "DeletePublicAccessBlock"),
    ("s3", "PutBucketOwnershipControls"),
    ("s3", "DeleteBucketOwnershipControls"),
    ("s3", "PutBucketAcl"),
    ("s3", "PutObjectAcl"),
    ("s3", "PutBucketRequestPayment"),
    ("s3", "GetBucketEncryption"),
    ("s3", "PutBucketEncryption"),
    ("s3", "DeleteBucketEncryption"),
    ("s3", "PutBucketLifecycleConfiguration"),
    ("s3", "GetBucketLifecycleConfiguration"),
    ("s3", "DeleteBucketLifecycle"),
    ("s3", "ListBucketAnalyticsConfigurations"),
    ("s3", "ListBucketIntelligentTieringConfigurations"),
    ("s3", "PutBucketIntelligentTieringConfiguration"),
    ("s3", "GetBucketIntelligentTieringConfiguration"),
    ("s3", "DeleteBucketIntelligentTieringConfiguration"),
    ("s3", "ListBucketInventoryConfigurations"),
    ("s3", "PutBucketInventoryConfiguration"),
    ("s3", "GetBucketInventoryConfiguration"),
    ("s3", "DeleteBucketInventoryConfiguration"),
    ("s3", "ListBucketMetricsConfigurations"),
    ("s3", "PutBucketVersioning"),
    ("s3", "PutObjectTagging"),
    ("s3", "DeleteObjectTagging"),
    ("s3", "PutBucketTagging"),
    ("s3", "GetBucketTagging"),
    ("s3", "DeleteBucketTagging"),
    ("s3", "UpdateObjectEncryption"),
    ("s3", "PutObjectLockConfiguration"),
    ("s3", "GetObjectLockConfiguration"),
    ("s3", "PutObjectRetention"),
    ("s3", "GetObjectRetention"),
    ("s3", "PutObjectLegalHold"),
    ("s3", "GetObjectLegalHold"),
    ("s3", "RestoreObject"),
    ("s3", "RenameObject"),
    ("s3", "PutObjectAnnotation"),
    ("s3", "GetObjectAnnotation"),
    ("s3", "ListObjectAnnotations"),
    ("s3", "DeleteObjectAnnotation"),
    ("s3", "SelectObjectContent"),
    ("s3control", "CreateAccessPoint"),
    ("s3control", "GetAccessPoint"),
    ("s3control", "ListAccessPoints"),
    ("s3control", "DeleteAccessPoint"),
    ("s3control", "PutAccessPointPolicy"),
    ("s3control", "GetAccessPointPolicy"),
    ("s3control", "DeleteAccessPointPolicy"),
    ("s3control", "GetAccessPointPolicyStatus"),
    ("s3control", "GetPublicAccessBlock"),
    ("s3control", "PutPublicAccessBlock"),
    ("s3control", "DeletePublicAccessBlock"),
    ("s3control", "TagResource"),
    ("s3control", "UntagResource"),
    ("s3control", "ListTagsForResource"),
    ("glacier", "CreateVault"),
    ("glacier", "DescribeVault"),
    ("glacier", "ListVaults"),
    ("glacier", "DeleteVault"),
    ("glacier", "UploadArchive"),
    ("glacier", "DeleteArchive"),
    ("glacier", "InitiateMultipartUpload"),
    ("glacier", "UploadMultipartPart"),
    ("glacier", "CompleteMultipartUpload"),
    ("glacier", "AbortMultipartUpload"),
    ("glacier", "ListMultipartUploads"),
    ("glacier", "ListParts"),
    ("glacier", "InitiateJob"),
    ("glacier", "DescribeJob"),
    ("glacier", "ListJobs"),
    ("glacier", "GetJobOutput"),
    ("glacier", "SetVaultAccessPolicy"),
    ("glacier", "GetVaultAccessPolicy"),
    ("glacier", "DeleteVaultAccessPolicy"),
    ("glacier", "InitiateVaultLock"),
    ("glacier", "AbortVaultLock"),
    ("glacier", "CompleteVaultLock"),
    ("glacier", "GetVaultLock"),
    ("glacier", "AddTagsToVault"),
    ("glacier", "RemoveTagsFromVault"),
    ("glacier", "ListTagsForVault"),
    ("glacier", "SetVaultNotifications"),
    ("glacier", "GetVaultNotifications"),
    ("glacier", "DeleteVaultNotifications"),
    ("glacier", "GetDataRetrievalPolicy"),
    ("glacier", "SetDataRetrievalPolicy"),
    ("glacier", "ListProvisionedCapacity"),
    ("glacier", "PurchaseProvisionedCapacity"),
];

/// Decodes an operation's input.
pub(crate) fn decode(service: &str, operation: &str, request: &Request<'_>) -> Result<serde_json::Value, String> {
    match (service, operation) {
        ("s3", "CreateMultipartUpload") => to_json(super::s3::CreateMultipartUploadRequest::decode(request)),
        ("s3", "UploadPart") => to_json(super::s3::UploadPartRequest::decode(request)),
        ("s3", "UploadPartCopy") => to_json(super::s3::UploadPartCopyRequest::decode(request)),
        ("s3", "CompleteMultipartUpload") => to_json(super::s3::CompleteMultipartUploadRequest::decode(request)),
        ("s3", "AbortMultipartUpload") => to_json(super::s3::AbortMultipartUploadRequest::decode(request)),
        ("s3", "ListParts") => to_json(super::s3::ListPartsRequest::decode(request)),
        ("s3", "ListMultipartUploads") => to_json(super::s3::ListMultipartUploadsRequest::decode(request)),
        ("s3", "PutObject") => to_json(super::s3::PutObjectRequest::decode(request)),
        ("s3", "GetObject") => to_json(super::s3::GetObjectRequest::decode(request)),
        ("s3", "HeadObject") => to_json(super::s3::HeadObjectRequest::decode(request)),
        ("s3", "GetObjectAttributes") => to_json(super::s3::GetObjectAttributesRequest::decode(request)),
        ("s3", "DeleteObject") => to_json(super::s3::DeleteObjectRequest::decode(request)),
        ("s3", "DeleteObjects") => to_json(super::s3::DeleteObjectsRequest::decode(request)),
        ("s3", "CopyObject") => to_json(super::s3::CopyObjectRequest::decode(request)),
        ("s3", "ListObjects") => to_json(super::s3::ListObjectsRequest::decode(request)),
        ("s3", "ListObjectsV2") => to_json(super::s3::ListObjectsV2Request::decode(request)),
        ("s3", "CreateBucket") => to_json(super::s3::CreateBucketRequest::decode(request)),
        ("s3", "HeadBucket") => to_json(super::s3::HeadBucketRequest::decode(request)),
        ("s3", "DeleteBucket") => to_json(super::s3::DeleteBucketRequest::decode(request)),
        ("s3", "ListBuckets") => to_json(super::s3::ListBucketsRequest::decode(request)),
        ("s3", "GetBucketLocation") => to_json(super::s3::GetBucketLocationRequest::decode(request)),
        ("s3", "ListObjectVersions") => to_json(super::s3::ListObjectVersionsRequest::decode(request)),
        ("s3", "GetBucketVersioning") => to_json(super::s3::GetBucketVersioningRequest::decode(request)),
        ("s3", "GetBucketAcl") => to_json(super::s3::GetBucketAclRequest::decode(request)),
        ("s3", "GetObjectAcl") => to_json(super::s3::GetObjectAclRequest::decode(request)),
        ("s3", "GetObjectTagging") => to_json(super::s3::GetObjectTaggingRequest::decode(request)),
        ("s3", "GetPublicAccessBlock") => to_json(super::s3::GetPublicAccessBlockRequest::decode(request)),
        ("s3", "GetBucketOwnershipControls") => to_json(super::s3::GetBucketOwnershipControlsRequest::decode(request)),
        ("s3", "GetBucketAccelerateConfiguration") => {
            to_json(super::s3::GetBucketAccelerateConfigurationRequest::decode(request))
        }
        ("s3", "GetBucketRequestPayment") => to_json(super::s3::GetBucketRequestPaymentRequest::decode(request)),
        ("s3", "GetBucketLogging") => to_json(super::s3::GetBucketLoggingRequest::decode(request)),
        ("s3", "PutBucketLogging") => to_json(super::s3::PutBucketLoggingRequest::decode(request)),
        ("s3", "PutBucketWebsite") => to_json(super::s3::PutBucketWebsiteRequest::decode(request)),
        ("s3", "GetBucketWebsite") => to_json(super::s3::GetBucketWebsiteRequest::decode(request)),
        ("s3", "DeleteBucketWebsite") => to_json(super::s3::DeleteBucketWebsiteRequest::decode(request)),
        ("s3", "GetBucketNotificationConfiguration") => {
            to_json(super::s3::GetBucketNotificationConfigurationRequest::decode(request))
        }
        ("s3", "PutBucketNotificationConfiguration") => {
            to_json(super::s3::PutBucketNotificationConfigurationRequest::decode(request))
        }
        ("s3", "PutBucketCors") => to_json(super::s3::PutBucketCorsRequest::decode(request)),
        ("s3", "GetBucketCors") => to_json(super::s3::GetBucketCorsRequest::decode(request)),
        ("s3", "DeleteBucketCors") => to_json(super::s3::DeleteBucketCorsRequest::decode(request)),
        ("s3", "PutBucketPolicy") => to_json(super::s3::PutBucketPolicyRequest::decode(request)),
        ("s3", "GetBucketPolicy") => to_json(super::s3::GetBucketPolicyRequest::decode(request)),
        ("s3", "DeleteBucketPolicy") => to_json(super::s3::DeleteBucketPolicyRequest::decode(request)),
        ("s3", "GetBucketPolicyStatus") => to_json(super::s3::GetBucketPolicyStatusRequest::decode(request)),
        ("s3", "PutPublicAccessBlock") => to_json(super::s3::PutPublicAccessBlockRequest::decode(request)),
        ("s3", "DeletePublicAccessBlock") => to_json(super::s3::DeletePublicAccessBlockRequest::decode(request)),
        ("s3", "PutBucketOwnershipControls") => to_json(super::s3::PutBucketOwnershipControlsRequest::decode(request)),
        ("s3", "DeleteBucketOwnershipControls") => {
            to_json(super::s3::DeleteBucketOwnershipControlsRequest::decode(request))
        }
        ("s3", "PutBucketAcl") => to_json(super::s3::PutBucketAclRequest::decode(request)),
        ("s3", "PutObjectAcl") => to_json(super::s3::PutObjectAclRequest::decode(request)),
        ("s3", "PutBucketRequestPayment") => to_json(super::s3::PutBucketRequestPaymentRequest::decode(request)),
        ("s3", "GetBucketEncryption") => to_json(super::s3::GetBucketEncryptionRequest::decode(request)),
        ("s3", "PutBucketEncryption") => to_json(super::s3::PutBucketEncryptionRequest::decode(request)),
        ("s3", "DeleteBucketEncryption") => to_json(super::s3::DeleteBucketEncryptionRequest::decode(request)),
        ("s3", "PutBucketLifecycleConfiguration") => {
            to_json(super::s3::PutBucketLifecycleConfigurationRequest::decode(request))
        }
        ("s3", "GetBucketLifecycleConfiguration") => {
            to_json(super::s3::GetBucketLifecycleConfigurationRequest::decode(request))
        }
        ("s3", "DeleteBucketLifecycle") => to_json(super::s3::DeleteBucketLifecycleRequest::decode(request)),
        ("s3", "ListBucketAnalyticsConfigurations") => {
            to_json(super::s3::ListBucketAnalyticsConfigurationsRequest::decode(request))
        }
        ("s3", "ListBucketIntelligentTieringConfigurations") => {
            to_json(super::s3::ListBucketIntelligentTieringConfigurationsRequest::decode(request))
        }
        ("s3", "PutBucketIntelligentTieringConfiguration") => {
            to_json(super::s3::PutBucketIntelligentTieringConfigurationRequest::decode(request))
        }
        ("s3", "GetBucketIntelligentTieringConfiguration") => {
            to_json(super::s3::GetBucketIntelligentTieringConfigurationRequest::decode(request))
        }
        ("s3", "DeleteBucketIntelligentTieringConfiguration") => {
            to_json(super::s3::DeleteBucketIntelligentTieringConfigurationRequest::decode(request))
        }
        ("s3", "ListBucketInventoryConfigurations") => {
            to_json(super::s3::ListBucketInventoryConfigurationsRequest::decode(request))
        }
        ("s3", "PutBucketInventoryConfiguration") => {
            to_json(super::s3::PutBucketInventoryConfigurationRequest::decode(request))
        }
        ("s3", "GetBucketInventoryConfiguration") => {
            to_json(super::s3::GetBucketInventoryConfigurationRequest::decode(request))
        }
        ("s3", "DeleteBucketInventoryConfiguration") => {
            to_json(super::s3::DeleteBucketInventoryConfigurationRequest::decode(request))
        }
        ("s3", "ListBucketMetricsConfigurations") => {
            to_json(super::s3::ListBucketMetricsConfigurationsRequest::decode(request))
        }
        ("s3", "PutBucketVersioning") => to_json(super::s3::PutBucketVersioningRequest::decode(request)),
        ("s3", "PutObjectTagging") => to_json(super::s3::PutObjectTaggingRequest::decode(request)),
        ("s3", "DeleteObjectTagging") => to_json(super::s3::DeleteObjectTaggingRequest::decode(request)),
        ("s3", "PutBucketTagging") => to_json(super::s3::PutBucketTaggingRequest::decode(request)),
        ("s3", "GetBucketTagging") => to_json(super::s3::GetBucketTaggingRequest::decode(request)),
        ("s3", "DeleteBucketTagging") => to_json(super::s3::DeleteBucketTaggingRequest::decode(request)),
        ("s3", "UpdateObjectEncryption") => to_json(super::s3::UpdateObjectEncryptionRequest::decode(request)),
        ("s3", "PutObjectLockConfiguration") => to_json(super::s3::PutObjectLockConfigurationRequest::decode(request)),
        ("s3", "GetObjectLockConfiguration") => to_json(super::s3::GetObjectLockConfigurationRequest::decode(request)),
        ("s3", "PutObjectRetention") => to_json(super::s3::PutObjectRetentionRequest::decode(request)),
        ("s3", "GetObjectRetention") => to_json(super::s3::GetObjectRetentionRequest::decode(request)),
        ("s3", "PutObjectLegalHold") => to_json(super::s3::PutObjectLegalHoldRequest::decode(request)),
        ("s3", "GetObjectLegalHold") => to_json(super::s3::GetObjectLegalHoldRequest::decode(request)),
        ("s3", "RestoreObject") => to_json(super::s3::RestoreObjectRequest::decode(request)),
        ("s3", "RenameObject") => to_json(super::s3::RenameObjectRequest::decode(request)),
        ("s3", "PutObjectAnnotation") => to_json(super::s3::PutObjectAnnotationRequest::decode(request)),
        ("s3", "GetObjectAnnotation") => to_json(super::s3::GetObjectAnnotationRequest::decode(request)),
        ("s3", "ListObjectAnnotations") => to_json(super::s3::ListObjectAnnotationsRequest::decode(request)),
        ("s3", "DeleteObjectAnnotation") => to_json(super::s3::DeleteObjectAnnotationRequest::decode(request)),
        ("s3", "SelectObjectContent") => to_json(super::s3::SelectObjectContentRequest::decode(request)),
        ("s3control", "CreateAccessPoint") => to_json(super::s3control::CreateAccessPointRequest::decode(request)),
        ("s3control", "GetAccessPoint") => to_json(super::s3control::GetAccessPointRequest::decode(request)),
        ("s3control", "ListAccessPoints") => to_json(super::s3control::ListAccessPointsRequest::decode(request)),
        ("s3control", "DeleteAccessPoint") => to_json(super::s3control::DeleteAccessPointRequest::decode(request)),
        ("s3control", "PutAccessPointPolicy") => {
            to_json(super::s3control::PutAccessPointPolicyRequest::decode(request))
        }
        ("s3control", "GetAccessPointPolicy") => {
            to_json(super::s3control::GetAccessPointPolicyRequest::decode(request))
        }
        ("s3control", "DeleteAccessPointPolicy") => {
            to_json(super::s3control::DeleteAccessPointPolicyRequest::decode(request))
        }
        ("s3control", "GetAccessPointPolicyStatus") => {
            to_json(super::s3control::GetAccessPointPolicyStatusRequest::decode(request))
        }
        ("s3control", "GetPublicAccessBlock") => {
            to_json(super::s3control::GetPublicAccessBlockRequest::decode(request))
        }
        ("s3control", "PutPublicAccessBlock") => {
            to_json(super::s3control::PutPublicAccessBlockRequest::decode(request))
        }
        ("s3control", "DeletePublicAccessBlock") => {
            to_json(super::s3control::DeletePublicAccessBlockRequest::decode(request))
        }
        ("s3control", "TagResource") => to_json(super::s3control::TagResourceRequest::decode(request)),
        ("s3control", "UntagResource") => to_json(super::s3control::UntagResourceRequest::decode(request)),
        ("s3control", "ListTagsForResource") => to_json(super::s3control::ListTagsForResourceRequest::decode(request)),
        ("glacier", "CreateVault") => to_json(super::glacier::CreateVaultInput::decode(request)),
        ("glacier", "DescribeVault") => to_json(super::glacier::DescribeVaultInput::decode(request)),
        ("glacier", "ListVaults") => to_json(super::glacier::ListVaultsInput::decode(request)),
        ("glacier", "DeleteVault") => to_json(super::glacier::DeleteVaultInput::decode(request)),
        ("glacier", "UploadArchive") => to_json(super::glacier::UploadArchiveInput::decode(request)),
        ("glacier", "DeleteArchive") => to_json(super::glacier::DeleteArchiveInput::decode(request)),
        ("glacier", "InitiateMultipartUpload") => {
            to_json(super::glacier::InitiateMultipartUploadInput::decode(request))
        }
        ("glacier", "UploadMultipartPart") => to_json(super::glacier::UploadMultipartPartInput::decode(request)),
        ("glacier", "CompleteMultipartUpload") => {
            to_json(super::glacier::CompleteMultipartUploadInput::decode(request))
        }
        ("glacier", "AbortMultipartUpload") => to_json(super::glacier::AbortMultipartUploadInput::decode(request)),
        ("glacier", "ListMultipartUploads") => to_json(super::glacier::ListMultipartUploadsInput::decode(request)),
        ("glacier", "ListParts") => to_json(super::glacier::ListPartsInput::decode(request)),
        ("glacier", "InitiateJob") => to_json(super::glacier::InitiateJobInput::decode(request)),
        ("glacier", "DescribeJob") => to_json(super::glacier::DescribeJobInput::decode(request)),
        ("glacier", "ListJobs") => to_json(super::glacier::ListJobsInput::decode(request)),
        ("glacier", "GetJobOutput") => to_json(super::glacier::GetJobOutputInput::decode(request)),
        ("glacier", "SetVaultAccessPolicy") => to_json(super::glacier::SetVaultAccessPolicyInput::decode(request)),
        ("glacier", "GetVaultAccessPolicy") => to_json(super::glacier::GetVaultAccessPolicyInput::decode(request)),
        ("glacier", "DeleteVaultAccessPolicy") => {
            to_json(super::glacier::DeleteVaultAccessPolicyInput::decode(request))
        }
        ("glacier", "InitiateVaultLock") => to_json(super::glacier::InitiateVaultLockInput::decode(request)),
        ("glacier", "AbortVaultLock") => to_json(super::glacier::AbortVaultLockInput::decode(request)),
        ("glacier", "CompleteVaultLock") => to_json(super::glacier::CompleteVaultLockInput::decode(request)),
        ("glacier", "GetVaultLock") => to_json(super::glacier::GetVaultLockInput::decode(request)),
        ("glacier", "AddTagsToVault") => to_json(super::glacier::AddTagsToVaultInput::decode(request)),
        ("glacier", "RemoveTagsFromVault") => to_json(super::glacier::RemoveTagsFromVaultInput::decode(request)),
        ("glacier", "ListTagsForVault") => to_json(super::glacier::ListTagsForVaultInput::decode(request)),
        ("glacier", "SetVaultNotifications") => to_json(super::glacier::SetVaultNotificationsInput::decode(request)),
        ("glacier", "GetVaultNotifications") => to_json(super::glacier::GetVaultNotificationsInput::decode(request)),
        ("glacier", "DeleteVaultNotifications") => {
            to_json(super::glacier::DeleteVaultNotificationsInput::decode(request))
        }
        ("glacier", "GetDataRetrievalPolicy") => to_json(super::glacier::GetDataRetrievalPolicyInput::decode(request)),
        ("glacier", "SetDataRetrievalPolicy") => to_json(super::glacier::SetDataRetrievalPolicyInput::decode(request)),
        ("glacier", "ListProvisionedCapacity") => {
            to_json(super::glacier::ListProvisionedCapacityInput::decode(request))
        }
        ("glacier", "PurchaseProvisionedCapacity") => {
            to_json(super::glacier::PurchaseProvisionedCapacityInput::decode(request))
        }
        _ => Err("no such operation".to_owned()),
    }
}

/// Encodes an operation's output.
pub(crate) fn encode(service: &str, operation: &str, value: serde_json::Value) -> Result<Encoded, String> {
    match (service, operation) {
        ("s3", "CreateMultipartUpload") => {
            from_json::<super::s3::CreateMultipartUploadOutput>(value).map(|it| it.encode())
        }
        ("s3", "UploadPart") => from_json::<super::s3::UploadPartOutput>(value).map(|it| it.encode()),
        ("s3", "UploadPartCopy") => from_json::<super::s3::UploadPartCopyOutput>(value).map(|it| it.encode()),
        ("s3", "CompleteMultipartUpload") => {
            from_json::<super::s3::CompleteMultipartUploadOutput>(value).map(|it| it.encode())
        }
        ("s3", "AbortMultipartUpload") => {
            from_json::<super::s3::AbortMultipartUploadOutput>(value).map(|it| it.encode())
        }
        ("s3", "ListParts") => from_json::<super::s3::ListPartsOutput>(value).map(|it| it.encode()),
        ("s3", "ListMultipartUploads") => {
            from_json::<super::s3::ListMultipartUploadsOutput>(value).map(|it| it.encode())
        }
        ("s3", "PutObject") => from_json::<super::s3::PutObjectOutput>(value).map(|it| it.encode()),
        ("s3", "GetObject") => from_json::<super::s3::GetObjectOutput>(value).map(|it| it.encode()),
        ("s3", "HeadObject") => from_json::<super::s3::HeadObjectOutput>(value).map(|it| it.encode()),
        ("s3", "GetObjectAttributes") => from_json::<super::s3::GetObjectAttributesOutput>(value).map(|it| it.encode()),
        ("s3", "DeleteObject") => from_json::<super::s3::DeleteObjectOutput>(value).map(|it| it.encode()),
        ("s3", "DeleteObjects") => from_json::<super::s3::DeleteObjectsOutput>(value).map(|it| it.encode()),
        ("s3", "CopyObject") => from_json::<super::s3::CopyObjectOutput>(value).map(|it| it.encode()),
        ("s3", "ListObjects") => from_json::<super::s3::ListObjectsOutput>(value).map(|it| it.encode()),
        ("s3", "ListObjectsV2") => from_json::<super::s3::ListObjectsV2Output>(value).map(|it| it.encode()),
        ("s3", "CreateBucket") => from_json::<super::s3::CreateBucketOutput>(value).map(|it| it.encode()),
        ("s3", "HeadBucket") => from_json::<super::s3::HeadBucketOutput>(value).map(|it| it.encode()),
        ("s3", "DeleteBucket") => from_json::<super::s3::DeleteBucketOutput>(value).map(|it| it.encode()),
        ("s3", "ListBuckets") => from_json::<super::s3::ListBucketsOutput>(value).map(|it| it.encode()),
        ("s3", "GetBucketLocation") => from_json::<super::s3::GetBucketLocationOutput>(value).map(|it| it.encode()),
        ("s3", "ListObjectVersions") => from_json::<super::s3::ListObjectVersionsOutput>(value).map(|it| it.encode()),
        ("s3", "GetBucketVersioning") => from_json::<super::s3::GetBucketVersioningOutput>(value).map(|it| it.encode()),
        ("s3", "GetBucketAcl") => from_json::<super::s3::GetBucketAclOutput>(value).map(|it| it.encode()),
        ("s3", "GetObjectAcl") => from_json::<super::s3::GetObjectAclOutput>(value).map(|it| it.encode()),
        ("s3", "GetObjectTagging") => from_json::<super::s3::GetObjectTaggingOutput>(value).map(|it| it.encode()),
        ("s3", "GetPublicAccessBlock") => {
            from_json::<super::s3::GetPublicAccessBlockOutput>(value).map(|it| it.encode())
        }
        ("s3", "GetBucketOwnershipControls") => {
            from_json::<super::s3::GetBucketOwnershipControlsOutput>(value).map(|it| it.encode())
        }
        ("s3", "GetBucketAccelerateConfiguration") => {
            from_json::<super::s3::GetBucketAccelerateConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "GetBucketRequestPayment") => {
            from_json::<super::s3::GetBucketRequestPaymentOutput>(value).map(|it| it.encode())
        }
        ("s3", "GetBucketLogging") => from_json::<super::s3::GetBucketLoggingOutput>(value).map(|it| it.encode()),
        ("s3", "PutBucketLogging") => from_json::<super::s3::PutBucketLoggingOutput>(value).map(|it| it.encode()),
        ("s3", "PutBucketWebsite") => from_json::<super::s3::PutBucketWebsiteOutput>(value).map(|it| it.encode()),
        ("s3", "GetBucketWebsite") => from_json::<super::s3::GetBucketWebsiteOutput>(value).map(|it| it.encode()),
        ("s3", "DeleteBucketWebsite") => from_json::<super::s3::DeleteBucketWebsiteOutput>(value).map(|it| it.encode()),
        ("s3", "GetBucketNotificationConfiguration") => {
            from_json::<super::s3::NotificationConfiguration>(value).map(|it| it.encode())
        }
        ("s3", "PutBucketNotificationConfiguration") => {
            from_json::<super::s3::PutBucketNotificationConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "PutBucketCors") => from_json::<super::s3::PutBucketCorsOutput>(value).map(|it| it.encode()),
        ("s3", "GetBucketCors") => from_json::<super::s3::GetBucketCorsOutput>(value).map(|it| it.encode()),
        ("s3", "DeleteBucketCors") => from_json::<super::s3::DeleteBucketCorsOutput>(value).map(|it| it.encode()),
        ("s3", "PutBucketPolicy") => from_json::<super::s3::PutBucketPolicyOutput>(value).map(|it| it.encode()),
        ("s3", "GetBucketPolicy") => from_json::<super::s3::GetBucketPolicyOutput>(value).map(|it| it.encode()),
        ("s3", "DeleteBucketPolicy") => from_json::<super::s3::DeleteBucketPolicyOutput>(value).map(|it| it.encode()),
        ("s3", "GetBucketPolicyStatus") => {
            from_json::<super::s3::GetBucketPolicyStatusOutput>(value).map(|it| it.encode())
        }
        ("s3", "PutPublicAccessBlock") => {
            from_json::<super::s3::PutPublicAccessBlockOutput>(value).map(|it| it.encode())
        }
        ("s3", "DeletePublicAccessBlock") => {
            from_json::<super::s3::DeletePublicAccessBlockOutput>(value).map(|it| it.encode())
        }
        ("s3", "PutBucketOwnershipControls") => {
            from_json::<super::s3::PutBucketOwnershipControlsOutput>(value).map(|it| it.encode())
        }
        ("s3", "DeleteBucketOwnershipControls") => {
            from_json::<super::s3::DeleteBucketOwnershipControlsOutput>(value).map(|it| it.encode())
        }
        ("s3", "PutBucketAcl") => from_json::<super::s3::PutBucketAclOutput>(value).map(|it| it.encode()),
        ("s3", "PutObjectAcl") => from_json::<super::s3::PutObjectAclOutput>(value).map(|it| it.encode()),
        ("s3", "PutBucketRequestPayment") => {
            from_json::<super::s3::PutBucketRequestPaymentOutput>(value).map(|it| it.encode())
        }
        ("s3", "GetBucketEncryption") => from_json::<super::s3::GetBucketEncryptionOutput>(value).map(|it| it.encode()),
        ("s3", "PutBucketEncryption") => from_json::<super::s3::PutBucketEncryptionOutput>(value).map(|it| it.encode()),
        ("s3", "DeleteBucketEncryption") => {
            from_json::<super::s3::DeleteBucketEncryptionOutput>(value).map(|it| it.encode())
        }
        ("s3", "PutBucketLifecycleConfiguration") => {
            from_json::<super::s3::PutBucketLifecycleConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "GetBucketLifecycleConfiguration") => {
            from_json::<super::s3::GetBucketLifecycleConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "DeleteBucketLifecycle") => {
            from_json::<super::s3::DeleteBucketLifecycleOutput>(value).map(|it| it.encode())
        }
        ("s3", "ListBucketAnalyticsConfigurations") => {
            from_json::<super::s3::ListBucketAnalyticsConfigurationsOutput>(value).map(|it| it.encode())
        }
        ("s3", "ListBucketIntelligentTieringConfigurations") => {
            from_json::<super::s3::ListBucketIntelligentTieringConfigurationsOutput>(value).map(|it| it.encode())
        }
        ("s3", "PutBucketIntelligentTieringConfiguration") => {
            from_json::<super::s3::PutBucketIntelligentTieringConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "GetBucketIntelligentTieringConfiguration") => {
            from_json::<super::s3::GetBucketIntelligentTieringConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "DeleteBucketIntelligentTieringConfiguration") => {
            from_json::<super::s3::DeleteBucketIntelligentTieringConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "ListBucketInventoryConfigurations") => {
            from_json::<super::s3::ListBucketInventoryConfigurationsOutput>(value).map(|it| it.encode())
        }
        ("s3", "PutBucketInventoryConfiguration") => {
            from_json::<super::s3::PutBucketInventoryConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "GetBucketInventoryConfiguration") => {
            from_json::<super::s3::GetBucketInventoryConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "DeleteBucketInventoryConfiguration") => {
            from_json::<super::s3::DeleteBucketInventoryConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "ListBucketMetricsConfigurations") => {
            from_json::<super::s3::ListBucketMetricsConfigurationsOutput>(value).map(|it| it.encode())
        }
        ("s3", "PutBucketVersioning") => from_json::<super::s3::PutBucketVersioningOutput>(value).map(|it| it.encode()),
        ("s3", "PutObjectTagging") => from_json::<super::s3::PutObjectTaggingOutput>(value).map(|it| it.encode()),
        ("s3", "DeleteObjectTagging") => from_json::<super::s3::DeleteObjectTaggingOutput>(value).map(|it| it.encode()),
        ("s3", "PutBucketTagging") => from_json::<super::s3::PutBucketTaggingOutput>(value).map(|it| it.encode()),
        ("s3", "GetBucketTagging") => from_json::<super::s3::GetBucketTaggingOutput>(value).map(|it| it.encode()),
        ("s3", "DeleteBucketTagging") => from_json::<super::s3::DeleteBucketTaggingOutput>(value).map(|it| it.encode()),
        ("s3", "UpdateObjectEncryption") => {
            from_json::<super::s3::UpdateObjectEncryptionResponse>(value).map(|it| it.encode())
        }
        ("s3", "PutObjectLockConfiguration") => {
            from_json::<super::s3::PutObjectLockConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "GetObjectLockConfiguration") => {
            from_json::<super::s3::GetObjectLockConfigurationOutput>(value).map(|it| it.encode())
        }
        ("s3", "PutObjectRetention") => from_json::<super::s3::PutObjectRetentionOutput>(value).map(|it| it.encode()),
        ("s3", "GetObjectRetention") => from_json::<super::s3::GetObjectRetentionOutput>(value).map(|it| it.encode()),
        ("s3", "PutObjectLegalHold") => from_json::<super::s3::PutObjectLegalHoldOutput>(value).map(|it| it.encode()),
        ("s3", "GetObjectLegalHold") => from_json::<super::s3::GetObjectLegalHoldOutput>(value).map(|it| it.encode()),
        ("s3", "RestoreObject") => from_json::<super::s3::RestoreObjectOutput>(value).map(|it| it.encode()),
        ("s3", "RenameObject") => from_json::<super::s3::RenameObjectOutput>(value).map(|it| it.encode()),
        ("s3", "PutObjectAnnotation") => from_json::<super::s3::PutObjectAnnotationOutput>(value).map(|it| it.encode()),
        ("s3", "GetObjectAnnotation") => from_json::<super::s3::GetObjectAnnotationOutput>(value).map(|it| it.encode()),
        ("s3", "ListObjectAnnotations") => {
            from_json::<super::s3::ListObjectAnnotationsOutput>(value).map(|it| it.encode())
        }
        ("s3", "DeleteObjectAnnotation") => {
            from_json::<super::s3::DeleteObjectAnnotationOutput>(value).map(|it| it.encode())
        }
        ("s3", "SelectObjectContent") => from_json::<super::s3::SelectObjectContentOutput>(value).map(|it| it.encode()),
        ("s3control", "CreateAccessPoint") => {
            from_json::<super::s3control::CreateAccessPointResult>(value).map(|it| it.encode())
        }
        ("s3control", "GetAccessPoint") => {
            from_json::<super::s3control::GetAccessPointResult>(value).map(|it| it.encode())
        }
        ("s3control", "ListAccessPoints") => {
            from_json::<super::s3control::ListAccessPointsResult>(value).map(|it| it.encode())
        }
        ("s3control", "DeleteAccessPoint") => {
            from_json::<super::s3control::DeleteAccessPointOutput>(value).map(|it| it.encode())
        }
        ("s3control", "PutAccessPointPolicy") => {
            from_json::<super::s3control::PutAccessPointPolicyOutput>(value).map(|it| it.encode())
        }
        ("s3control", "GetAccessPointPolicy") => {
            from_json::<super::s3control::GetAccessPointPolicyResult>(value).map(|it| it.encode())
        }
        ("s3control", "DeleteAccessPointPolicy") => {
            from_json::<super::s3control::DeleteAccessPointPolicyOutput>(value).map(|it| it.encode())
        }
        ("s3control", "GetAccessPointPolicyStatus") => {
            from_json::<super::s3control::GetAccessPointPolicyStatusResult>(value).map(|it| it.encode())
        }
        ("s3control", "GetPublicAccessBlock") => {
            from_json::<super::s3control::GetPublicAccessBlockOutput>(value).map(|it| it.encode())
        }
        ("s3control", "PutPublicAccessBlock") => {
            from_json::<super::s3control::PutPublicAccessBlockOutput>(value).map(|it| it.encode())
        }
        ("s3control", "DeletePublicAccessBlock") => {
            from_json::<super::s3control::DeletePublicAccessBlockOutput>(value).map(|it| it.encode())
        }
        ("s3control", "TagResource") => from_json::<super::s3control::TagResourceResult>(value).map(|it| it.encode()),
        ("s3control", "UntagResource") => {
            from_json::<super::s3control::UntagResourceResult>(value).map(|it| it.encode())
        }
        ("s3control", "ListTagsForResource") => {
            from_json::<super::s3control::ListTagsForResourceResult>(value).map(|it| it.encode())
        }
        ("glacier", "CreateVault") => from_json::<super::glacier::CreateVaultOutput>(value).map(|it| it.encode()),
        ("glacier", "DescribeVault") => from_json::<super::glacier::DescribeVaultOutput>(value).map(|it| it.encode()),
        ("glacier", "ListVaults") => from_json::<super::glacier::ListVaultsOutput>(value).map(|it| it.encode()),
        ("glacier", "DeleteVault") => from_json::<super::glacier::DeleteVaultOutput>(value).map(|it| it.encode()),
        ("glacier", "UploadArchive") => from_json::<super::glacier::ArchiveCreationOutput>(value).map(|it| it.encode()),
        ("glacier", "DeleteArchive") => from_json::<super::glacier::DeleteArchiveOutput>(value).map(|it| it.encode()),
        ("glacier", "InitiateMultipartUpload") => {
            from_json::<super::glacier::InitiateMultipartUploadOutput>(value).map(|it| it.encode())
        }
        ("glacier", "UploadMultipartPart") => {
            from_json::<super::glacier::UploadMultipartPartOutput>(value).map(|it| it.encode())
        }
        ("glacier", "CompleteMultipartUpload") => {
            from_json::<super::glacier::ArchiveCreationOutput>(value).map(|it| it.encode())
        }
        ("glacier", "AbortMultipartUpload") => {
            from_json::<super::glacier::AbortMultipartUploadOutput>(value).map(|it| it.encode())
        }
        ("glacier", "ListMultipartUploads") => {
            from_json::<super::glacier::ListMultipartUploadsOutput>(value).map(|it| it.encode())
        }
        ("glacier", "ListParts") => from_json::<super::glacier::ListPartsOutput>(value).map(|it| it.encode()),
        ("glacier", "InitiateJob") => from_json::<super::glacier::InitiateJobOutput>(value).map(|it| it.encode()),
        ("glacier", "DescribeJob") => from_json::<super::glacier::GlacierJobDescription>(value).map(|it| it.encode()),
        ("glacier", "ListJobs") => from_json::<super::glacier::ListJobsOutput>(value).map(|it| it.encode()),
        ("glacier", "GetJobOutput") => from_json::<super::glacier::GetJobOutputOutput>(value).map(|it| it.encode()),
        ("glacier", "SetVaultAccessPolicy") => {
            from_json::<super::glacier::SetVaultAccessPolicyOutput>(value).map(|it| it.encode())
        }
        ("glacier", "GetVaultAccessPolicy") => {
            from_json::<super::glacier::GetVaultAccessPolicyOutput>(value).map(|it| it.encode())
        }
        ("glacier", "DeleteVaultAccessPolicy") => {
            from_json::<super::glacier::DeleteVaultAccessPolicyOutput>(value).map(|it| it.encode())
        }
        ("glacier", "InitiateVaultLock") => {
            from_json::<super::glacier::InitiateVaultLockOutput>(value).map(|it| it.encode())
        }
        ("glacier", "AbortVaultLock") => from_json::<super::glacier::AbortVaultLockOutput>(value).map(|it| it.encode()),
        ("glacier", "CompleteVaultLock") => {
            from_json::<super::glacier::CompleteVaultLockOutput>(value).map(|it| it.encode())
        }
        ("glacier", "GetVaultLock") => from_json::<super::glacier::GetVaultLockOutput>(value).map(|it| it.encode()),
        ("glacier", "AddTagsToVault") => from_json::<super::glacier::AddTagsToVaultOutput>(value).map(|it| it.encode()),
        ("glacier", "RemoveTagsFromVault") => {
            from_json::<super::glacier::RemoveTagsFromVaultOutput>(value).map(|it| it.encode())
        }
        ("glacier", "ListTagsForVault") => {
            from_json::<super::glacier::ListTagsForVaultOutput>(value).map(|it| it.encode())
        }
        ("glacier", "SetVaultNotifications") => {
            from_json::<super::glacier::SetVaultNotificationsOutput>(value).map(|it| it.encode())
        }
        ("glacier", "GetVaultNotifications") => {
            from_json::<super::glacier::GetVaultNotificationsOutput>(value).map(|it| it.encode())
        }
        ("glacier", "DeleteVaultNotifications") => {
            from_json::<super::glacier::DeleteVaultNotificationsOutput>(value).map(|it| it.encode())
        }
        ("glacier", "GetDataRetrievalPolicy") => {
            from_json::<super::glacier::GetDataRetrievalPolicyOutput>(value).map(|it| it.encode())
        }
        ("glacier", "SetDataRetrievalPolicy") => {
            from_json::<super::glacier::SetDataRetrievalPolicyOutput>(value).map(|it| it.encode())
        }
        ("glacier", "ListProvisionedCapacity") => {
            from_json::<super::glacier::ListProvisionedCapacityOutput>(value).map(|it| it.encode())
        }
        ("glacier", "PurchaseProvisionedCapacity") => {
            from_json::<super::glacier::PurchaseProvisionedCapacityOutput>(value).map(|it| it.encode())
        }
        _ => Err("no such operation".to_owned()),
    }
}
