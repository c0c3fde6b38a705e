//! ACLs, read and put: GetBucketAcl, PutBucketAcl, GetObjectAcl, PutObjectAcl. While ownership is enforced they read as the
//! owner's alone, and cannot be put.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Bucket, Grant, Grantee, Right};
use coldkeep_wire::s3::{
    AccessControlPolicy, GetBucketAclOutput, GetBucketAclRequest, GetObjectAclOutput, GetObjectAclRequest, Owner,
    PutBucketAclOutput, PutBucketAclRequest, PutObjectAclOutput, PutObjectAclRequest,
};

use crate::access::grants::{self, Owners, canonical};
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// Whether a bucket's ACL gives nobody but its owner anything.
pub(crate) fn is_private(bucket: &Bucket) -> bool {
    let owner = canonical(&bucket.owner);
    let own = |grant: &Grant| matches!(&grant.grantee, Grantee::Account(id) if *id == owner);
    bucket.access.acl.iter().flatten().all(own)
}

/// The owner as answers show it. Of the caller's own account, everything is known.
pub(crate) async fn owner(door: &S3, call: &S3Call, account: &str) -> Result<Owner, S3Error> {
    let own = call.caller.as_ref().filter(|caller| caller.account.as_str() == account);
    if let Some((caller, own)) = own.and_then(|caller| Some((caller, caller.rights.principal.account()?))) {
        let display_name = Some(caller.rights.account_name.to_string());
        return Ok(Owner { display_name, id: Some(own.canonical_id.to_string()) });
    }
    let id = canonical(account);
    Ok(Owner { display_name: door.accounts.name(&id).await?, id: Some(id) })
}

/// The rows of an ACL; without one, everything is the owner's. Amazon promises no order. Groups stand before accounts, which clients
/// that compare lists are used to; else they stand as they were put.
pub(crate) async fn rows(
    door: &S3,
    owner: &Owner,
    acl: Option<&[Grant]>,
) -> Result<Vec<coldkeep_wire::s3::Grant>, S3Error> {
    let id = owner.id.clone().unwrap_or_default();
    let all = [Grant { grantee: Grantee::Account(id), right: Right::FullControl }];
    let mut rows = Vec::new();
    let of_account = |grant: &&Grant| matches!(grant.grantee, Grantee::Account(_));
    let (accounts, groups): (Vec<_>, Vec<_>) = acl.unwrap_or(&all).iter().partition(of_account);
    for grant in groups.into_iter().chain(accounts) {
        let grantee = match &grant.grantee {
            Grantee::Account(id) => coldkeep_wire::s3::Grantee {
                display_name: door.accounts.name(id).await?,
                id: Some(id.clone()),
                r#type: "CanonicalUser".into(),
                ..coldkeep_wire::s3::Grantee::default()
            },
            group => coldkeep_wire::s3::Grantee {
                uri: grants::uri(group).map(str::to_owned),
                r#type: "Group".into(),
                ..coldkeep_wire::s3::Grantee::default()
            },
        };
        let permission = grants::permission(grant.right).to_owned();
        rows.push(coldkeep_wire::s3::Grant { grantee: Some(grantee), permission: Some(permission) });
    }
    Ok(rows)
}

/// GetBucketAcl.
pub(crate) async fn get_bucket_acl(
    door: &S3,
    call: &S3Call,
    _input: GetBucketAclRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    let owner = owner(door, call, &bucket.owner).await?;
    let acl = bucket.access.acl.as_deref().filter(|_| bucket.access.has_acls());
    Ok(respond(GetBucketAclOutput { grants: rows(door, &owner, acl).await?, owner: Some(owner) }.encode()))
}

/// GetObjectAcl.
pub(crate) async fn get_object_acl(
    door: &S3,
    call: &S3Call,
    _input: GetObjectAclRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key) = (call.found()?, call.key()?);
    let object = door.store.head_version(&bucket.name, &key, call.version()?).await?;
    let access = object.access;
    let has_acls = bucket.access.has_acls();
    let account = access.owner.as_deref().filter(|_| has_acls).unwrap_or(&bucket.owner);
    let owner = owner(door, call, account).await?;
    let grants = rows(door, &owner, access.acl.as_deref().filter(|_| has_acls)).await?;
    Ok(respond(GetObjectAclOutput { grants, owner: Some(owner), ..GetObjectAclOutput::default() }.encode()))
}

/// The ACL that a request puts: by headers or by its body, one of them.
async fn wanted(
    door: &S3,
    call: &S3Call,
    document: Option<AccessControlPolicy>,
    owners: &Owners<'_>,
) -> Result<Vec<Grant>, S3Error> {
    match (grants::of_headers(door, call, owners).await?, document) {
        (Some(_), Some(_)) => Err(S3Error::new(400, "UnexpectedContent", "This request does not support content")),
        (Some(acl), None) => Ok(acl),
        (None, Some(document)) => grants::of_document(door, document, owners).await,
        (None, None) => {
            let message = "Your request was missing a required header";
            Err(S3Error::new(400, "MissingSecurityHeader", message).with("MissingHeaderName", "x-amz-acl"))
        }
    }
}

/// PutBucketAcl.
pub(crate) async fn put_bucket_acl(
    door: &S3,
    call: &S3Call,
    input: PutBucketAclRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    let owner = canonical(&bucket.owner);
    let owners = Owners { owner: &owner, bucket_owner: None };
    let acl = wanted(door, call, input.access_control_policy, &owners).await?;
    // What means nothing is told first, as at Amazon.
    if !bucket.access.has_acls() {
        return Err(S3Error::no_acls());
    }
    grants::judge(bucket, &acl, &owner, false)?;
    let change = move |access: &mut coldkeep_store::BucketAccess| {
        if access.has_acls() {
            access.acl = Some(acl.clone());
        }
    };
    door.store.change_bucket_access(&bucket.name, change).await?;
    Ok(respond(PutBucketAclOutput::default().encode()))
}

/// PutObjectAcl.
pub(crate) async fn put_object_acl(
    door: &S3,
    call: &S3Call,
    input: PutObjectAclRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key) = (call.found()?, call.key()?);
    let object = door.store.head_version(&bucket.name, &key, call.version()?).await;
    let object = object.map_err(S3Error::of_marker_itself)?;
    let bucket_owner = canonical(&bucket.owner);
    let owner = object.access.owner.as_deref().map_or_else(|| bucket_owner.clone(), canonical);
    let owners = Owners { owner: &owner, bucket_owner: Some(&bucket_owner) };
    let acl = wanted(door, call, input.access_control_policy, &owners).await?;
    if !bucket.access.has_acls() {
        return Err(S3Error::no_acls());
    }
    grants::judge(bucket, &acl, &bucket_owner, false)?;
    door.store_for(call).put_object_acl(&bucket.name, &key, call.version()?, &object, &acl).await?;
    Ok(respond(PutObjectAclOutput::default().encode()))
}
