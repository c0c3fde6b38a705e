// Written by `cargo xtask wire` from models/. Do not edit.

//! GetVaultNotifications: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetVaultNotifications takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetVaultNotificationsInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl GetVaultNotificationsInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.label("accountId")?, vault_name: request.label("vaultName")? })
    }
}

/// What GetVaultNotifications gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetVaultNotificationsOutput {
    /// The body.
    pub vault_notification_config: Option<super::VaultNotificationConfig>,
}

impl GetVaultNotificationsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        if let Some(body) = &self.vault_notification_config {
            out.json_body(body);
        }
        out
    }
}
