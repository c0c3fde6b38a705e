//! CreateBucket, HeadBucket, GetBucketLocation, DeleteBucket.

use coldkeep_http::{Body, Response};
use coldkeep_store::Error;
use coldkeep_types::Region;
use coldkeep_wire::s3::{
    CreateBucketOutput, CreateBucketRequest, DeleteBucketOutput, DeleteBucketRequest, GetBucketLocationOutput,
    GetBucketLocationRequest, HeadBucketOutput, HeadBucketRequest,
};

use crate::errors::S3Error;
use crate::{DEFAULT_REGION, S3, S3Call, respond};

/// CreateBucket. In us-east-1, as at Amazon, repeating it is no error.
pub(crate) async fn create_bucket(
    door: &S3,
    call: &S3Call,
    input: CreateBucketRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let name = call.bucket()?;
    let configuration = input.create_bucket_configuration.unwrap_or_default();
    if !configuration.tags.is_empty() {
        return Err(S3Error::not_implemented("Tags of a bucket are not implemented"));
    }
    if configuration.location.is_some() || configuration.bucket.is_some() {
        return Err(S3Error::not_implemented("Directory buckets are not implemented"));
    }
    let region = match configuration.location_constraint.as_deref() {
        None | Some("") => call.region.clone(),
        // The old name of eu-west-1.
        Some("EU") => region("eu-west-1")?,
        Some(name) => region(name)?,
    };
    match door.store.create_bucket(&name, &call.account(door), &region).await {
        Ok(_) => {}
        Err(Error::BucketExists { owned: true }) if region.as_str() == DEFAULT_REGION => {}
        Err(error) => return Err(error.into()),
    }
    let output = CreateBucketOutput { location: Some(format!("/{name}")), ..CreateBucketOutput::default() };
    Ok(respond(output.encode()))
}

fn region(name: &str) -> Result<Region, S3Error> {
    Region::parse(name).map_err(|_| {
        S3Error::new(400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
            .with("LocationConstraint", name)
    })
}

/// HeadBucket: that there is such a bucket, and where.
pub(crate) async fn head_bucket(
    door: &S3,
    call: &S3Call,
    _input: HeadBucketRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = door.store.bucket(&call.bucket()?).await?;
    let output = HeadBucketOutput {
        bucket_region: Some(bucket.region.clone()),
        access_point_alias: Some(false),
        ..HeadBucketOutput::default()
    };
    Ok(respond(output.encode()))
}

/// DeleteBucket: only without objects; open uploads are aborted.
pub(crate) async fn delete_bucket(
    door: &S3,
    call: &S3Call,
    _input: DeleteBucketRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    door.store.delete_bucket(&call.bucket()?).await?;
    Ok(respond(DeleteBucketOutput::default().encode()))
}

/// GetBucketLocation: nothing stands for us-east-1.
pub(crate) async fn get_bucket_location(
    door: &S3,
    call: &S3Call,
    _input: GetBucketLocationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = door.store.bucket(&call.bucket()?).await?;
    let location = Some(bucket.region.clone()).filter(|region| region != DEFAULT_REGION);
    Ok(respond(GetBucketLocationOutput { location_constraint: location }.encode()))
}
