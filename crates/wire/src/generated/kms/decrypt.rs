// Written by `cargo xtask wire` from models/. Do not edit.

//! Decrypt: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What Decrypt takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DecryptRequest {
    /// `CiphertextBlob` in the body.
    pub ciphertext_blob: Option<Bytes>,
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `DryRunModifiers` in the body.
    pub dry_run_modifiers: Vec<String>,
    /// `EncryptionAlgorithm` in the body.
    pub encryption_algorithm: Option<String>,
    /// `EncryptionContext` in the body.
    pub encryption_context: BTreeMap<String, String>,
    /// `GrantTokens` in the body.
    pub grant_tokens: Vec<String>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `Recipient` in the body.
    pub recipient: Option<super::RecipientInfo>,
}

impl DecryptRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "CiphertextBlob" => out.ciphertext_blob = json.read()?,
                    "DryRun" => out.dry_run = json.read()?,
                    "DryRunModifiers" => out.dry_run_modifiers = json.read()?,
                    "EncryptionAlgorithm" => out.encryption_algorithm = json.read()?,
                    "EncryptionContext" => out.encryption_context = json.read()?,
                    "GrantTokens" => out.grant_tokens = json.read()?,
                    "KeyId" => out.key_id = json.read()?,
                    "Recipient" => out.recipient = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}

/// What Decrypt gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DecryptResponse {
    /// `CiphertextForRecipient` in the body.
    pub ciphertext_for_recipient: Option<Bytes>,
    /// `EncryptionAlgorithm` in the body.
    pub encryption_algorithm: Option<String>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `KeyMaterialId` in the body.
    pub key_material_id: Option<String>,
    /// `Plaintext` in the body.
    pub plaintext: Option<Bytes>,
}

impl DecryptResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for DecryptResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("CiphertextForRecipient", &self.ciphertext_for_recipient);
            json.present_member("EncryptionAlgorithm", &self.encryption_algorithm);
            json.present_member("KeyId", &self.key_id);
            json.present_member("KeyMaterialId", &self.key_material_id);
            json.present_member("Plaintext", &self.plaintext);
        });
    }
}
