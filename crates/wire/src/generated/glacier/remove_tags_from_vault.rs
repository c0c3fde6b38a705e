// Written by `cargo xtask wire` from models/. Do not edit.

//! RemoveTagsFromVault: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What RemoveTagsFromVault takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RemoveTagsFromVaultInput {
    /// `TagKeys` in the body.
    pub tag_keys: Vec<String>,
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl RemoveTagsFromVaultInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            account_id: request.label("accountId")?,
            vault_name: request.label("vaultName")?,
            ..Self::default()
        };
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "TagKeys" => out.tag_keys = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}

/// What RemoveTagsFromVault gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RemoveTagsFromVaultOutput {}

impl RemoveTagsFromVaultOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
