// Written by `cargo xtask wire` from models/. Do not edit.

//! GetParametersForImport: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetParametersForImport takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetParametersForImportRequest {
    /// `KeyId` in the body.
    pub key_id: String,
    /// `WrappingAlgorithm` in the body.
    pub wrapping_algorithm: String,
    /// `WrappingKeySpec` in the body.
    pub wrapping_key_spec: String,
}

impl GetParametersForImportRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        let mut wrapping_algorithm = None;
        let mut wrapping_key_spec = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "KeyId" => key_id = json.read()?,
                    "WrappingAlgorithm" => wrapping_algorithm = json.read()?,
                    "WrappingKeySpec" => wrapping_key_spec = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        out.wrapping_algorithm = required(wrapping_algorithm, "WrappingAlgorithm")?;
        out.wrapping_key_spec = required(wrapping_key_spec, "WrappingKeySpec")?;
        Ok(out)
    }
}

/// What GetParametersForImport gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetParametersForImportResponse {
    /// `ImportToken` in the body.
    pub import_token: Option<Bytes>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `ParametersValidTo` in the body.
    pub parameters_valid_to: Option<Timestamp>,
    /// `PublicKey` in the body.
    pub public_key: Option<Bytes>,
}

impl GetParametersForImportResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GetParametersForImportResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("ImportToken", &self.import_token);
            json.present_member("KeyId", &self.key_id);
            json.present_member("ParametersValidTo", &self.parameters_valid_to);
            json.present_member("PublicKey", &self.public_key);
        });
    }
}
