// Written by `cargo xtask wire` from models/. Do not edit.

//! SetVaultNotifications: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What SetVaultNotifications takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SetVaultNotificationsInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
    /// The body.
    pub vault_notification_config: Option<super::VaultNotificationConfig>,
}

impl SetVaultNotificationsInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            account_id: request.label("accountId")?,
            vault_name: request.label("vaultName")?,
            ..Self::default()
        };
        if let Some(mut json) = request.json_body()? {
            out.vault_notification_config = json.read()?;
            json.finish()?;
        }
        Ok(out)
    }
}

/// What SetVaultNotifications gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SetVaultNotificationsOutput {}

impl SetVaultNotificationsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
