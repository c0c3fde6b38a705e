//! The policy of an access point: PutAccessPointPolicy, GetAccessPointPolicy, DeleteAccessPointPolicy, GetAccessPointPolicyStatus. Kept
//! as it was put; what it means for requests is asked in the S3 door.

use coldkeep_auth::canonical_user_id;
use coldkeep_auth::policy::{Kind, Malformed, Policy};
use coldkeep_store::PublicAccessBlock;
use coldkeep_types::AccountId;
use coldkeep_wire::Encoded;
use coldkeep_wire::s3control::{
    DeleteAccessPointPolicyOutput, DeleteAccessPointPolicyRequest, GetAccessPointPolicyRequest,
    GetAccessPointPolicyResult, GetAccessPointPolicyStatusRequest, GetAccessPointPolicyStatusResult, PolicyStatus,
    PutAccessPointPolicyOutput, PutAccessPointPolicyRequest,
};

use crate::Control;
use crate::access::About;
use crate::call::ControlCall;
use crate::errors::ControlError;
use crate::points::found;

/// "Access point policies are limited to 20 KB in size."
const MAX_POLICY_BYTES: usize = 20 << 10;

/// PutAccessPointPolicy. What could not be honoured is refused, and so is what would open a point that is closed to the public, by its
/// own block, its account's, its bucket's or that one's account's.
pub(crate) async fn put(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: PutAccessPointPolicyRequest,
) -> Result<Encoded, ControlError> {
    let point = found(door, call, action, &input.name, About::default()).await?;
    if input.policy.len() > MAX_POLICY_BYTES {
        let message = format!("Policy exceeds the maximum allowed document size of {MAX_POLICY_BYTES} bytes");
        return Err(ControlError::new(400, "MalformedPolicy", message));
    }
    let arn = point.arn.to_string();
    let policy =
        Policy::parse(&input.policy, Kind::AccessPoint { arn: &arn }).map_err(|error| ControlError::from(&error))?;
    for name in policy.principals() {
        if !exists(door, name).await? {
            let (message, detail, at) = ("Invalid principal in policy".into(), name.to_owned(), String::new());
            return Err((&Malformed { message, detail, at }).into());
        }
    }
    if policy.is_public() {
        let account = door.store.account_block(&point.arn.account).await?.unwrap_or(PublicAccessBlock::NONE);
        let bucket = door.store.bucket(&point.bucket).await?.block();
        if point.block.stricter(account).stricter(bucket).block_policy {
            tracing::info!(arn, "a public policy was refused: BlockPublicPolicy is on");
            return Err(ControlError::access_denied());
        }
    }
    let json = input.policy;
    let change = move |point: &mut coldkeep_store::AccessPoint| point.policy = Some(json.clone());
    door.store.change_access_point(&point.arn.account, &point.arn.name, change).await?;
    Ok(PutAccessPointPolicyOutput::default().encode())
}

/// Whether whom a policy names belongs to an account of this server. A user or role by its id is taken as it is: it matches
/// nobody once it is gone.
async fn exists(door: &Control, name: &str) -> Result<bool, ControlError> {
    let account = match name.split(':').collect::<Vec<_>>()[..] {
        [_, _, _, _, account, _] => account,
        _ => name,
    };
    let canonical = match AccountId::parse(account) {
        Ok(account) => canonical_user_id(&account),
        Err(_) if name.len() == 64 => name.to_owned(),
        Err(_) => return Ok(true),
    };
    let found = door.identity.account_by_canonical_id(&canonical).await;
    let found =
        found.map_err(|error| coldkeep_store::Error::Unavailable(format!("accounts cannot be read: {error}")))?;
    Ok(found.is_some())
}

/// GetAccessPointPolicy: byte for byte as it was put.
pub(crate) async fn get(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: GetAccessPointPolicyRequest,
) -> Result<Encoded, ControlError> {
    let point = found(door, call, action, &input.name, About::default()).await?;
    let policy = point.policy.clone().ok_or_else(|| ControlError::no_point_policy(point.arn.name.as_str()))?;
    Ok(GetAccessPointPolicyResult { policy: Some(policy) }.encode())
}

/// GetAccessPointPolicyStatus: whether the policy is public.
pub(crate) async fn status(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: GetAccessPointPolicyStatusRequest,
) -> Result<Encoded, ControlError> {
    let point = found(door, call, action, &input.name, About::default()).await?;
    let json = point.policy.as_deref().ok_or_else(|| ControlError::no_point_policy(point.arn.name.as_str()))?;
    let arn = point.arn.to_string();
    let policy = Policy::parse(json, Kind::AccessPoint { arn: &arn }).map_err(|error| ControlError::from(&error))?;
    let policy_status = Some(PolicyStatus { is_public: Some(policy.is_public()) });
    Ok(GetAccessPointPolicyStatusResult { policy_status }.encode())
}

/// DeleteAccessPointPolicy: no error if there is none.
pub(crate) async fn delete(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: DeleteAccessPointPolicyRequest,
) -> Result<Encoded, ControlError> {
    let point = found(door, call, action, &input.name, About::default()).await?;
    if point.policy.is_some() {
        door.store.change_access_point(&point.arn.account, &point.arn.name, |point| point.policy = None).await?;
    }
    Ok(DeleteAccessPointPolicyOutput::default().encode())
}
