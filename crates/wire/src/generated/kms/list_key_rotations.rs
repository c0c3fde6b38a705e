// Written by `cargo xtask wire` from models/. Do not edit.

//! ListKeyRotations: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListKeyRotations takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListKeyRotationsRequest {
    /// `IncludeKeyMaterial` in the body.
    pub include_key_material: Option<String>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `Limit` in the body.
    pub limit: Option<i32>,
    /// `Marker` in the body.
    pub marker: Option<String>,
}

impl ListKeyRotationsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "IncludeKeyMaterial" => out.include_key_material = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    "Limit" => out.limit = json.read()?,
                    "Marker" => out.marker = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

/// What ListKeyRotations gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListKeyRotationsResponse {
    /// `NextMarker` in the body.
    pub next_marker: Option<String>,
    /// `Rotations` in the body.
    pub rotations: Vec<super::RotationsListEntry>,
    /// `Truncated` in the body.
    pub truncated: Option<bool>,
}

impl ListKeyRotationsResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListKeyRotationsResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("NextMarker", &self.next_marker);
            json.member("Rotations", &self.rotations);
            json.present_member("Truncated", &self.truncated);
        });
    }
}

/// Part of ListKeyRotations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RotationsListEntry {
    /// `ExpirationModel` in the body.
    pub expiration_model: Option<String>,
    /// `ImportState` in the body.
    pub import_state: Option<String>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `KeyMaterialDescription` in the body.
    pub key_material_description: Option<String>,
    /// `KeyMaterialId` in the body.
    pub key_material_id: Option<String>,
    /// `KeyMaterialState` in the body.
    pub key_material_state: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `RotationDate` in the body.
    pub rotation_date: Option<Timestamp>,
    /// `RotationType` in the body.
    pub rotation_type: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `ValidTo` in the body.
    pub valid_to: Option<Timestamp>,
}

impl WriteJson for RotationsListEntry {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("ExpirationModel", &self.expiration_model);
            json.present_member("ImportState", &self.import_state);
            json.present_member("KeyId", &self.key_id);
            json.present_member("KeyMaterialDescription", &self.key_material_description);
            json.present_member("KeyMaterialId", &self.key_material_id);
            json.present_member("KeyMaterialState", &self.key_material_state);
            json.present_member("RotationDate", &self.rotation_date);
            json.present_member("RotationType", &self.rotation_type);
            json.present_member("ValidTo", &self.valid_to);
        });
    }
}
