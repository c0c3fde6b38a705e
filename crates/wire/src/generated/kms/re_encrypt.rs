// Written by `cargo xtask wire` from models/. Do not edit.

//! ReEncrypt: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ReEncrypt takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ReEncryptRequest {
    /// `CiphertextBlob` in the body.
    pub ciphertext_blob: Option<Bytes>,
    /// `DestinationEncryptionAlgorithm` in the body.
    pub destination_encryption_algorithm: Option<String>,
    /// `DestinationEncryptionContext` in the body.
    pub destination_encryption_context: BTreeMap<String, String>,
    /// `DestinationKeyId` in the body.
    pub destination_key_id: String,
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `DryRunModifiers` in the body.
    pub dry_run_modifiers: Vec<String>,
    /// `GrantTokens` in the body.
    pub grant_tokens: Vec<String>,
    /// `SourceEncryptionAlgorithm` in the body.
    pub source_encryption_algorithm: Option<String>,
    /// `SourceEncryptionContext` in the body.
    pub source_encryption_context: BTreeMap<String, String>,
    /// `SourceKeyId` in the body.
    pub source_key_id: Option<String>,
}

impl ReEncryptRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut destination_key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "CiphertextBlob" => out.ciphertext_blob = json.read()?,
                    "DestinationEncryptionAlgorithm" => out.destination_encryption_algorithm = json.read()?,
                    "DestinationEncryptionContext" => out.destination_encryption_context = json.read()?,
                    "DestinationKeyId" => destination_key_id = json.read()?,
                    "DryRun" => out.dry_run = json.read()?,
                    "DryRunModifiers" => out.dry_run_modifiers = json.read()?,
                    "GrantTokens" => out.grant_tokens = json.read()?,
                    "SourceEncryptionAlgorithm" => out.source_encryption_algorithm = json.read()?,
                    "SourceEncryptionContext" => out.source_encryption_context = json.read()?,
                    "SourceKeyId" => out.source_key_id = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.destination_key_id = required(destination_key_id, "DestinationKeyId")?;
        Ok(out)
    }
}

/// What ReEncrypt gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ReEncryptResponse {
    /// `CiphertextBlob` in the body.
    pub ciphertext_blob: Option<Bytes>,
    /// `DestinationEncryptionAlgorithm` in the body.
    pub destination_encryption_algorithm: Option<String>,
    /// `DestinationKeyMaterialId` in the body.
    pub destination_key_material_id: Option<String>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `SourceEncryptionAlgorithm` in the body.
    pub source_encryption_algorithm: Option<String>,
    /// `SourceKeyId` in the body.
    pub source_key_id: Option<String>,
    /// `SourceKeyMaterialId` in the body.
    pub source_key_material_id: Option<String>,
}

impl ReEncryptResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ReEncryptResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("CiphertextBlob", &self.ciphertext_blob);
            json.present_member("DestinationEncryptionAlgorithm", &self.destination_encryption_algorithm);
            json.present_member("DestinationKeyMaterialId", &self.destination_key_material_id);
            json.present_member("KeyId", &self.key_id);
            json.present_member("SourceEncryptionAlgorithm", &self.source_encryption_algorithm);
            json.present_member("SourceKeyId", &self.source_key_id);
            json.present_member("SourceKeyMaterialId", &self.source_key_material_id);
        });
    }
}
