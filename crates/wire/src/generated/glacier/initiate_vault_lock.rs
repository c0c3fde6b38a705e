// Written by `cargo xtask wire` from models/. Do not edit.

//! InitiateVaultLock: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What InitiateVaultLock takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InitiateVaultLockInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// The body.
    pub policy: Option<super::VaultLockPolicy>,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl InitiateVaultLockInput {
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

/// What InitiateVaultLock gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InitiateVaultLockOutput {
    /// Header `x-amz-lock-id`.
    pub lock_id: Option<String>,
}

impl InitiateVaultLockOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(201);
        out.header("x-amz-lock-id", &self.lock_id);
        out
    }
}

/// Part of InitiateVaultLock.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct VaultLockPolicy {
    /// `Policy` in the body.
    pub policy: Option<String>,
}

impl ReadJson for VaultLockPolicy {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "Policy" => out.policy = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}
