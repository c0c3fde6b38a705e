// Written by `cargo xtask wire` from models/. Do not edit.

//! Encrypt: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What Encrypt takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct EncryptRequest {
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `EncryptionAlgorithm` in the body.
    pub encryption_algorithm: Option<String>,
    /// `EncryptionContext` in the body.
    pub encryption_context: BTreeMap<String, String>,
    /// `GrantTokens` in the body.
    pub grant_tokens: Vec<String>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `Plaintext` in the body.
    pub plaintext: Bytes,
}

impl EncryptRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        let mut plaintext = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "DryRun" => out.dry_run = json.read()?,
                    "EncryptionAlgorithm" => out.encryption_algorithm = json.read()?,
                    "EncryptionContext" => out.encryption_context = json.read()?,
                    "GrantTokens" => out.grant_tokens = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    "Plaintext" => plaintext = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        out.plaintext = required(plaintext, "Plaintext")?;
        Ok(out)
    }
}

/// What Encrypt gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct EncryptResponse {
    /// `CiphertextBlob` in the body.
    pub ciphertext_blob: Option<Bytes>,
    /// `EncryptionAlgorithm` in the body.
    pub encryption_algorithm: Option<String>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
}

impl EncryptResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for EncryptResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("CiphertextBlob", &self.ciphertext_blob);
            json.present_member("EncryptionAlgorithm", &self.encryption_algorithm);
            json.present_member("KeyId", &self.key_id);
        });
    }
}
