// Written by `cargo xtask wire` from models/. Do not edit.

//! Sign: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What Sign takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SignRequest {
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `GrantTokens` in the body.
    pub grant_tokens: Vec<String>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `Message` in the body.
    pub message: Bytes,
    /// `MessageType` in the body.
    pub message_type: Option<String>,
    /// `SigningAlgorithm` in the body.
    pub signing_algorithm: String,
}

impl SignRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        let mut message = None;
        let mut signing_algorithm = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "DryRun" => out.dry_run = json.read()?,
                    "GrantTokens" => out.grant_tokens = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    "Message" => message = json.read()?,
                    "MessageType" => out.message_type = json.read()?,
                    "SigningAlgorithm" => signing_algorithm = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        out.message = required(message, "Message")?;
        out.signing_algorithm = required(signing_algorithm, "SigningAlgorithm")?;
        Ok(out)
    }
}

/// What Sign gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SignResponse {
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `Signature` in the body.
    pub signature: Option<Bytes>,
    /// `SigningAlgorithm` in the body.
    pub signing_algorithm: Option<String>,
}

impl SignResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for SignResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("KeyId", &self.key_id);
            json.present_member("Signature", &self.signature);
            json.present_member("SigningAlgorithm", &self.signing_algorithm);
        });
    }
}
