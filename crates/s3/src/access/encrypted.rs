//! How what a request is about is encrypted, for the policies by which it is judged, where no header of it says so.
//!
//! Of an upload only its beginning says it; a part cannot. UpdateObjectEncryption says it in its body. What is renamed stays encrypted as
//! it is. A policy that denies `s3:PutObject` to whatever does not name a key would deny them all, so for those requests the condition
//! keys have the values of the upload, of the body, or of the object.

use coldkeep_auth::Caller;
use coldkeep_auth::policy::{Principal, Values};
use coldkeep_seal::{Envelope, Scheme};
use coldkeep_store::Error;
use coldkeep_types::{BucketName, Id, ObjectKey};

use crate::encryption::scheme_name;
use crate::errors::S3Error;
use crate::objects::copy_source::CopySource;
use crate::{S3, S3Call};

const OF_UPLOADS: [&str; 3] = ["UploadPart", "UploadPartCopy", "CompleteMultipartUpload"];
const OF_SOURCE: &str = "RenameObject";
const IN_BODY: &str = "UpdateObjectEncryption";

/// How something is encrypted, as conditions see it.
#[derive(Clone, Debug)]
pub(crate) struct Encrypted {
    scheme: Scheme,
    /// The ARN of the key of KMS.
    kms_key: Option<String>,
}

impl Encrypted {
    fn by(envelope: &Envelope) -> Self {
        Self { scheme: envelope.scheme, kms_key: envelope.kms.as_ref().map(|kms| kms.arn.clone()) }
    }
}

impl S3 {
    /// Looks up how the upload that a call is about was begun, or how what it renames is encrypted, where a policy may ask.
    pub(crate) async fn recall_begun(&self, call: &mut S3Call) -> Result<(), S3Error> {
        let renames = call.operation_name() == OF_SOURCE;
        if !renames && !OF_UPLOADS.contains(&call.operation_name()) {
            return Ok(());
        }
        let address = &call.address;
        let (Some(bucket), Some(key)) = (address.bucket.as_deref(), address.key.as_deref()) else { return Ok(()) };
        let id = call.call.parameter("uploadId").and_then(Id::parse_hex);
        if !renames && id.is_none() {
            return Ok(());
        }
        let (Ok(bucket), Ok(key)) = (BucketName::parse(bucket), ObjectKey::parse(key)) else { return Ok(()) };
        let root = |caller: &Caller| matches!(caller.rights.principal, Principal::Root { .. });
        // Nothing is asked of the root where there is no policy.
        if call.found.through.is_none() && call.caller.as_ref().is_some_and(root) {
            let found = self.store.bucket(&bucket).await;
            if found.is_ok_and(|found| found.access.policy.is_none()) {
                return Ok(());
            }
        }
        let sealed = match (id, CopySource::of(call)) {
            (Some(id), _) if !renames => self.store.upload(&bucket, &key, id).await.map(|upload| upload.sealed),
            (_, Ok(source)) => self.store.head_object(&bucket, &source.key).await.map(|object| object.sealed),
            (_, Err(_)) => return Ok(()),
        };
        match sealed {
            Ok(Some(envelope)) => call.found.encrypted = Encrypted::by(&envelope).into(),
            // What is missing is told later, to whom it may be told.
            Ok(None)
            | Err(Error::NoSuchUpload | Error::NoSuchBucket | Error::NoSuchKey | Error::IsDeleteMarker { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Asks for what an operation needs once more, now that the key of KMS in its body is known.
    pub(crate) async fn permit_kms_key(&self, call: &S3Call, arn: &str) -> Result<(), S3Error> {
        call.found.encrypted.get_or_init(|| Encrypted { scheme: Scheme::Kms, kms_key: Some(arn.to_owned()) });
        self.permit_body(call).await
    }
}

/// What a condition key says of how it is encrypted; `None`: it is about something else, or headers say it.
pub(super) fn value<'a>(call: &'a S3Call, key: &str) -> Option<Values<'a>> {
    let of_scheme = match key {
        "s3:x-amz-server-side-encryption" => true,
        "s3:x-amz-server-side-encryption-aws-kms-key-id" => false,
        _ => return None,
    };
    let Some(encrypted) = call.found.encrypted.get() else {
        if call.operation_name() == IN_BODY {
            call.put_off.note();
        }
        return None;
    };
    let value = if of_scheme { scheme_name(encrypted.scheme) } else { encrypted.kms_key.as_deref() };
    value.map(Values::one)
}
