//! CopyObject and UploadPartCopy.

use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_auth::{Permission, uri};
use coldkeep_digest::Checksum;
use coldkeep_http::{Body, Response};
use coldkeep_store::{CopyTarget, Expected, Reader, Source, SourceError};
use coldkeep_types::{BucketName, MAX_PART_BYTES, ObjectKey, PartNumber, Timestamp};
use coldkeep_wire::s3::{
    CopyObjectOutput, CopyObjectRequest, CopyObjectResult, CopyPartResult, UploadPartCopyOutput, UploadPartCopyRequest,
};

use crate::checksums::{self, algorithm, set_checksum};
use crate::conditions::{Conditions, Verdict};
use crate::errors::S3Error;
use crate::put_object::{attributes, precondition, quoted};
use crate::range::copied;
use crate::uploads::upload_id;
use crate::{Address, S3, S3Call, respond};

macro_rules! source_conditions {
    ($input:ident) => {
        Conditions {
            if_match: $input.copy_source_if_match.clone(),
            if_none_match: $input.copy_source_if_none_match.clone(),
            if_modified_since: $input.copy_source_if_modified_since,
            if_unmodified_since: $input.copy_source_if_unmodified_since,
        }
    };
}

/// CopyObject: a new object with the bytes of another, up to 5 GiB.
pub(crate) async fn copy_object(
    door: &S3,
    call: &S3Call,
    input: CopyObjectRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (from_bucket, from_key) = source(door, call, &input.copy_source).await?;
    let (bucket, key) = (call.bucket()?, call.key()?);
    let conditions = source_conditions!(input);
    let replace = match input.metadata_directive.as_deref() {
        None | Some("COPY") => false,
        Some("REPLACE") => true,
        Some(_) => return Err(S3Error::invalid_argument("Unknown metadata directive.")),
    };
    if !replace && (&from_bucket, &from_key) == (&bucket, &key) {
        return Err(S3Error::invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the \
             object's metadata, storage class, website redirect location or encryption attributes.",
        ));
    }
    let target = CopyTarget {
        bucket,
        key,
        algorithm: input.checksum_algorithm.as_deref().map(algorithm).transpose()?,
        precondition: precondition(input.if_match.as_deref(), input.if_none_match.as_deref())?,
        attributes: if replace { Some(attributes!(call, input)) } else { None },
    };
    let refusal = Mutex::new(None);
    let copied = door.store.copy_object(&from_bucket, &from_key, &target, |object| {
        judge(&conditions, &object.etag(), object.modified, call.call.received).map_err(|error| {
            *refusal.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error);
            coldkeep_store::Error::PreconditionFailed(coldkeep_store::Condition::IfMatch)
        })
    });
    let copied = copied.await;
    if let Some(error) = refusal.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        return Err(error);
    }
    let object = copied.map_err(too_large_source)?;
    let mut result = CopyObjectResult {
        etag: Some(quoted(&object.etag())),
        last_modified: Some(object.modified),
        ..CopyObjectResult::default()
    };
    if let Some(checksum) = &object.checksum {
        result.checksum_type = Some(checksum.kind.name().to_owned());
        set_checksum!(result, checksum.checksum.algorithm(), checksums::text(checksum, object.parts));
    }
    Ok(respond(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() }.encode()))
}

/// UploadPartCopy: a part with bytes of an object.
pub(crate) async fn upload_part_copy(
    door: &S3,
    call: &S3Call,
    input: UploadPartCopyRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let number = PartNumber::new(input.part_number.into())?;
    let id = upload_id(&input.upload_id)?;
    let (from_bucket, from_key) = source(door, call, &input.copy_source).await?;
    let upload = door.store.upload(&call.bucket()?, &call.key()?, id).await?;
    let reader = door.store.open_object(&from_bucket, &from_key).await?;
    judge(&source_conditions!(input), &reader.object.etag(), reader.object.modified, call.call.received)?;
    let bytes = reader.object.bytes;
    let range = match input.copy_source_range.as_deref() {
        None => 0..bytes,
        Some(header) => copied(header, bytes).ok_or_else(|| {
            S3Error::invalid_argument(&format!("Range specified is not valid for source object of size: {bytes}"))
                .with("ArgumentName", "x-amz-copy-source-range")
                .with("ArgumentValue", header)
        })?,
    };
    let mut source = Copied(reader.read(range));
    let written = door.store.put_part(&upload, number.get(), Expected::default(), None, &mut source, MAX_PART_BYTES);
    let written = written.await.map_err(too_large_source)?;
    let mut result = CopyPartResult {
        etag: Some(quoted(&written.part.etag())),
        last_modified: Some(written.part.modified),
        ..CopyPartResult::default()
    };
    if let Some(checksum) = &written.checksum {
        set_checksum!(result, checksum.algorithm(), checksum.to_base64());
    }
    Ok(respond(UploadPartCopyOutput { copy_part_result: Some(result), ..UploadPartCopyOutput::default() }.encode()))
}

fn judge(conditions: &Conditions, etag: &str, modified: Timestamp, now: Timestamp) -> Result<(), S3Error> {
    match conditions.judge(etag, modified, now) {
        Verdict::Proceed => Ok(()),
        Verdict::NotModified(condition) | Verdict::Failed(condition) => {
            Err(S3Error::precondition_failed(&format!("x-amz-copy-source-{condition}")))
        }
    }
}

fn too_large_source(error: coldkeep_store::Error) -> S3Error {
    match error {
        coldkeep_store::Error::TooLarge { max_bytes, .. } => S3Error::invalid_request(format!(
            "The specified copy source is larger than the maximum allowable size for a copy source: {max_bytes}"
        )),
        other => other.into(),
    }
}

/// Reads `x-amz-copy-source` (`[/]bucket/key[?versionId=...]`, percent-encoded) and asks for the right to read it.
async fn source(door: &S3, call: &S3Call, header: &str) -> Result<(BucketName, ObjectKey), S3Error> {
    let (path, version) = match header.split_once("?versionId=") {
        Some((path, version)) => (path, Some(version)),
        None => (header, None),
    };
    if version.is_some_and(|version| version != "null") {
        return Err(S3Error::no_such_version());
    }
    let invalid = || {
        S3Error::invalid_argument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
            .with("ArgumentName", "x-amz-copy-source")
            .with("ArgumentValue", header)
    };
    let path = String::from_utf8(uri::decode(path)).map_err(|_| invalid())?;
    if path.starts_with("arn:") {
        return Err(S3Error::not_implemented("A copy source by access point or Outposts ARN is not implemented"));
    }
    let (bucket, key) = path.strip_prefix('/').unwrap_or(&path).split_once('/').ok_or_else(invalid)?;
    let address = Address { bucket: Some(bucket.to_owned()), key: Some(key.to_owned()) };
    door.permit(call.caller.as_ref(), Permission("s3:GetObject"), &address)?;
    let (bucket, key) = (BucketName::parse(bucket)?, ObjectKey::parse(key).map_err(|_| invalid())?);
    if let Some(expected) = call.call.header("x-amz-source-expected-bucket-owner")
        && door.store.bucket(&bucket).await?.owner != expected
    {
        return Err(S3Error::access_denied());
    }
    Ok((bucket, key))
}

/// The bytes of an object as the body of a part.
struct Copied(Reader);

#[async_trait]
impl Source for Copied {
    fn declared_bytes(&self) -> Option<u64> {
        Some(self.0.remaining())
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        self.0.next().await.map_err(|error| SourceError::Storage(error.to_string()))
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        &[]
    }
}
