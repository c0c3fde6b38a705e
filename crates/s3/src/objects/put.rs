//! PutObject.

use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_http::{Body, Response};
use coldkeep_store::{Attributes, EventType, NewObject, Precondition, Source};
use coldkeep_wire::s3::{PutObjectOutput, PutObjectRequest};

use super::metadata::{attributes, class};
use crate::access::grants::of_new_object;
use crate::checksums::{self, declared, set_checksum};
use crate::encryption::Told;
use crate::errors::S3Error;
use crate::lifecycle::told::expiration;
use crate::locks::asked::{asked, must_be_proven, named};
use crate::{S3, S3Call, tags};

/// PutObject: stores an object in one request, in place of what has its key.
pub(crate) async fn put_object(
    door: &S3,
    call: &S3Call,
    input: PutObjectRequest,
    mut body: Body,
) -> Result<Response, S3Error> {
    let (new, told) = new_object(door, call, input).await?;
    must_be_proven(call, call.found()?, &new.lock, "Put Object")?;
    Ok(told.answer(store_object(door, call, EventType::CreatedPut, new, &mut body).await?.encode()))
}

/// What a call is about to store, by PutObject or by the form of a browser, and what is told of its encryption.
pub(crate) async fn new_object(
    door: &S3,
    call: &S3Call,
    input: PutObjectRequest,
) -> Result<(NewObject, Told), S3Error> {
    let declared = declared(call)?;
    let found = call.found()?;
    let access = of_new_object(door, call, found).await?;
    let lock = asked(call, found, named!(input))?;
    let (sealing, told) = door.sealing(call, found).await?;
    let new = NewObject {
        access,
        sealing,
        lock,
        bucket: call.bucket()?,
        key: call.key()?,
        class: class(input.storage_class.as_deref())?,
        attributes: Attributes { tags: tags_of(input.tagging.as_deref())?, ..attributes!(input) },
        algorithm: declared.algorithm().or(declared.named).unwrap_or(ChecksumAlgorithm::Crc64Nvme),
        precondition: precondition(input.if_match.as_deref(), input.if_none_match.as_deref())?,
        expected: declared.expected,
    };
    Ok((new, told))
}

/// Stores it, which is this event, and says what came to be.
pub(crate) async fn store_object(
    door: &S3,
    call: &S3Call,
    event: EventType,
    new: NewObject,
    body: &mut dyn Source,
) -> Result<PutObjectOutput, S3Error> {
    let (bucket, key) = (new.bucket.clone(), new.key.clone());
    let object = door.store_for(call).put_object_as(event, new, body).await?;
    // By the rules it was put under, which may be newer than those its sender was judged with.
    let bucket = door.store.bucket(&bucket).await.ok();
    let mut output = PutObjectOutput {
        expiration: bucket.and_then(|bucket| expiration(&door.store, &bucket, &key, &object)),
        etag: Some(quoted(&object.etag())),
        version_id: call.written(object.version),
        ..PutObjectOutput::default()
    };
    if let Some(checksum) = &object.checksum {
        output.checksum_type = Some(checksum.kind.name().to_owned());
        set_checksum!(output, checksum.checksum.algorithm(), checksums::text(checksum, object.parts));
    }
    Ok(output)
}

/// The tags of `x-amz-tagging`, as records keep them.
pub(crate) fn tags_of(header: Option<&str>) -> Result<Option<tags::Tags>, S3Error> {
    Ok(header.map(tags::of_header).transpose()?.and_then(tags::stored))
}

/// The conditions of a write: `If-Match` with an ETag, `If-None-Match` with `*`.
pub(crate) fn precondition(if_match: Option<&str>, if_none_match: Option<&str>) -> Result<Precondition, S3Error> {
    if if_match.is_some() && if_none_match.is_some() {
        let why = "Multiple conditional request headers present in the request";
        return Err(S3Error::condition_not_implemented("If-Match,If-None-Match", why));
    }
    if if_none_match.is_some_and(|value| value.trim() != "*") {
        let why = "We don't accept the provided value of If-None-Match header for this API";
        return Err(S3Error::condition_not_implemented("If-None-Match", why));
    }
    Ok(Precondition {
        if_match: if_match.map(|tag| unquoted(tag).to_owned()),
        if_none_match: if_none_match.map(|tag| unquoted(tag).to_owned()),
        ..Precondition::default()
    })
}

/// An ETag as headers carry it.
pub(crate) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// An ETag without its quotes, which clients leave out, double or lose one of.
pub(crate) fn unquoted(etag: &str) -> &str {
    etag.trim().trim_matches('"')
}
