//! The bucket's policy: PutBucketPolicy, GetBucketPolicy, DeleteBucketPolicy, GetBucketPolicyStatus. Kept as it was put; what it
//! means is asked in `access`.

use coldkeep_auth::canonical_user_id;
use coldkeep_auth::policy::{Kind, Malformed, Policy};
use coldkeep_http::{Body, Response};
use coldkeep_types::AccountId;
use coldkeep_wire::s3::{
    DeleteBucketPolicyOutput, DeleteBucketPolicyRequest, GetBucketPolicyOutput, GetBucketPolicyRequest,
    GetBucketPolicyStatusOutput, GetBucketPolicyStatusRequest, PolicyStatus, PutBucketPolicyOutput,
    PutBucketPolicyRequest,
};
use http::StatusCode;

use crate::access::Guard;
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// "Bucket policies are limited to 20 KB in size."
const MAX_POLICY_BYTES: usize = 20 << 10;

/// PutBucketPolicy. What could not be honoured is refused, and so is what would open a bucket that is closed to the public.
///
/// `ConfirmRemoveSelfBucketAccess` has nothing to confirm: the root of the bucket's account keeps its policy in any case.
pub(crate) async fn put_policy(
    door: &S3,
    call: &S3Call,
    input: PutBucketPolicyRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    if input.policy.len() > MAX_POLICY_BYTES {
        let message = format!("Policy exceeds the maximum allowed document size of {MAX_POLICY_BYTES} bytes");
        return Err(S3Error::new(400, "MalformedPolicy", message));
    }
    let kind = Kind::Bucket { name: bucket.name.as_str() };
    let policy = Policy::parse(&input.policy, kind).map_err(|error| malformed(&error))?;
    for name in policy.principals() {
        if !exists(door, name).await? {
            let (message, detail, at) = ("Invalid principal in policy".into(), name.to_owned(), String::new());
            return Err(malformed(&Malformed { message, detail, at }));
        }
    }
    if policy.is_public() && bucket.block().block_policy {
        tracing::info!(bucket = %bucket.name, "a public policy was refused: BlockPublicPolicy is on");
        return Err(S3Error::access_denied());
    }
    let json = input.policy;
    door.store.change_bucket_access(&bucket.name, move |access| access.policy = Some(json.clone())).await?;
    let mut encoded = PutBucketPolicyOutput::default().encode();
    // The model says 200; the service, and its documentation's example, 204.
    encoded.status = StatusCode::NO_CONTENT;
    Ok(respond(encoded))
}

/// Whether whom a policy names belongs to an account of this server. A user or role by its id is taken as it is: it matches
/// nobody once it is gone.
async fn exists(door: &S3, name: &str) -> Result<bool, S3Error> {
    let account = match name.split(':').collect::<Vec<_>>()[..] {
        [_, _, _, _, account, _] => account,
        _ => name,
    };
    Ok(match AccountId::parse(account) {
        Ok(account) => door.accounts.name(&canonical_user_id(&account)).await?.is_some(),
        Err(_) if name.len() == 64 => door.accounts.name(name).await?.is_some(),
        Err(_) => true,
    })
}

fn malformed(error: &Malformed) -> S3Error {
    let detail = match error.at.as_str() {
        "" => error.detail.clone(),
        at => format!("{at}: {}", error.detail),
    };
    S3Error::new(400, "MalformedPolicy", error.message.clone()).naming("Detail", Some(&detail))
}

fn no_policy() -> S3Error {
    S3Error::new(404, "NoSuchBucketPolicy", "The bucket policy does not exist")
}

/// GetBucketPolicy: byte for byte as it was put.
pub(crate) async fn get_policy(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketPolicyRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let policy = Some(call.found()?.access.policy.clone().ok_or_else(no_policy)?);
    Ok(respond(GetBucketPolicyOutput { policy }.encode()))
}

/// DeleteBucketPolicy: no error if there is none.
pub(crate) async fn delete_policy(
    door: &S3,
    call: &S3Call,
    _input: DeleteBucketPolicyRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    if bucket.access.policy.is_some() {
        door.store.change_bucket_access(&bucket.name, |access| access.policy = None).await?;
    }
    Ok(respond(DeleteBucketPolicyOutput::default().encode()))
}

/// GetBucketPolicyStatus: whether the policy is public.
pub(crate) async fn get_policy_status(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketPolicyStatusRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    if bucket.access.policy.is_none() {
        return Err(no_policy());
    }
    let policy_status = Some(PolicyStatus { is_public: Some(Guard::is_public(bucket)?) });
    Ok(respond(GetBucketPolicyStatusOutput { policy_status }.encode()))
}
