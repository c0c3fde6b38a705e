// Written by `cargo xtask wire` from models/. Do not edit.

//! VerifyMac: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What VerifyMac takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct VerifyMacRequest {
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `GrantTokens` in the body.
    pub grant_tokens: Vec<String>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `Mac` in the body.
    pub mac: Bytes,
    /// `MacAlgorithm` in the body.
    pub mac_algorithm: String,
    /// `Message` in the body.
    pub message: Bytes,
}

impl VerifyMacRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        let mut mac = None;
        let mut mac_algorithm = None;
        let mut message = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "DryRun" => out.dry_run = json.read()?,
                    "GrantTokens" => out.grant_tokens = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    "Mac" => mac = json.read()?,
                    "MacAlgorithm" => mac_algorithm = json.read()?,
                    "Message" => message = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        out.mac = required(mac, "Mac")?;
        out.mac_algorithm = required(mac_algorithm, "MacAlgorithm")?;
        out.message = required(message, "Message")?;
        Ok(out)
    }
}

/// What VerifyMac gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct VerifyMacResponse {
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `MacAlgorithm` in the body.
    pub mac_algorithm: Option<String>,
    /// `MacValid` in the body.
    pub mac_valid: Option<bool>,
}

impl VerifyMacResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for VerifyMacResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("KeyId", &self.key_id);
            json.present_member("MacAlgorithm", &self.mac_algorithm);
            json.present_member("MacValid", &self.mac_valid);
        });
    }
}
