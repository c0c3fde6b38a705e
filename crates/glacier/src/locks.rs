//! Vault Lock: InitiateVaultLock, CompleteVaultLock, AbortVaultLock, GetVaultLock. From the developer guide, "Amazon S3 Glacier Vault
//! Lock": a lock is in force from the beginning; once it is completed nobody takes it away, the account's root included.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coldkeep_http::Response;
use coldkeep_store::VaultLock;
use coldkeep_wire::glacier::{
    AbortVaultLockInput, AbortVaultLockOutput, CompleteVaultLockInput, CompleteVaultLockOutput, GetVaultLockInput,
    GetVaultLockOutput, InitiateVaultLockInput, InitiateVaultLockOutput,
};

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::policies::check_policy;
use crate::{Glacier, respond};

/// A lock's id has 24 characters.
const ID_BYTES: usize = 18;

/// InitiateVaultLock: attaches the policy, for 24 hours unless it is completed.
pub(crate) async fn initiate_vault_lock(
    door: &Glacier,
    call: &GlacierCall,
    input: InitiateVaultLockInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let given = input.policy.and_then(|policy| policy.policy);
    let policy = check_policy(given, &vault, "The specified vault lock policy is invalid. Provide a valid policy.")?;
    let created = door.store.now();
    let lock = VaultLock { id: new_id(), policy, created_ms: created.0, completed: false };
    let begun = door.store.change_vault_access(&vault, |access| match access.lock(created) {
        Some(VaultLock { completed: true, .. }) => Err(locked("The vault is locked, and stays so")),
        Some(_) => Err(locked("A vault lock is in progress: abort it first")),
        None => {
            access.lock = Some(lock.clone());
            Ok(())
        }
    });
    begun.await.map_err(|error| call.refused(error, ""))??;
    Ok(respond(InitiateVaultLockOutput { lock_id: Some(lock.id) }.encode()))
}

/// CompleteVaultLock: from here on the lock is for ever. Repeating it succeeds.
pub(crate) async fn complete_vault_lock(
    door: &Glacier,
    call: &GlacierCall,
    input: CompleteVaultLockInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let (now, id) = (door.store.now(), &input.lock_id);
    let completed = door.store.change_vault_access(&vault, |access| {
        match access.lock(now) {
            None => return Err(none(call)),
            Some(lock) if lock.id == *id => {}
            Some(VaultLock { completed: true, .. }) => {
                return Err(locked("The vault is locked under another lock ID"));
            }
            Some(_) => return Err(GlacierError::invalid(format!("Invalid lock ID: {id}"))),
        }
        if let Some(lock) = &mut access.lock {
            lock.completed = true;
        }
        Ok(())
    });
    completed.await.map_err(|error| call.refused(error, ""))??;
    Ok(respond(CompleteVaultLockOutput {}.encode()))
}

/// AbortVaultLock: takes away a lock that is in progress; no error if there is none.
pub(crate) async fn abort_vault_lock(
    door: &Glacier,
    call: &GlacierCall,
    _input: AbortVaultLockInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let aborted = door.store.change_vault_access(&vault, |access| {
        if access.lock.as_ref().is_some_and(|lock| lock.completed) {
            return Err(locked("The vault is locked, and stays so"));
        }
        access.lock = None;
        Ok(())
    });
    aborted.await.map_err(|error| call.refused(error, ""))??;
    Ok(respond(AbortVaultLockOutput {}.encode()))
}

/// GetVaultLock.
pub(crate) async fn get_vault_lock(
    door: &Glacier,
    call: &GlacierCall,
    _input: GetVaultLockInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let lock = vault.access.lock(door.store.now()).ok_or_else(|| none(call))?;
    let output = GetVaultLockOutput {
        policy: Some(lock.policy.clone()),
        state: Some(if lock.completed { "Locked" } else { "InProgress" }.to_owned()),
        creation_date: Some(lock.created().iso_millis()),
        expiration_date: (!lock.completed).then(|| lock.expires().iso_millis()),
    };
    Ok(respond(output.encode()))
}

fn locked(message: &str) -> GlacierError {
    GlacierError::access_denied(message)
}

fn none(call: &GlacierCall) -> GlacierError {
    GlacierError::not_found(format!("No vault lock policy is set for: {}", call.vault_arn()))
}

#[expect(clippy::disallowed_methods, reason = "nobody may foresee the id that completes a lock")]
fn new_id() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; ID_BYTES]>())
}
