// Written by `cargo xtask wire` from models/. Do not edit.

//! GetKeyRotationStatus: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetKeyRotationStatus takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetKeyRotationStatusRequest {
    /// `KeyId` in the body.
    pub key_id: String,
}

impl GetKeyRotationStatusRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "KeyId" => key_id = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

/// What GetKeyRotationStatus gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetKeyRotationStatusResponse {
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `KeyRotationEnabled` in the body.
    pub key_rotation_enabled: Option<bool>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `NextRotationDate` in the body.
    pub next_rotation_date: Option<Timestamp>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `OnDemandRotationStartDate` in the body.
    pub on_demand_rotation_start_date: Option<Timestamp>,
    /// `RotationPeriodInDays` in the body.
    pub rotation_period_in_days: Option<i32>,
}

impl GetKeyRotationStatusResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GetKeyRotationStatusResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("KeyId", &self.key_id);
            json.present_member("KeyRotationEnabled", &self.key_rotation_enabled);
            json.present_member("NextRotationDate", &self.next_rotation_date);
            json.present_member("OnDemandRotationStartDate", &self.on_demand_rotation_start_date);
            json.present_member("RotationPeriodInDays", &self.rotation_period_in_days);
        });
    }
}
