//! All operations of this door: one list, from which routing of handlers, permissions and body kinds follow.
//!
//! Operations that are refused as Amazon refuses them where nothing is configured are in `configuration::unset`. What the
//! model has and neither has is answered `501 NotImplemented` by its name.

use coldkeep_auth::Permission;
use coldkeep_http::{Body, Response};
use coldkeep_wire::{Request, s3};

use crate::errors::S3Error;
use crate::{S3, S3Call};
use crate::{buckets, configuration, listings, objects, uploads};

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
    /// As Amazon's service authorization reference names it.
    pub permission: Permission,
    pub body: BodyKind,
    /// The room of its handler.
    pub room: &'static str,
}

/// What operations that are answered cannot do yet. What is asked of that kind is refused, never ignored.
const LACKS: [(&str, &str); 9] = [
    ("CompleteMultipartUpload", "encryption"),
    ("CopyObject", "tags, ACLs, encryption, object lock, other classes, website redirects, access points"),
    ("CreateBucket", "ACLs, object lock, tags, directory buckets"),
    ("CreateMultipartUpload", "tags, ACLs, encryption, object lock, other classes, website redirects"),
    ("DeleteObject", "MFA"),
    ("DeleteObjects", "MFA"),
    ("ListObjectVersions", "there is only the `null` version of each object"),
    ("PutObject", "tags, ACLs, encryption, object lock, other classes, website redirects, appending"),
    ("UploadPartCopy", "encryption, access points"),
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
    ($($name:ident $permission:literal $body:ident $room:ident::$module:ident::$handler:ident($input:ident);)*) => {
        pub(crate) const ROWS: &[Row] = &[$(
            Row {
                name: stringify!($name),
                permission: Permission($permission),
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
            match call.operation.name {
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
    AbortMultipartUpload "s3:AbortMultipartUpload" None uploads::begin::abort_multipart_upload(AbortMultipartUploadRequest);
    CompleteMultipartUpload "s3:PutObject" Xml uploads::complete::complete_multipart_upload(CompleteMultipartUploadRequest);
    CopyObject "s3:PutObject" None objects::copy::copy_object(CopyObjectRequest);
    CreateBucket "s3:CreateBucket" Xml buckets::life::create_bucket(CreateBucketRequest);
    CreateMultipartUpload "s3:PutObject" None uploads::begin::create_multipart_upload(CreateMultipartUploadRequest);
    DeleteBucket "s3:DeleteBucket" None buckets::life::delete_bucket(DeleteBucketRequest);
    DeleteObject "s3:DeleteObject" None objects::delete::delete_object(DeleteObjectRequest);
    DeleteObjects "s3:DeleteObject" Xml objects::delete::delete_objects(DeleteObjectsRequest);
    GetBucketAccelerateConfiguration "s3:GetAccelerateConfiguration" None configuration::defaults::get_accelerate(GetBucketAccelerateConfigurationRequest);
    GetBucketAcl "s3:GetBucketAcl" None configuration::access::get_bucket_acl(GetBucketAclRequest);
    GetBucketLogging "s3:GetBucketLogging" None configuration::defaults::get_logging(GetBucketLoggingRequest);
    GetBucketNotificationConfiguration "s3:GetBucketNotification" None configuration::defaults::get_notification(GetBucketNotificationConfigurationRequest);
    GetBucketOwnershipControls "s3:GetBucketOwnershipControls" None configuration::access::get_ownership_controls(GetBucketOwnershipControlsRequest);
    GetBucketRequestPayment "s3:GetBucketRequestPayment" None configuration::defaults::get_request_payment(GetBucketRequestPaymentRequest);
    GetBucketVersioning "s3:GetBucketVersioning" None configuration::defaults::get_versioning(GetBucketVersioningRequest);
    GetObjectAcl "s3:GetObjectAcl" None configuration::access::get_object_acl(GetObjectAclRequest);
    GetObjectTagging "s3:GetObjectTagging" None configuration::defaults::get_object_tagging(GetObjectTaggingRequest);
    GetPublicAccessBlock "s3:GetBucketPublicAccessBlock" None configuration::access::get_public_access_block(GetPublicAccessBlockRequest);
    ListObjectVersions "s3:ListBucketVersions" None listings::versions::list_object_versions(ListObjectVersionsRequest);
    GetBucketLocation "s3:GetBucketLocation" None buckets::life::get_bucket_location(GetBucketLocationRequest);
    GetObject "s3:GetObject" None objects::read::get_object(GetObjectRequest);
    GetObjectAttributes "s3:GetObjectAttributes" None objects::attributes::get_object_attributes(GetObjectAttributesRequest);
    HeadBucket "s3:ListBucket" None buckets::life::head_bucket(HeadBucketRequest);
    HeadObject "s3:GetObject" None objects::read::head_object(HeadObjectRequest);
    ListBucketAnalyticsConfigurations "s3:GetAnalyticsConfiguration" None configuration::lists::analytics(ListBucketAnalyticsConfigurationsRequest);
    ListBucketIntelligentTieringConfigurations "s3:GetIntelligentTieringConfiguration" None configuration::lists::tiering(ListBucketIntelligentTieringConfigurationsRequest);
    ListBucketInventoryConfigurations "s3:GetInventoryConfiguration" None configuration::lists::inventories(ListBucketInventoryConfigurationsRequest);
    ListBucketMetricsConfigurations "s3:GetMetricsConfiguration" None configuration::lists::metrics(ListBucketMetricsConfigurationsRequest);
    ListBuckets "s3:ListAllMyBuckets" None buckets::list::list_buckets(ListBucketsRequest);
    ListMultipartUploads "s3:ListBucketMultipartUploads" None listings::uploads::list_multipart_uploads(ListMultipartUploadsRequest);
    ListObjects "s3:ListBucket" None listings::objects::list_objects(ListObjectsRequest);
    ListObjectsV2 "s3:ListBucket" None listings::objects::list_objects_v2(ListObjectsV2Request);
    ListParts "s3:ListMultipartUploadParts" None uploads::parts::list_parts(ListPartsRequest);
    PutObject "s3:PutObject" Stream objects::put::put_object(PutObjectRequest);
    UploadPart "s3:PutObject" Stream uploads::parts::upload_part(UploadPartRequest);
    UploadPartCopy "s3:PutObject" None uploads::copy::upload_part_copy(UploadPartCopyRequest);
}
