// Written by `cargo xtask wire` from models/. Do not edit.

//! UpdateKeyDescription: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UpdateKeyDescription takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UpdateKeyDescriptionRequest {
    /// `Description` in the body.
    pub description: String,
    /// `KeyId` in the body.
    pub key_id: String,
}

impl UpdateKeyDescriptionRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut description = None;
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "Description" => description = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.description = required(description, "Description")?;
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

/// What UpdateKeyDescription gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UpdateKeyDescriptionOutput {}

impl UpdateKeyDescriptionOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
