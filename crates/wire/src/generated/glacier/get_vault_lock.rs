// Written by `cargo xtask wire` from models/. Do not edit.

//! GetVaultLock: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetVaultLock takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetVaultLockInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl GetVaultLockInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.label("accountId")?, vault_name: request.label("vaultName")? })
    }
}

/// What GetVaultLock gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetVaultLockOutput {
    /// `CreationDate` in the body.
    pub creation_date: Option<String>,
    /// `ExpirationDate` in the body.
    pub expiration_date: Option<String>,
    /// `Policy` in the body.
    pub policy: Option<String>,
    /// `State` in the body.
    pub state: Option<String>,
}

impl GetVaultLockOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GetVaultLockOutput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("CreationDate", &self.creation_date);
            json.member("ExpirationDate", &self.expiration_date);
            json.member("Policy", &self.policy);
            json.member("State", &self.state);
        });
    }
}
