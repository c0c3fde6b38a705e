//! DeleteObject and DeleteObjects.

use coldkeep_http::{Body, Response};
use coldkeep_store::Precondition;
use coldkeep_types::ObjectKey;
use coldkeep_wire::s3::{
    DeleteObjectOutput, DeleteObjectRequest, DeleteObjectsOutput, DeleteObjectsRequest, DeletedObject, Error,
    ObjectIdentifier,
};

use super::put::unquoted;
use crate::errors::S3Error;
use crate::operations::find;
use crate::{S3, S3Call, respond};

/// 1,000: the most keys of one DeleteObjects.
const MAX_KEYS: usize = 1000;

/// DeleteObject: succeeds also when there is no such object.
pub(crate) async fn delete_object(
    door: &S3,
    call: &S3Call,
    input: DeleteObjectRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let precondition = Precondition {
        if_match: input.if_match.as_deref().map(|tag| unquoted(tag).to_owned()),
        if_none_match: None,
        last_modified: input.if_match_last_modified_time,
        bytes: size(input.if_match_size)?,
    };
    door.store.delete_object(&call.bucket()?, &call.key()?, &precondition).await?;
    // The version that was named, if one was: there is only the null one.
    Ok(respond(DeleteObjectOutput { version_id: input.version_id, ..DeleteObjectOutput::default() }.encode()))
}

/// DeleteObjects: up to 1,000 keys, each with its own outcome.
pub(crate) async fn delete_objects(
    door: &S3,
    call: &S3Call,
    input: DeleteObjectsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let proven = call.call.headers.keys().any(|name| {
        name == "content-md5" || coldkeep_digest::ChecksumAlgorithm::from_header_name(name.as_str()).is_some()
    });
    if !proven && call.call.header("x-amz-trailer").is_none() {
        return Err(S3Error::invalid_request(
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
        ));
    }
    let objects = input.delete.objects;
    if objects.is_empty() || objects.len() > MAX_KEYS {
        return Err(S3Error::malformed_xml());
    }
    let bucket = call.bucket()?;
    door.store.bucket(&bucket).await?;
    let mut output = DeleteObjectsOutput::default();
    let (mut wanted, mut names) = (Vec::new(), Vec::new());
    let listed = find(call.operation_name()).ok_or_else(S3Error::internal)?;
    for object in objects {
        let permitted = door.permit_key(call, listed, &object.key, object.version_id.as_deref());
        match permitted.and_then(|()| wish(&object)) {
            Ok(wish) => {
                wanted.push(wish);
                names.push((object.key, object.version_id));
            }
            Err(error) => output.errors.push(row(object.key, object.version_id, error)),
        }
    }
    let quiet = input.delete.quiet.unwrap_or(false);
    for ((key, version_id), outcome) in names.into_iter().zip(door.store.delete_objects(&bucket, &wanted).await?) {
        match outcome {
            Ok(()) if quiet => {}
            Ok(()) => output.deleted.push(DeletedObject { key: Some(key), version_id, ..DeletedObject::default() }),
            Err(error) => output.errors.push(row(key, version_id, error.into())),
        }
    }
    Ok(respond(output.encode()))
}

fn wish(object: &ObjectIdentifier) -> Result<(ObjectKey, Precondition), S3Error> {
    // Here, other than in a query, Amazon calls any other id one that does not exist.
    if let Some(version) = object.version_id.as_deref().filter(|version| *version != "null") {
        return Err(S3Error::no_such_version(version));
    }
    let precondition = Precondition {
        if_match: object.etag.as_deref().map(|tag| unquoted(tag).to_owned()),
        if_none_match: None,
        last_modified: object.last_modified_time,
        bytes: size(object.size)?,
    };
    Ok((ObjectKey::parse(&object.key)?, precondition))
}

fn size(bytes: Option<i64>) -> Result<Option<u64>, S3Error> {
    bytes
        .map(|bytes| u64::try_from(bytes).map_err(|_| S3Error::invalid_argument("A size cannot be negative")))
        .transpose()
}

fn row(key: String, version_id: Option<String>, error: S3Error) -> Error {
    let (code, message) = error.code_and_message();
    Error { key: Some(key), version_id, code: Some(code.into()), message: Some(message.into()) }
}
