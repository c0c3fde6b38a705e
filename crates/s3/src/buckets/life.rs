//! CreateBucket, HeadBucket, GetBucketLocation, DeleteBucket.

use coldkeep_auth::{Refusal, canonical_user_id};
use coldkeep_http::{Body, Response};
use coldkeep_store::{BucketAccess, Error, Grant, Grantee, Ownership, Right};
use coldkeep_types::{AccountId, BucketName, Region};
use coldkeep_wire::Request;
use coldkeep_wire::s3::{
    CreateBucketOutput, CreateBucketRequest, DeleteBucketOutput, DeleteBucketRequest, GetBucketLocationOutput,
    GetBucketLocationRequest, HeadBucketOutput, HeadBucketRequest,
};
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderValue};

use crate::access::acl::is_public;
use crate::access::grants::{Owners, canonical, grants_more, judge, of_headers};
use crate::errors::S3Error;
use crate::sharing::controls::ownership;
use crate::{DEFAULT_REGION, S3, S3Call, respond, tags};

/// CreateBucket. In us-east-1, as at Amazon, repeating it is no error: it "resets the bucket access control lists".
pub(crate) async fn create_bucket(
    door: &S3,
    call: &S3Call,
    input: CreateBucketRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let name = call.bucket()?;
    let configuration = input.create_bucket_configuration.unwrap_or_default();
    let tags = tags::stored(tags::of_new_bucket(configuration.tags)?);
    if configuration.location.is_some() || configuration.bucket.is_some() {
        return Err(S3Error::not_implemented("Directory buckets are not implemented"));
    }
    let region = match configuration.location_constraint.as_deref() {
        None | Some("") => call.region.clone(),
        // The old name of eu-west-1.
        Some("EU") => region("eu-west-1")?,
        Some(name) => region(name)?,
    };
    let caller = call.caller.as_ref().ok_or_else(S3Error::access_denied)?;
    if tags.is_some() {
        door.judge_own(call, "s3:TagResource", &call.address.arn())?;
    }
    let access = access(door, call, &caller.account).await?;
    if !door.accounts.is_active(&caller.account).await? {
        return Err(Refusal::AccountSuspended.into());
    }
    let (locks, tagged) = (input.object_lock_enabled_for_bucket == Some(true), tags.is_some());
    match door.store.create_bucket_with(&name, &caller.account, &region, access.clone(), tags, locks).await {
        Ok(_) => {}
        // What is repeated is not changed: a bucket gets object lock by its configuration, and tags by its tagging.
        Err(Error::BucketExists { owned: true }) if !locks && !tagged && region.as_str() == DEFAULT_REGION => {
            reset_acl(door, &name, access.acl).await?;
        }
        Err(error) => return Err(error.into()),
    }
    let output = CreateBucketOutput { location: Some(format!("/{name}")), bucket_arn: Some(arn(&name)) };
    Ok(respond(output.encode()))
}

/// The region that the body of a CreateBucket names, if it is one that names a region.
pub(crate) fn location_constraint(document: &[u8]) -> Option<String> {
    let labels = [("Bucket", "")];
    let request = Request { labels: &labels, query: &[], headers: &HeaderMap::new(), body: document };
    CreateBucketRequest::decode(&request).ok()?.create_bucket_configuration?.location_constraint
}

/// Object ownership and ACL as the headers say. Where a new bucket is closed to the public, its ACL cannot be public.
async fn access(door: &S3, call: &S3Call, account: &AccountId) -> Result<BucketAccess, S3Error> {
    let new = &door.new_buckets;
    let kept = match call.header("x-amz-object-ownership") {
        None => new.ownership(),
        Some(name) => ownership(name).ok_or_else(|| {
            S3Error::invalid_argument(&format!("Invalid x-amz-object-ownership header: {name}"))
                .with("ArgumentName", "x-amz-object-ownership")
        })?,
    };
    if kept == Ownership::Enforced && grants_more(call) {
        return Err(S3Error::acl_beside_enforced());
    }
    let owner = canonical_user_id(account);
    let acl = of_headers(door, call, &Owners { owner: &owner, bucket_owner: None }).await?;
    let private = Grant { grantee: Grantee::Account(owner), right: Right::FullControl };
    let acl = acl.filter(|acl| acl[..] != [private]);
    if acl.is_some() && kept == Ownership::Enforced {
        return Err(S3Error::acl_beside_enforced());
    }
    if new.block().block_acls && acl.as_deref().is_some_and(is_public) {
        return Err(S3Error::new(
            400,
            "InvalidBucketAclWithBlockPublicAccessError",
            "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
        ));
    }
    let ownership = Some(kept).filter(|kept| *kept != Ownership::Enforced);
    Ok(BucketAccess { ownership, acl, ..new.clone() })
}

/// The bucket that is there already gets this ACL, or its owner's alone.
async fn reset_acl(door: &S3, name: &BucketName, acl: Option<Vec<Grant>>) -> Result<(), S3Error> {
    let bucket = door.store.bucket(name).await?;
    if !bucket.access.has_acls() || bucket.access.acl == acl {
        return Ok(());
    }
    judge(&bucket, acl.as_deref().unwrap_or_default(), &canonical(&bucket.owner), false)?;
    let change = move |access: &mut BucketAccess| {
        if access.has_acls() {
            access.acl = acl.clone();
        }
    };
    Ok(door.store.change_bucket_access(name, change).await?)
}

/// The ARN of a bucket, as answers name it.
pub(crate) fn arn(name: &BucketName) -> String {
    format!("arn:aws:s3:::{name}")
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
        bucket_arn: call.found.through.is_none().then(|| arn(&bucket.name)),
        bucket_region: Some(bucket.region.clone()),
        access_point_alias: Some(call.found.through.as_ref().is_some_and(|through| through.by_alias)),
        ..HeadBucketOutput::default()
    };
    let mut response = respond(output.encode());
    // The model knows none; the service sends it.
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    Ok(response)
}

/// DeleteBucket: only without objects; open uploads are aborted.
pub(crate) async fn delete_bucket(
    door: &S3,
    call: &S3Call,
    _input: DeleteBucketRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    door.store.delete_bucket(&bucket.name).await.map_err(|error| match error {
        Error::BucketNotEmpty if bucket.versioning.is_some() => S3Error::versions_left(),
        error => error.into(),
    })?;
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
