// Written by `cargo xtask wire` from models/. Do not edit.

//! RevokeGrant: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What RevokeGrant takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RevokeGrantRequest {
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `GrantId` in the body.
    pub grant_id: String,
    /// `KeyId` in the body.
    pub key_id: String,
}

impl RevokeGrantRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut grant_id = None;
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "DryRun" => out.dry_run = json.read()?,
                    "GrantId" => grant_id = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.grant_id = required(grant_id, "GrantId")?;
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

/// What RevokeGrant gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RevokeGrantOutput {}

impl RevokeGrantOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
