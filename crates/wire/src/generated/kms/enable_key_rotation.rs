// Written by `cargo xtask wire` from models/. Do not edit.

//! EnableKeyRotation: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What EnableKeyRotation takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct EnableKeyRotationRequest {
    /// `KeyId` in the body.
    pub key_id: String,
    /// `RotationPeriodInDays` in the body.
    pub rotation_period_in_days: Option<i32>,
}

impl EnableKeyRotationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "KeyId" => key_id = json.read()?,
                    "RotationPeriodInDays" => out.rotation_period_in_days = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

/// What EnableKeyRotation gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct EnableKeyRotationOutput {}

impl EnableKeyRotationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
