//! Which topic is told of a vault's jobs: SetVaultNotifications, GetVaultNotifications, DeleteVaultNotifications. Who tells is `notices`.

use coldkeep_http::Response;
use coldkeep_store::VaultNotifications;
use coldkeep_wire::glacier::{
    DeleteVaultNotificationsInput, DeleteVaultNotificationsOutput, GetVaultNotificationsInput,
    GetVaultNotificationsOutput, SetVaultNotificationsInput, SetVaultNotificationsOutput, VaultNotificationConfig,
};

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::{Glacier, jobs, respond};

const ARCHIVES: &str = "ArchiveRetrievalCompleted";
const INVENTORIES: &str = "InventoryRetrievalCompleted";

/// SetVaultNotifications. As at Amazon, whether the topic is there is seen when it is to be told.
pub(crate) async fn set_vault_notifications(
    door: &Glacier,
    call: &GlacierCall,
    input: SetVaultNotificationsInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    if door.messages.is_none() {
        return Err(GlacierError::not_implemented("SetVaultNotifications"));
    }
    let given = input.vault_notification_config.unwrap_or_default();
    let topic = given.sns_topic.filter(|topic| !topic.is_empty()).ok_or_else(|| GlacierError::missing("SNSTopic"))?;
    jobs::topic(&topic, &call.region)?;
    if given.events.is_empty() {
        return Err(GlacierError::missing("Events"));
    }
    if let Some(unknown) = given.events.iter().find(|event| ![ARCHIVES, INVENTORIES].contains(&event.as_str())) {
        return Err(GlacierError::invalid(format!("Invalid notification event: {unknown}")));
    }
    let has = |event: &str| given.events.iter().any(|given| given == event);
    let notifications = VaultNotifications { topic, archives: has(ARCHIVES), inventories: has(INVENTORIES) };
    let set = door.store.change_vault_access(&vault, |access| {
        access.notifications = Some(notifications.clone());
        Ok::<_, GlacierError>(())
    });
    set.await.map_err(|error| call.refused(error, ""))??;
    Ok(respond(SetVaultNotificationsOutput {}.encode()))
}

/// GetVaultNotifications.
pub(crate) async fn get_vault_notifications(
    door: &Glacier,
    call: &GlacierCall,
    _input: GetVaultNotificationsInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let none = || GlacierError::not_found(format!("No notification configuration is set for vault: {}", vault.arn()));
    let kept = vault.access.notifications.as_ref().ok_or_else(none)?;
    let events = [(ARCHIVES, kept.archives), (INVENTORIES, kept.inventories)];
    let events = events.into_iter().filter(|(_, told)| *told).map(|(name, _)| name.to_owned()).collect();
    let config = VaultNotificationConfig { events, sns_topic: Some(kept.topic.clone()) };
    Ok(respond(GetVaultNotificationsOutput { vault_notification_config: Some(config) }.encode()))
}

/// DeleteVaultNotifications: no error if there are none.
pub(crate) async fn delete_vault_notifications(
    door: &Glacier,
    call: &GlacierCall,
    _input: DeleteVaultNotificationsInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let deleted = door.store.change_vault_access(&vault, |access| {
        access.notifications = None;
        Ok::<_, GlacierError>(())
    });
    deleted.await.map_err(|error| call.refused(error, ""))??;
    Ok(respond(DeleteVaultNotificationsOutput {}.encode()))
}
