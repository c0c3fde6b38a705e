//! Who may reach a bucket at all: ownership of its objects, the block of public access, and who pays for requests.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Ownership, PublicAccessBlock};
use coldkeep_wire::s3::{
    DeleteBucketOwnershipControlsOutput, DeleteBucketOwnershipControlsRequest, DeletePublicAccessBlockOutput,
    DeletePublicAccessBlockRequest, GetBucketOwnershipControlsOutput, GetBucketOwnershipControlsRequest,
    GetBucketRequestPaymentOutput, GetBucketRequestPaymentRequest, GetPublicAccessBlockOutput,
    GetPublicAccessBlockRequest, OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration,
    PutBucketOwnershipControlsOutput, PutBucketOwnershipControlsRequest, PutBucketRequestPaymentOutput,
    PutBucketRequestPaymentRequest, PutPublicAccessBlockOutput, PutPublicAccessBlockRequest,
};

use super::acls::is_private;
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// What the controls are called.
const OWNERSHIPS: [(&str, Ownership); 3] = [
    ("BucketOwnerEnforced", Ownership::Enforced),
    ("BucketOwnerPreferred", Ownership::Preferred),
    ("ObjectWriter", Ownership::Writer),
];

/// The ownership of that name.
pub(crate) fn ownership(name: &str) -> Option<Ownership> {
    OWNERSHIPS.iter().find(|(known, _)| *known == name).map(|(_, ownership)| *ownership)
}

/// GetBucketOwnershipControls.
pub(crate) async fn get_ownership_controls(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketOwnershipControlsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let kept = call.found()?.access.ownership();
    let Some((name, _)) = OWNERSHIPS.iter().find(|(_, ownership)| *ownership == kept) else {
        let message = "The bucket ownership controls were not found";
        return Err(S3Error::new(404, "OwnershipControlsNotFoundError", message));
    };
    let rules = vec![OwnershipControlsRule { object_ownership: (*name).into() }];
    let ownership_controls = Some(OwnershipControls { rules });
    Ok(respond(GetBucketOwnershipControlsOutput { ownership_controls }.encode()))
}

/// PutBucketOwnershipControls. ACLs are only given up when the bucket's own says no more than without them.
pub(crate) async fn put_ownership_controls(
    door: &S3,
    call: &S3Call,
    input: PutBucketOwnershipControlsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    let [rule] = &input.ownership_controls.rules[..] else { return Err(S3Error::malformed_xml()) };
    let wanted = ownership(&rule.object_ownership).ok_or_else(S3Error::malformed_xml)?;
    if wanted == Ownership::Enforced && !is_private(bucket) {
        return Err(S3Error::acl_beside_enforced());
    }
    let change = move |access: &mut coldkeep_store::BucketAccess| {
        access.ownership = Some(wanted);
        // Also one that was put meanwhile.
        if wanted == Ownership::Enforced {
            access.acl = None;
        }
    };
    door.store.change_bucket_access(&bucket.name, change).await?;
    Ok(respond(PutBucketOwnershipControlsOutput::default().encode()))
}

/// DeleteBucketOwnershipControls: whoever writes an object owns it, as before there were controls.
pub(crate) async fn delete_ownership_controls(
    door: &S3,
    call: &S3Call,
    _input: DeleteBucketOwnershipControlsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let name = &call.found()?.name;
    door.store.change_bucket_access(name, |access| access.ownership = Some(Ownership::Deleted)).await?;
    Ok(respond(DeleteBucketOwnershipControlsOutput::default().encode()))
}

/// GetPublicAccessBlock.
pub(crate) async fn get_public_access_block(
    _door: &S3,
    call: &S3Call,
    _input: GetPublicAccessBlockRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let access = &call.found()?.access;
    if access.block_deleted == Some(true) {
        let message = "The public access block configuration was not found";
        return Err(S3Error::new(404, "NoSuchPublicAccessBlockConfiguration", message));
    }
    let block = access.block();
    let public_access_block_configuration = Some(PublicAccessBlockConfiguration {
        block_public_acls: Some(block.block_acls),
        ignore_public_acls: Some(block.ignore_acls),
        block_public_policy: Some(block.block_policy),
        restrict_public_buckets: Some(block.restrict),
    });
    Ok(respond(GetPublicAccessBlockOutput { public_access_block_configuration }.encode()))
}

/// PutPublicAccessBlock: a switch that is not named is off.
pub(crate) async fn put_public_access_block(
    door: &S3,
    call: &S3Call,
    input: PutPublicAccessBlockRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let wanted = input.public_access_block_configuration;
    let block = PublicAccessBlock {
        block_acls: wanted.block_public_acls.unwrap_or(false),
        ignore_acls: wanted.ignore_public_acls.unwrap_or(false),
        block_policy: wanted.block_public_policy.unwrap_or(false),
        restrict: wanted.restrict_public_buckets.unwrap_or(false),
    };
    let change = move |access: &mut coldkeep_store::BucketAccess| {
        access.block = Some(block);
        access.block_deleted = None;
    };
    door.store.change_bucket_access(&call.found()?.name, change).await?;
    Ok(respond(PutPublicAccessBlockOutput::default().encode()))
}

/// DeletePublicAccessBlock: nothing is blocked any more.
pub(crate) async fn delete_public_access_block(
    door: &S3,
    call: &S3Call,
    _input: DeletePublicAccessBlockRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let change = |access: &mut coldkeep_store::BucketAccess| {
        access.block = Some(PublicAccessBlock::NONE);
        access.block_deleted = Some(true);
    };
    door.store.change_bucket_access(&call.found()?.name, change).await?;
    Ok(respond(DeletePublicAccessBlockOutput::default().encode()))
}

/// GetBucketRequestPayment.
pub(crate) async fn get_request_payment(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketRequestPaymentRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let payer = match call.found()?.access.requester_pays {
        Some(true) => "Requester",
        Some(false) | None => "BucketOwner",
    };
    Ok(respond(GetBucketRequestPaymentOutput { payer: Some(payer.into()) }.encode()))
}

/// PutBucketRequestPayment.
pub(crate) async fn put_request_payment(
    door: &S3,
    call: &S3Call,
    input: PutBucketRequestPaymentRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let requester_pays = match input.request_payment_configuration.payer.as_str() {
        "Requester" => Some(true),
        "BucketOwner" => None,
        _ => return Err(S3Error::malformed_xml()),
    };
    door.store.change_bucket_access(&call.found()?.name, move |access| access.requester_pays = requester_pays).await?;
    Ok(respond(PutBucketRequestPaymentOutput::default().encode()))
}
