// Written by `cargo xtask wire` from models/. Do not edit.

//! ListTagsForVault: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListTagsForVault takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListTagsForVaultInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl ListTagsForVaultInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.label("accountId")?, vault_name: request.label("vaultName")? })
    }
}

/// What ListTagsForVault gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListTagsForVaultOutput {
    /// `Tags` in the body.
    pub tags: BTreeMap<String, String>,
}

impl ListTagsForVaultOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListTagsForVaultOutput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Tags", &self.tags);
        });
    }
}
