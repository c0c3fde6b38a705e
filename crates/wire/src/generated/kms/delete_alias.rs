// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteAlias: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteAlias takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteAliasRequest {
    /// `AliasName` in the body.
    pub alias_name: String,
}

impl DeleteAliasRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut alias_name = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "AliasName" => alias_name = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.alias_name = required(alias_name, "AliasName")?;
        Ok(out)
    }
}

/// What DeleteAlias gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteAliasOutput {}

impl DeleteAliasOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
