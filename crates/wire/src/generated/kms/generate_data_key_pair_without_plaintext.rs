// Written by `cargo xtask wire` from models/. Do not edit.

//! GenerateDataKeyPairWithoutPlaintext: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GenerateDataKeyPairWithoutPlaintext takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GenerateDataKeyPairWithoutPlaintextRequest {
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `EncryptionContext` in the body.
    pub encryption_context: BTreeMap<String, String>,
    /// `GrantTokens` in the body.
    pub grant_tokens: Vec<String>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `KeyPairSpec` in the body.
    pub key_pair_spec: String,
}

impl GenerateDataKeyPairWithoutPlaintextRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        let mut key_pair_spec = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "DryRun" => out.dry_run = json.read()?,
                    "EncryptionContext" => out.encryption_context = json.read()?,
                    "GrantTokens" => out.grant_tokens = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    "KeyPairSpec" => key_pair_spec = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        out.key_pair_spec = required(key_pair_spec, "KeyPairSpec")?;
        Ok(out)
    }
}

/// What GenerateDataKeyPairWithoutPlaintext gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GenerateDataKeyPairWithoutPlaintextResponse {
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `KeyMaterialId` in the body.
    pub key_material_id: Option<String>,
    /// `KeyPairSpec` in the body.
    pub key_pair_spec: Option<String>,
    /// `PrivateKeyCiphertextBlob` in the body.
    pub private_key_ciphertext_blob: Option<Bytes>,
    /// `PublicKey` in the body.
    pub public_key: Option<Bytes>,
}

impl GenerateDataKeyPairWithoutPlaintextResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GenerateDataKeyPairWithoutPlaintextResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("KeyId", &self.key_id);
            json.present_member("KeyMaterialId", &self.key_material_id);
            json.present_member("KeyPairSpec", &self.key_pair_spec);
            json.present_member("PrivateKeyCiphertextBlob", &self.private_key_ciphertext_blob);
            json.present_member("PublicKey", &self.public_key);
        });
    }
}
