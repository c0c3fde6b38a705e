// Written by `cargo xtask wire` from models/. Do not edit.

//! ListVaults: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListVaults takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListVaultsInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Query parameter `limit`.
    pub limit: Option<String>,
    /// Query parameter `marker`.
    pub marker: Option<String>,
}

impl ListVaultsInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            limit: request.query("limit")?,
            marker: request.query("marker")?,
        })
    }
}

/// What ListVaults gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListVaultsOutput {
    /// `Marker` in the body.
    pub marker: Option<String>,
    /// `VaultList` in the body.
    pub vault_list: Vec<super::DescribeVaultOutput>,
}

impl ListVaultsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListVaultsOutput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Marker", &self.marker);
            json.member("VaultList", &self.vault_list);
        });
    }
}
