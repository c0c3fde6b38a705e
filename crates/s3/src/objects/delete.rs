//! DeleteObject and DeleteObjects.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Deletion, Precondition, VersionId};
use coldkeep_types::ObjectKey;
use coldkeep_wire::s3::{
    DeleteObjectOutput, DeleteObjectRequest, DeleteObjectsOutput, DeleteObjectsRequest, DeletedObject, Error,
    ObjectIdentifier,
};

use super::put::unquoted;
use crate::checksums::must_have_digest;
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
    let version = match call.version() {
        // One that there cannot be is gone already.
        Err(error) if error.code == "NoSuchVersion" && precondition.is_empty() => {
            let output = DeleteObjectOutput { version_id: input.version_id, ..DeleteObjectOutput::default() };
            return Ok(respond(output.encode()));
        }
        version => version?,
    };
    let bypass = input.bypass_governance_retention == Some(true);
    let deletion = Deletion { key: call.key()?, version, precondition, owner: owner(call)?, bypass };
    let deleted = door.store_for(call).delete(&call.bucket()?, &deletion).await?;
    let output = DeleteObjectOutput {
        version_id: deleted.version.map(|version| version.to_string()),
        delete_marker: deleted.marker.then_some(true),
        ..DeleteObjectOutput::default()
    };
    Ok(respond(output.encode()))
}

/// DeleteObjects: up to 1,000 keys, each with its own outcome.
pub(crate) async fn delete_objects(
    door: &S3,
    call: &S3Call,
    input: DeleteObjectsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    must_have_digest(call)?;
    let objects = input.delete.objects;
    if objects.is_empty() || objects.len() > MAX_KEYS {
        return Err(S3Error::malformed_xml());
    }
    let bucket = call.bucket()?;
    door.store.bucket(&bucket).await?;
    let mut output = DeleteObjectsOutput::default();
    let (mut wanted, mut names) = (Vec::new(), Vec::new());
    let bypass = input.bypass_governance_retention == Some(true);
    let listed = find(call.operation_name()).ok_or_else(S3Error::internal)?;
    for object in objects {
        let permitted = door.permit_key(call, listed, &object.key, object.version_id.as_deref());
        match permitted.and_then(|()| wish(call, &object, bypass)) {
            Ok(wish) => {
                wanted.push(wish);
                names.push((object.key, object.version_id));
            }
            Err(error) => output.errors.push(row(object.key, object.version_id, error)),
        }
    }
    let quiet = input.delete.quiet.unwrap_or(false);
    for ((key, version_id), outcome) in
        names.into_iter().zip(door.store_for(call).delete_objects(&bucket, &wanted).await?)
    {
        match outcome {
            Ok(_) if quiet => {}
            Ok(deleted) => output.deleted.push(DeletedObject {
                key: Some(key),
                version_id,
                delete_marker: deleted.marker.then_some(true),
                delete_marker_version_id: deleted.version.filter(|_| deleted.marker).map(|version| version.to_string()),
            }),
            Err(error) => output.errors.push(row(key, version_id, error.into())),
        }
    }
    Ok(respond(output.encode()))
}

/// Who will own a delete marker, where that is not the bucket's owner.
pub(super) fn owner(call: &S3Call) -> Result<Option<String>, S3Error> {
    let bucket = call.found()?;
    let caller = call.caller.as_ref().map(|caller| caller.account.as_str());
    Ok(caller.filter(|caller| bucket.access.has_acls() && *caller != bucket.owner).map(str::to_owned))
}

fn wish(call: &S3Call, object: &ObjectIdentifier, bypass: bool) -> Result<Deletion, S3Error> {
    // Here, other than in a query, Amazon calls an id of any other form one that does not exist.
    let parse = |text: &str| VersionId::parse(text).ok_or_else(|| S3Error::no_such_version(text));
    let version = object.version_id.as_deref().map(parse).transpose()?;
    let precondition = Precondition {
        if_match: object.etag.as_deref().map(|tag| unquoted(tag).to_owned()),
        if_none_match: None,
        last_modified: object.last_modified_time,
        bytes: size(object.size)?,
    };
    Ok(Deletion { key: ObjectKey::parse(&object.key)?, version, precondition, owner: owner(call)?, bypass })
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
