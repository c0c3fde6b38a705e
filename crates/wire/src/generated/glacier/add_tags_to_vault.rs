// Written by `cargo xtask wire` from models/. Do not edit.

//! AddTagsToVault: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What AddTagsToVault takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AddTagsToVaultInput {
    /// `Tags` in the body.
    pub tags: BTreeMap<String, String>,
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl AddTagsToVaultInput {
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
                    "Tags" => out.tags = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}

/// What AddTagsToVault gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AddTagsToVaultOutput {}

impl AddTagsToVaultOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
