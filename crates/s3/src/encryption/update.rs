//! UpdateObjectEncryption: an object that is there gets another key. Its data key is wrapped anew; no byte is read or written, and
//! nothing else of the object changes: neither ETag nor checksum, date or class.
//!
//! From the API reference, "UpdateObjectEncryption", and the user guide, "Updating server-side encryption for existing data": from
//! SSE-S3 or SSE-KMS to SSE-KMS only; the key is named by its ARN, and is of the account that owns the bucket.

use coldkeep_http::{Body, Response};
use coldkeep_keyring::{KeyReference, Place as KeyPlace};
use coldkeep_seal::Scheme;
use coldkeep_store::Error;
use coldkeep_types::Region;
use coldkeep_wire::s3::{UpdateObjectEncryptionRequest, UpdateObjectEncryptionResponse};

use super::kms::{AskedOfKms, signer};
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// UpdateObjectEncryption.
pub(crate) async fn update_object_encryption(
    door: &S3,
    call: &S3Call,
    input: UpdateObjectEncryptionRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let caller = signer(call).map_err(|_| {
        S3Error::invalid_request(
            "Requests that modify an object encryption configuration require AWS Signature Version 4. Modify the request \
             to use AWS Signature Version 4, and then try again.",
        )
    })?;
    let Some(asked) = input.object_encryption.sse_kms else {
        return Err(S3Error::invalid_request(
            "Requests that modify an object encryption configuration require a valid new encryption type. Valid values \
             are SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try again.",
        ));
    };
    let found = call.found()?;
    let region = Region::parse(&found.region).map_err(|_| S3Error::internal())?;
    let reference = reference(&asked.kms_key_arn, &KeyPlace { account: caller.account.clone(), region })?;
    if reference.place.account.as_str() != found.owner {
        return Err(S3Error::new(
            403,
            "AccessDenied",
            "The AWS KMS key in the request must be owned by the same account as the bucket. Modify the request to \
             specify a KMS key from the same account, and then try again.",
        ));
    }
    door.permit_kms_key(call, &asked.kms_key_arn).await?;
    let (bucket, key, version) = (call.bucket()?, call.key()?, call.version()?);
    let object = door.store.head_version(&bucket, &key, version).await?;
    let sealed = match &object.sealed {
        Some(sealed) if matches!(sealed.scheme, Scheme::Server | Scheme::Kms) => sealed,
        Some(_) => {
            return Err(S3Error::invalid_request(
                "The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS \
                 or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.",
            ));
        }
        None => {
            return Err(S3Error::invalid_request(
                "The UpdateObjectEncryption operation doesn't support unencrypted source objects. Only source objects \
                 encrypted with SSE-S3 or SSE-KMS are supported.",
            ));
        }
    };
    let (data_key, _) = door.reading(call, Some(sealed)).await?;
    let data_key = data_key.ok_or_else(S3Error::internal)?;
    let bucket_key = asked.bucket_key_enabled.unwrap_or(false);
    let asked = AskedOfKms { dual: false, key: Some(asked.kms_key_arn), context: None, bucket_key };
    let envelope = door.rewrapped_by_kms(call, sealed, asked, &data_key, &found.region).await?;
    match door.store.rewrap_object(&bucket, &key, version, &object, &envelope).await {
        Err(Error::Locked) => return Err(locked()),
        rewrapped => rewrapped?,
    };
    Ok(respond(UpdateObjectEncryptionResponse::default().encode()))
}

fn locked() -> S3Error {
    let message = "The encryption type for the specified object can't be updated because that object is protected by S3 Object Lock. \
                   If the object has a governance-mode retention period or a legal hold, you must first remove the Object Lock \
                   status on the object before you issue your UpdateObjectEncryption request. You can't use the \
                   UpdateObjectEncryption operation with objects that have an Object Lock compliance mode retention period \
                   applied to them.";
    S3Error::new(403, "AccessDenied", message)
}

/// The key that an ARN names; neither ids nor aliases are taken.
fn reference(arn: &str, home: &KeyPlace) -> Result<KeyReference, S3Error> {
    if arn.is_empty() {
        return Err(S3Error::invalid_request(
            "Requests that modify an object's encryption type to SSE-KMS require an AWS KMS key Amazon Resource Name \
             (ARN). Modify the request to specify a KMS key ARN, and then try again.",
        ));
    }
    let named = KeyReference::parse(arn, home).ok().filter(|named| arn.starts_with("arn:") && !named.is_alias());
    named.ok_or_else(|| {
        S3Error::invalid_request(
            "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key Amazon Resource \
             Name (ARN). Confirm that you have a correctly formatted KMS key ARN in your request, and then try again.",
        )
    })
}
