//! Key policies. Each key has one, named `default`.

use coldkeep_wire::kms::{
    GetKeyPolicyRequest, GetKeyPolicyResponse, ListKeyPoliciesRequest, ListKeyPoliciesResponse, PutKeyPolicyOutput,
    PutKeyPolicyRequest,
};

use crate::KmsCall;
use crate::errors::KmsError;
use crate::metadata::must_be_customers;
use crate::pages;
use crate::wanted::Wanted;

operations! {
    GetKeyPolicy(GetKeyPolicyRequest) |input| Wanted::id(&input.key_id), get;
    PutKeyPolicy(PutKeyPolicyRequest) |input| {
        let bypass = input.bypass_policy_lockout_safety_check.unwrap_or(false);
        Wanted::id(&input.key_id).fact("kms:BypassPolicyLockoutSafetyCheck", Some(bypass))
    }, put;
    ListKeyPolicies(ListKeyPoliciesRequest) |input| Wanted::id(&input.key_id), list;
}

const NAME: &str = "default";

fn check_name(name: Option<&String>) -> Result<(), KmsError> {
    match name {
        Some(name) if name != NAME => {
            let message = format!("No such policy exists: {name}");
            Err(KmsError::new("NotFoundException", message))
        }
        _ => Ok(()),
    }
}

async fn get(kms: &mut KmsCall<'_>, input: &GetKeyPolicyRequest) -> Result<GetKeyPolicyResponse, KmsError> {
    check_name(input.policy_name.as_ref())?;
    let policy = kms.key()?.record.policy.clone();
    Ok(GetKeyPolicyResponse { policy: Some(policy), policy_name: Some(NAME.to_owned()) })
}

async fn put(kms: &mut KmsCall<'_>, input: &PutKeyPolicyRequest) -> Result<PutKeyPolicyOutput, KmsError> {
    let key = kms.key()?;
    must_be_customers(&key)?;
    if input.policy_name.as_ref().is_some_and(|name| name != NAME) {
        return Err(KmsError::unsupported("The policy's name must be default."));
    }
    let may_lock_out = input.bypass_policy_lockout_safety_check == Some(true);
    let caller = kms.asked().caller.clone();
    kms.edit.put_policy(&key, &caller, &input.policy, may_lock_out)?;
    Ok(PutKeyPolicyOutput {})
}

async fn list(_kms: &mut KmsCall<'_>, input: &ListKeyPoliciesRequest) -> Result<ListKeyPoliciesResponse, KmsError> {
    pages::limit(input.limit, 100, 1000)?;
    Ok(ListKeyPoliciesResponse { policy_names: vec![NAME.to_owned()], next_marker: None, truncated: Some(false) })
}
