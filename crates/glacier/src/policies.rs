//! A vault's access policy: SetVaultAccessPolicy, GetVaultAccessPolicy, DeleteVaultAccessPolicy. Kept as it was put; what it means is
//! asked in `access`.

use coldkeep_auth::policy::{Kind, Malformed, Policy};
use coldkeep_http::Response;
use coldkeep_store::Vault;
use coldkeep_wire::glacier::{
    DeleteVaultAccessPolicyInput, DeleteVaultAccessPolicyOutput, GetVaultAccessPolicyInput, GetVaultAccessPolicyOutput,
    SetVaultAccessPolicyInput, SetVaultAccessPolicyOutput, VaultAccessPolicy,
};

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::{Glacier, respond};

/// 20 KiB: the most that a policy of a vault has.
const MAX_POLICY_BYTES: usize = 20 << 10;

/// SetVaultAccessPolicy: what could not be honoured is refused.
pub(crate) async fn set_vault_access_policy(
    door: &Glacier,
    call: &GlacierCall,
    input: SetVaultAccessPolicyInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let given = input.policy.and_then(|policy| policy.policy);
    let json = check_policy(given, &vault, "The specified vault access policy is invalid. Provide a valid policy.")?;
    let set = door.store.change_vault_access(&vault, |access| {
        access.policy = Some(json.clone());
        Ok::<_, GlacierError>(())
    });
    set.await.map_err(|error| call.refused(error, ""))??;
    Ok(respond(SetVaultAccessPolicyOutput {}.encode()))
}

/// GetVaultAccessPolicy: byte for byte as it was put.
pub(crate) async fn get_vault_access_policy(
    door: &Glacier,
    call: &GlacierCall,
    _input: GetVaultAccessPolicyInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let none = || GlacierError::not_found(format!("No vault access policy is set for: {}", vault.arn()));
    let policy = Some(vault.access.policy.clone().ok_or_else(none)?);
    Ok(respond(GetVaultAccessPolicyOutput { policy: Some(VaultAccessPolicy { policy }) }.encode()))
}

/// DeleteVaultAccessPolicy: no error if there is none.
pub(crate) async fn delete_vault_access_policy(
    door: &Glacier,
    call: &GlacierCall,
    _input: DeleteVaultAccessPolicyInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let deleted = door.store.change_vault_access(&vault, |access| {
        access.policy = None;
        Ok::<_, GlacierError>(())
    });
    deleted.await.map_err(|error| call.refused(error, ""))??;
    Ok(respond(DeleteVaultAccessPolicyOutput {}.encode()))
}

/// A policy that can be honoured, as it was given; else `invalid`, with what is wrong and where.
pub(crate) fn check_policy(given: Option<String>, vault: &Vault, invalid: &str) -> Result<String, GlacierError> {
    let json = given.ok_or_else(|| GlacierError::missing("Policy"))?;
    if json.len() > MAX_POLICY_BYTES {
        return Err(GlacierError::invalid(format!("{invalid} It has more than {MAX_POLICY_BYTES} bytes.")));
    }
    let arn = vault.arn();
    let refused = |error: Malformed| GlacierError::invalid(format!("{invalid} {error}"));
    Policy::parse(&json, Kind::Vault { arn: &arn }).map_err(refused)?;
    Ok(json)
}
