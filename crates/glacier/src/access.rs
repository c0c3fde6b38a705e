//! May they: whether the caller's own policies, the vault's access policy and its lock allow an operation on the vault of the path.
//!
//! From the developer guide, "Access control in Amazon S3 Glacier", "Vault access policies" and "Vault Lock". A vault of another
//! account lets in whom its policy names and who may by policies of their own; all else of that account is closed.

use coldkeep_auth::policy::{Context, Policies, Question, Values, decide};
use coldkeep_store::{Error, OpaqueKind, Vault};
use coldkeep_types::VaultName;

use crate::Glacier;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::expiry::changes_rule;
use crate::operations::Row;

pub(crate) const DAY_MS: i64 = 86_400_000;

/// What deletes archives, by a call or by a vault's rule.
pub(crate) const DELETE_ARCHIVE: &str = "glacier:DeleteArchive";

/// The operations whose conditions see the vault's tags, as the service authorization reference lists them.
const SEES_TAGS: &[&str] = &[
    "AddTagsToVault",
    "CompleteMultipartUpload",
    "CompleteVaultLock",
    "DeleteArchive",
    "DeleteVault",
    "DeleteVaultAccessPolicy",
    "DeleteVaultNotifications",
    "InitiateJob",
    "InitiateMultipartUpload",
    "InitiateVaultLock",
    "RemoveTagsFromVault",
    "SetVaultAccessPolicy",
    "SetVaultNotifications",
    "UploadArchive",
    "UploadMultipartPart",
];

/// A call as conditions see it.
struct Facts<'a> {
    call: &'a GlacierCall,
    tags: Option<&'a Vault>,
    /// Whole days since the archive came to be that is deleted or retrieved.
    age: Option<String>,
}

impl Context for Facts<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        if let Some(tag) = key.strip_prefix("glacier:ResourceTag/") {
            return self.tags.and_then(|vault| vault.access.tag(tag)).into();
        }
        let call = self.call;
        let known = call.caller.rights.value(key).or_else(|| coldkeep_http::circumstance(&call.call, key));
        match key {
            "aws:RequestedRegion" => Values::one(call.region.as_str()),
            "glacier:ArchiveAgeInDays" => self.age.as_deref().into(),
            _ => known.unwrap_or(Values::Absent),
        }
    }
}

/// Refuses what the policies do not allow; which of them decided is for the log only. The vault of the path, if there is one.
pub(crate) async fn permit(door: &Glacier, call: &GlacierCall, row: &Row) -> Result<Option<Vault>, GlacierError> {
    let vault = vault_if_any(door, call, row).await?;
    let rule = vault.as_ref().map(|vault| door.rules.of(vault)).transpose()?.flatten();
    let now = door.store.now();
    let locked = vault.as_ref().is_some_and(|vault| vault.access.lock(now).is_some());
    let resource = call.resource();
    let facts = Facts {
        call,
        tags: vault.as_ref().filter(|_| SEES_TAGS.contains(&row.name)),
        age: archive_age(door, call, row, vault.as_ref()).await?,
    };
    let ask = |action| Question {
        action,
        resource: &resource,
        resource_account: Some(call.account()),
        principal: &call.caller.rights.principal,
        context: &facts,
    };
    let policies = Policies {
        resource: rule.as_ref().and_then(|rule| rule.policy.as_ref()),
        lock: rule.as_ref().and_then(|rule| rule.lock.as_ref()).filter(|_| locked),
        ..call.caller.rights.policies()
    };
    let deletes = changes_rule(call, row).then_some(DELETE_ARCHIVE);
    let asked = std::iter::once(row.permission.0).chain(deletes);
    let mut decided = asked.map(|action| (action, decide(&ask(action), &policies)));
    let Some((action, decision)) = decided.find(|(_, decision)| !decision.is_allowed()) else {
        return Ok(vault);
    };
    let caller = &call.caller.arn;
    tracing::info!(%caller, action, resource, %decision, "access denied");
    if !call.is_own() {
        return Err(call.denied_account());
    }
    Err(GlacierError::access_denied(format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource}"
    )))
}

/// The vault of the path. Whether one may be created, none that is there has a say in.
async fn vault_if_any(door: &Glacier, call: &GlacierCall, row: &Row) -> Result<Option<Vault>, GlacierError> {
    let name = call.label("vaultName").filter(|_| row.name != "CreateVault");
    let Some(Ok(name)) = name.map(VaultName::parse) else { return Ok(None) };
    match door.store.vault(call.account(), &call.region, &name).await {
        Ok(vault) => Ok(Some(vault)),
        Err(Error::NoSuchVault) => Ok(None),
        Err(error) => Err(call.refused(error, "")),
    }
}

/// "glacier:ArchiveAgeInDays": of DeleteArchive, and of a job that retrieves an archive.
async fn archive_age(
    door: &Glacier,
    call: &GlacierCall,
    row: &Row,
    vault: Option<&Vault>,
) -> Result<Option<String>, GlacierError> {
    let Some(vault) = vault else { return Ok(None) };
    let text = match row.name {
        "DeleteArchive" => call.label("archiveId").map(str::to_owned),
        "InitiateJob" => {
            let document: serde_json::Value = serde_json::from_slice(&call.document).unwrap_or_default();
            document["ArchiveId"].as_str().map(str::to_owned)
        }
        _ => None,
    };
    let opened = text.and_then(|text| door.store.open_id(OpaqueKind::Archive, &text));
    let Some(opened) = opened.filter(|opened| opened.vault == vault.id) else { return Ok(None) };
    match door.store.archive(vault, opened.id).await {
        Ok(archive) => Ok(Some(((door.store.now().0 - archive.created.0).div_euclid(DAY_MS)).to_string())),
        Err(Error::NoSuchArchive) => Ok(None),
        Err(error) => Err(call.refused(error, "")),
    }
}
