//! Who may reach a bucket, as everybody who asks is told: the owner alone. GetBucketAcl, GetObjectAcl,
//! GetBucketOwnershipControls, GetPublicAccessBlock, with the values of a bucket that was just made at Amazon.

use coldkeep_http::{Body, Response};
use coldkeep_wire::s3::{
    GetBucketAclOutput, GetBucketAclRequest, GetBucketOwnershipControlsOutput, GetBucketOwnershipControlsRequest,
    GetObjectAclOutput, GetObjectAclRequest, GetPublicAccessBlockOutput, GetPublicAccessBlockRequest, Grant, Grantee,
    Owner, OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration,
};

use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// The owner of the call's bucket.
async fn owner(door: &S3, call: &S3Call) -> Result<Owner, S3Error> {
    let bucket = door.store.bucket(&call.bucket()?).await?;
    Ok(Owner { id: Some(bucket.owner.clone()), display_name: Some("root".into()) })
}

/// The one grant there is: everything, to the owner.
fn full_control(owner: &Owner) -> Grant {
    let grantee = Grantee {
        display_name: owner.display_name.clone(),
        id: owner.id.clone(),
        r#type: "CanonicalUser".into(),
        ..Grantee::default()
    };
    Grant { grantee: Some(grantee), permission: Some("FULL_CONTROL".into()) }
}

/// GetBucketAcl.
pub(crate) async fn get_bucket_acl(
    door: &S3,
    call: &S3Call,
    _input: GetBucketAclRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let owner = owner(door, call).await?;
    Ok(respond(GetBucketAclOutput { grants: vec![full_control(&owner)], owner: Some(owner) }.encode()))
}

/// GetObjectAcl.
pub(crate) async fn get_object_acl(
    door: &S3,
    call: &S3Call,
    _input: GetObjectAclRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    door.store.head_object(&call.bucket()?, &call.key()?).await?;
    let owner = owner(door, call).await?;
    let grants = vec![full_control(&owner)];
    Ok(respond(GetObjectAclOutput { grants, owner: Some(owner), ..GetObjectAclOutput::default() }.encode()))
}

/// GetBucketOwnershipControls: the bucket's owner owns every object, and ACLs do not count.
pub(crate) async fn get_ownership_controls(
    door: &S3,
    call: &S3Call,
    _input: GetBucketOwnershipControlsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    door.store.bucket(&call.bucket()?).await?;
    let rules = vec![OwnershipControlsRule { object_ownership: "BucketOwnerEnforced".into() }];
    let ownership_controls = Some(OwnershipControls { rules });
    Ok(respond(GetBucketOwnershipControlsOutput { ownership_controls }.encode()))
}

/// GetPublicAccessBlock: nothing is public, nor can be made so.
pub(crate) async fn get_public_access_block(
    door: &S3,
    call: &S3Call,
    _input: GetPublicAccessBlockRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    door.store.bucket(&call.bucket()?).await?;
    let public_access_block_configuration = Some(PublicAccessBlockConfiguration {
        block_public_acls: Some(true),
        ignore_public_acls: Some(true),
        block_public_policy: Some(true),
        restrict_public_buckets: Some(true),
    });
    Ok(respond(GetPublicAccessBlockOutput { public_access_block_configuration }.encode()))
}
