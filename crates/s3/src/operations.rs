//! All operations of this door: one list, from which routing of handlers, permissions and body kinds follow.
//!
//! Operations that are refused as Amazon refuses them where nothing is configured are in `configuration::unset`. What the
//! model has and neither has is answered `501 NotImplemented` by its name.

use coldkeep_http::{Body, Response};
use coldkeep_wire::{Request, s3};

use crate::access::asks::{
    Ask, BYPASSING, BYPASSING_EACH, DELETE, DELETE_EACH, DELETE_RENAMED, READ, READ_RENAMED, READ_SOURCE, WITH_ACL,
    WITH_HOLD, WITH_RETENTION, WITH_TAGS, WRITE, bucket, key, new_bucket, object, service,
};
use crate::errors::S3Error;
use crate::{S3, S3Call};
use crate::{
    buckets, configuration, cors, encryption, events, inventory, lifecycle, listings, locks, logging, objects, restore,
    select, sharing, tiering, uploads, website,
};

/// What an operation does with its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// It has none; what is sent is not read.
    None,
    /// A document, read whole before the handler runs.
    Xml,
    /// A stream that the handler hands to the store.
    Stream,
}

/// An operation of this door.
#[derive(Debug)]
pub(crate) struct Row {
    pub name: &'static str,
    /// The permissions it needs, by its parameters.
    pub asks: &'static [Ask],
    pub body: BodyKind,
    /// The room of its handler.
    pub room: &'static str,
}

/// What operations that are answered cannot do yet. What is asked of that kind is refused, never ignored.
const LACKS: [(&str, &str); 9] = [
    ("CreateBucket", "directory buckets"),
    ("DeleteObject", "MFA"),
    ("DeleteObjects", "MFA"),
    ("PutBucketInventoryConfiguration", "ORC, Parquet, two optional fields"),
    ("PutBucketNotificationConfiguration", "functions, EventBridge"),
    ("PutBucketVersioning", "MFA delete"),
    ("PutObject", "appending"),
    ("RestoreObject", "queries by SELECT"),
    ("SelectObjectContent", "Parquet without the feature `parquet`"),
];

/// What an operation cannot do yet.
pub(crate) fn lacks(name: &str) -> Option<&'static str> {
    LACKS.iter().find(|(operation, _)| *operation == name).map(|(_, lacks)| *lacks)
}

/// The row of an operation.
pub(crate) fn find(name: &str) -> Option<&'static Row> {
    ROWS.iter().chain(configuration::unset()).find(|row| row.name == name)
}

macro_rules! operations {
    ($($name:ident [$($ask:expr),+] $body:ident $room:ident::$module:ident::$handler:ident($input:ident);)*) => {
        pub(crate) const ROWS: &[Row] = &[$(
            Row {
                name: stringify!($name),
                asks: &[$($ask),+],
                body: BodyKind::$body,
                room: stringify!($room),
            },
        )*];

        /// Decodes the input and runs the handler of the call's operation.
        pub(crate) async fn dispatch(
            door: &S3,
            call: &S3Call,
            document: &[u8],
            body: Body,
        ) -> Result<Response, S3Error> {
            let bucket = call.address.bucket.as_deref().unwrap_or_default();
            let labels = [("Bucket", bucket), ("Key", call.address.key.as_deref().unwrap_or_default())];
            let request = Request {
                labels: &labels,
                query: &call.call.query,
                headers: &call.call.headers,
                body: document,
            };
            match call.operation_name() {
                $(stringify!($name) => {
                    let input = s3::$input::decode(&request)?;
                    // Boxed, so that the largest handler does not set the size of every request's future.
                    Box::pin($room::$module::$handler(door, call, input, body)).await
                })*
                other => configuration::refuse_unset(door, call, other).await,
            }
        }
    };
}

