// Written by `cargo xtask wire` from models/. Do not edit.

//! SetVaultAccessPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What SetVaultAccessPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SetVaultAccessPolicyInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// The body.
    pub policy: Option<super::VaultAccessPolicy>,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl SetVaultAccessPolicyInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            account_id: request.label("accountId")?,
            vault_name: request.label("vaultName")?,
            ..Self::default()
        };
        if let Some(mut json) = request.json_body()? {
            out.policy = json.read()?;
            json.finish()?;
        }
        Ok(out)
    }
}

/// What SetVaultAccessPolicy gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SetVaultAccessPolicyOutput {}

impl SetVaultAccessPolicyOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
