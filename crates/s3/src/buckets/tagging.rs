//! The tags of a bucket: PutBucketTagging, GetBucketTagging, DeleteBucketTagging.

use coldkeep_http::{Body, Response};
use coldkeep_wire::s3::{
    DeleteBucketTaggingOutput, DeleteBucketTaggingRequest, GetBucketTaggingOutput, GetBucketTaggingRequest,
    PutBucketTaggingOutput, PutBucketTaggingRequest,
};
use http::StatusCode;

use crate::errors::S3Error;
use crate::{S3, S3Call, respond, tags};

/// PutBucketTagging: in place of the tag set there is. An empty one is none.
pub(crate) async fn put_tagging(
    door: &S3,
    call: &S3Call,
    input: PutBucketTaggingRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let tags = tags::stored(tags::of_bucket(input.tagging.tag_set)?);
    door.store.put_bucket_tags(&call.bucket()?, tags).await?;
    let mut encoded = PutBucketTaggingOutput::default().encode();
    // The model says 200; the service, and its documentation's example, 204.
    encoded.status = StatusCode::NO_CONTENT;
    Ok(respond(encoded))
}

/// GetBucketTagging.
pub(crate) async fn get_tagging(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketTaggingRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let missing = || S3Error::new(404, "NoSuchTagSet", "The TagSet does not exist");
    let tags = call.found()?.tags.as_deref().ok_or_else(missing)?;
    Ok(respond(GetBucketTaggingOutput { tag_set: tags::shown(tags) }.encode()))
}

/// DeleteBucketTagging: no error if there is none.
pub(crate) async fn delete_tagging(
    door: &S3,
    call: &S3Call,
    _input: DeleteBucketTaggingRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    door.store.put_bucket_tags(&call.bucket()?, None).await?;
    Ok(respond(DeleteBucketTaggingOutput::default().encode()))
}