operations! {
    AbortMultipartUpload [key("s3:AbortMultipartUpload")] None uploads::begin::abort_multipart_upload(AbortMultipartUploadRequest);
    CompleteMultipartUpload [WRITE] Xml uploads::complete::complete_multipart_upload(CompleteMultipartUploadRequest);
    CopyObject [WRITE, READ_SOURCE, WITH_ACL, WITH_TAGS, WITH_RETENTION, WITH_HOLD] None objects::copy::copy_object(CopyObjectRequest);
    CreateBucket [new_bucket("s3:CreateBucket"), new_bucket("s3:PutBucketAcl").if_said(&["x-amz-acl", "x-amz-grant-*"]), new_bucket("s3:PutBucketObjectLockConfiguration").if_said(&["x-amz-bucket-object-lock-enabled"]), new_bucket("s3:PutBucketVersioning").if_said(&["x-amz-bucket-object-lock-enabled"]), new_bucket("s3:PutBucketOwnershipControls").if_said(&["x-amz-object-ownership"])] Xml buckets::life::create_bucket(CreateBucketRequest);
    CreateMultipartUpload [WRITE, WITH_ACL, WITH_TAGS, WITH_RETENTION, WITH_HOLD] None uploads::begin::create_multipart_upload(CreateMultipartUploadRequest);
    DeleteBucket [bucket("s3:DeleteBucket")] None buckets::life::delete_bucket(DeleteBucketRequest);
    DeleteObject [DELETE, BYPASSING] None objects::delete::delete_object(DeleteObjectRequest);
    DeleteObjects [DELETE_EACH, BYPASSING_EACH] Xml objects::delete::delete_objects(DeleteObjectsRequest);
    GetBucketAccelerateConfiguration [bucket("s3:GetAccelerateConfiguration")] None configuration::defaults::get_accelerate(GetBucketAccelerateConfigurationRequest);
    GetBucketAcl [bucket("s3:GetBucketAcl")] None sharing::acls::get_bucket_acl(GetBucketAclRequest);
    GetBucketNotificationConfiguration [bucket("s3:GetBucketNotification")] None events::configuration::get_notification(GetBucketNotificationConfigurationRequest);
    PutBucketNotificationConfiguration [bucket("s3:PutBucketNotification")] Xml events::configuration::put_notification(PutBucketNotificationConfigurationRequest);
    PutBucketInventoryConfiguration [bucket("s3:PutInventoryConfiguration")] Xml inventory::configuration::put_inventory(PutBucketInventoryConfigurationRequest);
    GetBucketInventoryConfiguration [bucket("s3:GetInventoryConfiguration")] None inventory::configuration::get_inventory(GetBucketInventoryConfigurationRequest);
    DeleteBucketInventoryConfiguration [bucket("s3:PutInventoryConfiguration")] None inventory::configuration::delete_inventory(DeleteBucketInventoryConfigurationRequest);
    GetBucketLogging [bucket("s3:GetBucketLogging")] None logging::configuration::get_logging(GetBucketLoggingRequest);
    GetBucketOwnershipControls [bucket("s3:GetBucketOwnershipControls")] None sharing::controls::get_ownership_controls(GetBucketOwnershipControlsRequest);
    GetBucketRequestPayment [bucket("s3:GetBucketRequestPayment")] None sharing::controls::get_request_payment(GetBucketRequestPaymentRequest);
    GetBucketVersioning [bucket("s3:GetBucketVersioning")] None buckets::versioning::get_versioning(GetBucketVersioningRequest);
    GetObjectAcl [object("s3:GetObjectAcl").or_of_version("s3:GetObjectVersionAcl")] None sharing::acls::get_object_acl(GetObjectAclRequest);
    GetObjectTagging [object("s3:GetObjectTagging").or_of_version("s3:GetObjectVersionTagging")] None objects::tagging::get_object_tagging(GetObjectTaggingRequest);
    GetPublicAccessBlock [bucket("s3:GetBucketPublicAccessBlock")] None sharing::controls::get_public_access_block(GetPublicAccessBlockRequest);
    ListObjectVersions [bucket("s3:ListBucketVersions")] None listings::versions::list_object_versions(ListObjectVersionsRequest);
    DeleteBucketEncryption [bucket("s3:PutEncryptionConfiguration")] None encryption::bucket::delete_encryption(DeleteBucketEncryptionRequest);
    GetBucketEncryption [bucket("s3:GetEncryptionConfiguration")] None encryption::bucket::get_encryption(GetBucketEncryptionRequest);
    GetBucketLocation [bucket("s3:GetBucketLocation")] None buckets::life::get_bucket_location(GetBucketLocationRequest);
    GetObject [READ] None objects::read::get_object(GetObjectRequest);
    GetObjectAttributes [READ, object("s3:GetObjectAttributes").or_of_version("s3:GetObjectVersionAttributes")] None objects::attributes::get_object_attributes(GetObjectAttributesRequest);
    HeadBucket [bucket("s3:ListBucket")] None buckets::life::head_bucket(HeadBucketRequest);
    HeadObject [READ] None objects::read::head_object(HeadObjectRequest);
    ListBucketAnalyticsConfigurations [bucket("s3:GetAnalyticsConfiguration")] None configuration::lists::analytics(ListBucketAnalyticsConfigurationsRequest);
    PutBucketIntelligentTieringConfiguration [bucket("s3:PutIntelligentTieringConfiguration")] Xml tiering::configuration::put_tiering(PutBucketIntelligentTieringConfigurationRequest);
    GetBucketIntelligentTieringConfiguration [bucket("s3:GetIntelligentTieringConfiguration")] None tiering::configuration::get_tiering(GetBucketIntelligentTieringConfigurationRequest);
    DeleteBucketIntelligentTieringConfiguration [bucket("s3:PutIntelligentTieringConfiguration")] None tiering::configuration::delete_tiering(DeleteBucketIntelligentTieringConfigurationRequest);
    ListBucketIntelligentTieringConfigurations [bucket("s3:GetIntelligentTieringConfiguration")] None tiering::configuration::list_tierings(ListBucketIntelligentTieringConfigurationsRequest);
    ListBucketInventoryConfigurations [bucket("s3:GetInventoryConfiguration")] None inventory::configuration::list_inventories(ListBucketInventoryConfigurationsRequest);
    ListBucketMetricsConfigurations [bucket("s3:GetMetricsConfiguration")] None configuration::lists::metrics(ListBucketMetricsConfigurationsRequest);
    ListBuckets [service("s3:ListAllMyBuckets")] None buckets::list::list_buckets(ListBucketsRequest);
    ListMultipartUploads [bucket("s3:ListBucketMultipartUploads")] None listings::uploads::list_multipart_uploads(ListMultipartUploadsRequest);
    ListObjects [bucket("s3:ListBucket")] None listings::objects::list_objects(ListObjectsRequest);
    ListObjectsV2 [bucket("s3:ListBucket")] None listings::objects::list_objects_v2(ListObjectsV2Request);
    ListParts [key("s3:ListMultipartUploadParts")] None uploads::parts::list_parts(ListPartsRequest);
    PutObject [WRITE, WITH_ACL, WITH_TAGS, WITH_RETENTION, WITH_HOLD] Stream objects::put::put_object(PutObjectRequest);
    UploadPart [WRITE] Stream uploads::parts::upload_part(UploadPartRequest);
    UploadPartCopy [WRITE, READ_SOURCE] None uploads::copy::upload_part_copy(UploadPartCopyRequest);
    DeleteBucketCors [bucket("s3:PutBucketCORS")] None cors::configuration::delete_cors(DeleteBucketCorsRequest);
    DeleteBucketLifecycle [bucket("s3:PutLifecycleConfiguration")] None lifecycle::configuration::delete_lifecycle(DeleteBucketLifecycleRequest);
    GetBucketLifecycleConfiguration [bucket("s3:GetLifecycleConfiguration")] None lifecycle::configuration::get_lifecycle(GetBucketLifecycleConfigurationRequest);
    PutBucketLifecycleConfiguration [bucket("s3:PutLifecycleConfiguration")] Xml lifecycle::configuration::put_lifecycle(PutBucketLifecycleConfigurationRequest);
    DeleteBucketOwnershipControls [bucket("s3:PutBucketOwnershipControls")] None sharing::controls::delete_ownership_controls(DeleteBucketOwnershipControlsRequest);
    DeleteBucketPolicy [bucket("s3:DeleteBucketPolicy")] None sharing::policy::delete_policy(DeleteBucketPolicyRequest);
    DeletePublicAccessBlock [bucket("s3:PutBucketPublicAccessBlock")] None sharing::controls::delete_public_access_block(DeletePublicAccessBlockRequest);
    GetBucketCors [bucket("s3:GetBucketCORS")] None cors::configuration::get_cors(GetBucketCorsRequest);
    GetBucketPolicy [bucket("s3:GetBucketPolicy")] None sharing::policy::get_policy(GetBucketPolicyRequest);
    GetBucketPolicyStatus [bucket("s3:GetBucketPolicyStatus")] None sharing::policy::get_policy_status(GetBucketPolicyStatusRequest);
    PutBucketVersioning [bucket("s3:PutBucketVersioning")] Xml buckets::versioning::put_versioning(PutBucketVersioningRequest);
    PutBucketTagging [bucket("s3:PutBucketTagging")] Xml buckets::tagging::put_tagging(PutBucketTaggingRequest);
    GetBucketTagging [bucket("s3:GetBucketTagging")] None buckets::tagging::get_tagging(GetBucketTaggingRequest);
    DeleteBucketTagging [bucket("s3:PutBucketTagging")] None buckets::tagging::delete_tagging(DeleteBucketTaggingRequest);
    PutObjectTagging [object("s3:PutObjectTagging").or_of_version("s3:PutObjectVersionTagging")] Xml objects::tagging::put_object_tagging(PutObjectTaggingRequest);
    DeleteObjectTagging [object("s3:DeleteObjectTagging").or_of_version("s3:DeleteObjectVersionTagging")] None objects::tagging::delete_object_tagging(DeleteObjectTaggingRequest);
    PutBucketAcl [bucket("s3:PutBucketAcl")] Xml sharing::acls::put_bucket_acl(PutBucketAclRequest);
    PutBucketCors [bucket("s3:PutBucketCORS")] Xml cors::configuration::put_cors(PutBucketCorsRequest);
    PutBucketEncryption [bucket("s3:PutEncryptionConfiguration")] Xml encryption::bucket::put_encryption(PutBucketEncryptionRequest);
    PutBucketOwnershipControls [bucket("s3:PutBucketOwnershipControls")] Xml sharing::controls::put_ownership_controls(PutBucketOwnershipControlsRequest);
    PutBucketPolicy [bucket("s3:PutBucketPolicy")] Xml sharing::policy::put_policy(PutBucketPolicyRequest);
    PutBucketRequestPayment [bucket("s3:PutBucketRequestPayment")] Xml sharing::controls::put_request_payment(PutBucketRequestPaymentRequest);
    PutObjectAcl [object("s3:PutObjectAcl").or_of_version("s3:PutObjectVersionAcl")] Xml sharing::acls::put_object_acl(PutObjectAclRequest);
    UpdateObjectEncryption [WRITE, key("s3:UpdateObjectEncryption")] Xml encryption::update::update_object_encryption(UpdateObjectEncryptionRequest);
    GetObjectLegalHold [object("s3:GetObjectLegalHold")] None locks::hold::get_object_legal_hold(GetObjectLegalHoldRequest);
    GetObjectLockConfiguration [bucket("s3:GetBucketObjectLockConfiguration")] None locks::configuration::get_lock_configuration(GetObjectLockConfigurationRequest);
    GetObjectRetention [object("s3:GetObjectRetention")] None locks::retention::get_object_retention(GetObjectRetentionRequest);
    PutObjectLegalHold [object("s3:PutObjectLegalHold")] Xml locks::hold::put_object_legal_hold(PutObjectLegalHoldRequest);
    PutObjectLockConfiguration [bucket("s3:PutBucketObjectLockConfiguration")] Xml locks::configuration::put_lock_configuration(PutObjectLockConfigurationRequest);
    PutObjectRetention [object("s3:PutObjectRetention"), BYPASSING] Xml locks::retention::put_object_retention(PutObjectRetentionRequest);
    RestoreObject [object("s3:RestoreObject")] Xml restore::request::restore_object(RestoreObjectRequest);
    PutObjectAnnotation [object("s3:PutObjectAnnotation").or_of_version("s3:PutObjectVersionAnnotation")] Stream objects::annotations::put_object_annotation(PutObjectAnnotationRequest);
    GetObjectAnnotation [object("s3:GetObjectAnnotation").or_of_version("s3:GetObjectVersionAnnotation")] None objects::annotations::get_object_annotation(GetObjectAnnotationRequest);
    ListObjectAnnotations [object("s3:ListObjectAnnotations").or_of_version("s3:ListObjectVersionAnnotations")] None objects::annotations::list_object_annotations(ListObjectAnnotationsRequest);
    DeleteObjectAnnotation [object("s3:DeleteObjectAnnotation").or_of_version("s3:DeleteObjectVersionAnnotation")] None objects::annotations::delete_object_annotation(DeleteObjectAnnotationRequest);
    RenameObject [WRITE, READ_RENAMED, DELETE_RENAMED] None objects::rename::rename_object(RenameObjectRequest);
    DeleteBucketWebsite [bucket("s3:DeleteBucketWebsite")] None website::configuration::delete_website(DeleteBucketWebsiteRequest);
    GetBucketWebsite [bucket("s3:GetBucketWebsite")] None website::configuration::get_website(GetBucketWebsiteRequest);
    PutBucketLogging [bucket("s3:PutBucketLogging")] Xml logging::configuration::put_logging(PutBucketLoggingRequest);
    PutBucketWebsite [bucket("s3:PutBucketWebsite")] Xml website::configuration::put_website(PutBucketWebsiteRequest);
    SelectObjectContent [object("s3:GetObject")] Xml select::answer::select_object_content(SelectObjectContentRequest);
    PutPublicAccessBlock [bucket("s3:PutBucketPublicAccessBlock")] Xml sharing::controls::put_public_access_block(PutPublicAccessBlockRequest);
}
