//! The tags of an object, or of a version of one: PutObjectTagging, GetObjectTagging, DeleteObjectTagging.

use coldkeep_http::{Body, Response};
use coldkeep_wire::s3::{
    DeleteObjectTaggingOutput, DeleteObjectTaggingRequest, GetObjectTaggingOutput, GetObjectTaggingRequest,
    PutObjectTaggingOutput, PutObjectTaggingRequest,
};

use crate::errors::S3Error;
use crate::{S3, S3Call, respond, tags};

/// PutObjectTagging: in place of the tags there are.
pub(crate) async fn put_object_tagging(
    door: &S3,
    call: &S3Call,
    input: PutObjectTaggingRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let tags = tags::of_object(input.tagging.tag_set)?;
    door.permit_tags(call, &tags).await?;
    let (bucket, key, version) = (call.bucket()?, call.key()?, call.version()?);
    let object = door.store_for(call).put_object_tags(&bucket, &key, version, tags::stored(tags)).await;
    let object = object.map_err(S3Error::of_marker_itself)?;
    Ok(respond(PutObjectTaggingOutput { version_id: call.told(object.version)? }.encode()))
}

/// GetObjectTagging.
pub(crate) async fn get_object_tagging(
    door: &S3,
    call: &S3Call,
    _input: GetObjectTaggingRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let object = door.store.head_version(&call.bucket()?, &call.key()?, call.version()?).await;
    let object = object.map_err(S3Error::of_marker_itself)?;
    let tag_set = tags::shown(object.attributes.tags());
    Ok(respond(GetObjectTaggingOutput { tag_set, version_id: call.told(object.version)? }.encode()))
}

/// DeleteObjectTagging: no error if there are none.
pub(crate) async fn delete_object_tagging(
    door: &S3,
    call: &S3Call,
    _input: DeleteObjectTaggingRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key, version) = (call.bucket()?, call.key()?, call.version()?);
    let object = door.store_for(call).delete_object_tags(&bucket, &key, version).await;
    let object = object.map_err(S3Error::of_marker_itself)?;
    Ok(respond(DeleteObjectTaggingOutput { version_id: call.told(object.version)? }.encode()))
}
