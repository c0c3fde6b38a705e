// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateAlias: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateAlias takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateAliasRequest {
    /// `AliasName` in the body.
    pub alias_name: String,
    /// `TargetKeyId` in the body.
    pub target_key_id: String,
}

impl CreateAliasRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut alias_name = None;
        let mut target_key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "AliasName" => alias_name = json.read()?,
                    "TargetKeyId" => target_key_id = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.alias_name = required(alias_name, "AliasName")?;
        out.target_key_id = required(target_key_id, "TargetKeyId")?;
        Ok(out)
    }
}

/// What CreateAlias gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateAliasOutput {}

impl CreateAliasOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
