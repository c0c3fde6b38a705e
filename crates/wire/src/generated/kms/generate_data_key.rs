// Written by `cargo xtask wire` from models/. Do not edit.

//! GenerateDataKey: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GenerateDataKey takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GenerateDataKeyRequest {
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `EncryptionContext` in the body.
    pub encryption_context: BTreeMap<String, String>,
    /// `GrantTokens` in the body.
    pub grant_tokens: Vec<String>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `KeySpec` in the body.
    pub key_spec: Option<String>,
    /// `NumberOfBytes` in the body.
    pub number_of_bytes: Option<i32>,
    /// `Recipient` in the body.
    pub recipient: Option<super::RecipientInfo>,
}

impl GenerateDataKeyRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "DryRun" => out.dry_run = json.read()?,
                    "EncryptionContext" => out.encryption_context = json.read()?,
                    "GrantTokens" => out.grant_tokens = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    "KeySpec" => out.key_spec = json.read()?,
                    "NumberOfBytes" => out.number_of_bytes = json.read()?,
                    "Recipient" => out.recipient = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

/// What GenerateDataKey gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GenerateDataKeyResponse {
    /// `CiphertextBlob` in the body.
    pub ciphertext_blob: Option<Bytes>,
    /// `CiphertextForRecipient` in the body.
    pub ciphertext_for_recipient: Option<Bytes>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `KeyMaterialId` in the body.
    pub key_material_id: Option<String>,
    /// `Plaintext` in the body.
    pub plaintext: Option<Bytes>,
}

impl GenerateDataKeyResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GenerateDataKeyResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("CiphertextBlob", &self.ciphertext_blob);
            json.present_member("CiphertextForRecipient", &self.ciphertext_for_recipient);
            json.present_member("KeyId", &self.key_id);
            json.present_member("KeyMaterialId", &self.key_material_id);
            json.present_member("Plaintext", &self.plaintext);
        });
    }
}
