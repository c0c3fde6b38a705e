// Written by `cargo xtask wire` from models/. Do not edit.

//! ImportKeyMaterial: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ImportKeyMaterial takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ImportKeyMaterialRequest {
    /// `EncryptedKeyMaterial` in the body.
    pub encrypted_key_material: Bytes,
    /// `ExpirationModel` in the body.
    pub expiration_model: Option<String>,
    /// `ImportToken` in the body.
    pub import_token: Bytes,
    /// `ImportType` in the body.
    pub import_type: Option<String>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `KeyMaterialDescription` in the body.
    pub key_material_description: Option<String>,
    /// `KeyMaterialId` in the body.
    pub key_material_id: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `ValidTo` in the body.
    pub valid_to: Option<Timestamp>,
}

impl ImportKeyMaterialRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut encrypted_key_material = None;
        let mut import_token = None;
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "EncryptedKeyMaterial" => encrypted_key_material = json.read()?,
                    "ExpirationModel" => out.expiration_model = json.read()?,
                    "ImportToken" => import_token = json.read()?,
                    "ImportType" => out.import_type = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    "KeyMaterialDescription" => out.key_material_description = json.read()?,
                    "KeyMaterialId" => out.key_material_id = json.read()?,
                    "ValidTo" => out.valid_to = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.encrypted_key_material = required(encrypted_key_material, "EncryptedKeyMaterial")?;
        out.import_token = required(import_token, "ImportToken")?;
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

/// What ImportKeyMaterial gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ImportKeyMaterialResponse {
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `KeyMaterialId` in the body.
    pub key_material_id: Option<String>,
}

impl ImportKeyMaterialResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ImportKeyMaterialResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("KeyId", &self.key_id);
            json.present_member("KeyMaterialId", &self.key_material_id);
        });
    }
}
