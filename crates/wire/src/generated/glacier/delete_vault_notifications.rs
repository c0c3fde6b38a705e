// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteVaultNotifications: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteVaultNotifications takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteVaultNotificationsInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl DeleteVaultNotificationsInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.label("accountId")?, vault_name: request.label("vaultName")? })
    }
}

/// What DeleteVaultNotifications gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteVaultNotificationsOutput {}

impl DeleteVaultNotificationsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
