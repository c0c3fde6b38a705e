//! CreateMultipartUpload and AbortMultipartUpload.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Attributes, NewUpload, Upload};
use coldkeep_types::{BucketName, Id, ObjectKey};
use coldkeep_wire::s3::{
    AbortMultipartUploadOutput, AbortMultipartUploadRequest, CreateMultipartUploadOutput, CreateMultipartUploadRequest,
};

use crate::access::grants::of_new_object;
use crate::checksums::{algorithm, checksum_type};
use crate::errors::S3Error;
use crate::lifecycle::told;
use crate::locks::asked::{asked, named};
use crate::objects::metadata::{attributes, class};
use crate::objects::put::tags_of;
use crate::{S3, S3Call, respond};

/// CreateMultipartUpload: begins an upload.
pub(crate) async fn create_multipart_upload(
    door: &S3,
    call: &S3Call,
    input: CreateMultipartUploadRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key) = (call.bucket()?, call.key()?);
    let found = call.found()?;
    let mut access = of_new_object(door, call, found).await?;
    // The root of the bucket's account is who begins uploads by default.
    let initiator = call.caller.as_ref().filter(|caller| caller.arn != format!("arn:aws:iam::{}:root", found.owner));
    access.initiator = initiator.map(|caller| caller.arn.clone());
    let lock = asked(call, found, named!(input))?;
    let (sealing, told) = door.sealing(call, found).await?;
    let new = NewUpload {
        access,
        lock,
        sealed: sealing.map(|sealing| sealing.envelope),
        algorithm: input.checksum_algorithm.as_deref().map(algorithm).transpose()?,
        checksum_type: input.checksum_type.as_deref().map(checksum_type).transpose()?,
        class: class(input.storage_class.as_deref())?,
        attributes: Attributes { tags: tags_of(input.tagging.as_deref())?, ..attributes!(input) },
    };
    let upload = door.store.create_upload(&bucket, &key, new).await?;
    let (abort_date, abort_rule_id) = told::abort(&door.store, found, &key, &upload);
    let output = CreateMultipartUploadOutput {
        abort_date,
        abort_rule_id,
        bucket: Some(bucket.to_string()),
        key: Some(key.to_string()),
        upload_id: Some(upload.id.to_string()),
        checksum_algorithm: upload.algorithm.map(|algorithm| algorithm.name().to_owned()),
        checksum_type: upload.algorithm.map(|_| upload.checksum_type.name().to_owned()),
        version_id: version_of(&upload),
        ..CreateMultipartUploadOutput::default()
    };
    Ok(told.answer(output.encode()))
}

/// AbortMultipartUpload: ends an upload and frees its parts.
pub(crate) async fn abort_multipart_upload(
    door: &S3,
    call: &S3Call,
    input: AbortMultipartUploadRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key, id) = named_upload(door, call, &input.upload_id).await?;
    let upload = door.store.upload(&bucket, &key, id).await?;
    if input.if_match_initiated_time.is_some_and(|begun| upload.created.seconds() != begun.seconds()) {
        return Err(S3Error::precondition_failed("x-amz-if-match-initiated-time"));
    }
    door.store.abort_upload(&bucket, &key, id).await?;
    let output =
        AbortMultipartUploadOutput { version_id: version_of(&upload), ..AbortMultipartUploadOutput::default() };
    Ok(respond(output.encode()))
}

/// The version that an upload will be, where that is known: told by all that is done with it.
pub(crate) fn version_of(upload: &Upload) -> Option<String> {
    upload.version().map(|version| version.to_string())
}

/// The upload that a call names, open or ended, in a bucket that is there. An id that this server cannot have made names
/// none.
pub(crate) async fn named_upload(
    door: &S3,
    call: &S3Call,
    upload_id: &str,
) -> Result<(BucketName, ObjectKey, Id), S3Error> {
    let (bucket, key) = (call.bucket()?, call.key()?);
    door.store.bucket(&bucket).await?;
    let id = Id::parse_hex(upload_id).ok_or(coldkeep_store::Error::NoSuchUpload)?;
    Ok((bucket, key, id))
}

/// The open upload that a call names.
pub(crate) async fn open_upload(door: &S3, call: &S3Call, upload_id: &str) -> Result<Upload, S3Error> {
    let (bucket, key, id) = named_upload(door, call, upload_id).await?;
    Ok(door.store.upload(&bucket, &key, id).await?)
}
