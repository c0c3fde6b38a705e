//! CreateMultipartUpload and AbortMultipartUpload.

use coldkeep_http::{Body, Response};
use coldkeep_store::NewUpload;
use coldkeep_types::Id;
use coldkeep_wire::s3::{
    AbortMultipartUploadOutput, AbortMultipartUploadRequest, CreateMultipartUploadOutput, CreateMultipartUploadRequest,
};

use crate::checksums::{algorithm, checksum_type};
use crate::errors::S3Error;
use crate::objects::put::attributes;
use crate::{S3, S3Call, respond};

/// CreateMultipartUpload: begins an upload.
pub(crate) async fn create_multipart_upload(
    door: &S3,
    call: &S3Call,
    input: CreateMultipartUploadRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key) = (call.bucket()?, call.key()?);
    let new = NewUpload {
        algorithm: input.checksum_algorithm.as_deref().map(algorithm).transpose()?,
        checksum_type: input.checksum_type.as_deref().map(checksum_type).transpose()?,
        attributes: attributes!(call, input),
    };
    let upload = door.store.create_upload(&bucket, &key, new).await?;
    let output = CreateMultipartUploadOutput {
        bucket: Some(bucket.to_string()),
        key: Some(key.to_string()),
        upload_id: Some(upload.id.to_string()),
        checksum_algorithm: upload.algorithm.map(|algorithm| algorithm.name().to_owned()),
        checksum_type: upload.algorithm.map(|_| upload.checksum_type.name().to_owned()),
        ..CreateMultipartUploadOutput::default()
    };
    Ok(respond(output.encode()))
}

/// AbortMultipartUpload: ends an upload and frees its parts.
pub(crate) async fn abort_multipart_upload(
    door: &S3,
    call: &S3Call,
    input: AbortMultipartUploadRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let id = upload_id(&input.upload_id)?;
    door.store.abort_upload(&call.bucket()?, &call.key()?, id).await?;
    Ok(respond(AbortMultipartUploadOutput::default().encode()))
}

/// An upload id; one that this server cannot have made names no upload.
pub(crate) fn upload_id(text: &str) -> Result<Id, S3Error> {
    Id::parse_hex(text).ok_or_else(|| coldkeep_store::Error::NoSuchUpload.into())
}
