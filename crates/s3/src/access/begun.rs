//! How an upload is encrypted, for the policies by which its parts and its completion are judged.
//!
//! Only its beginning says so by headers; a part cannot. A policy that denies `s3:PutObject` to whatever does not name a key would
//! deny every part, so for those requests the condition keys have the values of the upload.

use coldkeep_auth::Caller;
use coldkeep_auth::policy::{Principal, Values};
use coldkeep_seal::Envelope;
use coldkeep_store::Error;
use coldkeep_types::{BucketName, Id, ObjectKey};

use crate::encryption::scheme_name;
use crate::errors::S3Error;
use crate::{S3, S3Call};

const OF_UPLOADS: [&str; 3] = ["UploadPart", "UploadPartCopy", "CompleteMultipartUpload"];

impl S3 {
    /// Looks up how the upload that a call is about was begun, where a policy may ask.
    pub(crate) async fn recall_begun(&self, call: &mut S3Call) -> Result<(), S3Error> {
        if !OF_UPLOADS.contains(&call.operation_name()) {
            return Ok(());
        }
        let address = &call.address;
        let (Some(bucket), Some(key)) = (address.bucket.as_deref(), address.key.as_deref()) else { return Ok(()) };
        let Some(id) = call.call.parameter("uploadId").and_then(Id::parse_hex) else { return Ok(()) };
        let (Ok(bucket), Ok(key)) = (BucketName::parse(bucket), ObjectKey::parse(key)) else { return Ok(()) };
        let root = |caller: &Caller| matches!(caller.rights.principal, Principal::Root { .. });
        // Nothing is asked of the root where there is no policy.
        if call.found.through.is_none() && call.caller.as_ref().is_some_and(root) {
            let found = self.store.bucket(&bucket).await;
            if found.is_ok_and(|found| found.access.policy.is_none()) {
                return Ok(());
            }
        }
        call.found.begun = match self.store.upload(&bucket, &key, id).await {
            Ok(upload) => upload.sealed,
            // Told later, to whom it may be told.
            Err(Error::NoSuchUpload | Error::NoSuchBucket) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(())
    }
}

/// What a condition key says of an upload that was begun so; `None`: it is about something else.
pub(super) fn value<'a>(begun: &'a Envelope, key: &str) -> Option<Values<'a>> {
    let value = match key {
        "s3:x-amz-server-side-encryption" => scheme_name(begun.scheme),
        "s3:x-amz-server-side-encryption-aws-kms-key-id" => begun.kms.as_ref().map(|kms| kms.arn.as_str()),
        _ => return None,
    };
    value.map(Values::one)
}
