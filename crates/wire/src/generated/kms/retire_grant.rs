// Written by `cargo xtask wire` from models/. Do not edit.

//! RetireGrant: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What RetireGrant takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RetireGrantRequest {
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `GrantId` in the body.
    pub grant_id: Option<String>,
    /// `GrantToken` in the body.
    pub grant_token: Option<String>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
}

impl RetireGrantRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "DryRun" => out.dry_run = json.read()?,
                    "GrantId" => out.grant_id = json.read()?,
                    "GrantToken" => out.grant_token = json.read()?,
                    "KeyId" => out.key_id = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}

/// What RetireGrant gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RetireGrantOutput {}

impl RetireGrantOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
