// Written by `cargo xtask wire` from models/. Do not edit.

//! ScheduleKeyDeletion: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ScheduleKeyDeletion takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ScheduleKeyDeletionRequest {
    /// `KeyId` in the body.
    pub key_id: String,
    /// `PendingWindowInDays` in the body.
    pub pending_window_in_days: Option<i32>,
}

impl ScheduleKeyDeletionRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "KeyId" => key_id = json.read()?,
                    "PendingWindowInDays" => out.pending_window_in_days = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

/// What ScheduleKeyDeletion gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ScheduleKeyDeletionResponse {
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `DeletionDate` in the body.
    pub deletion_date: Option<Timestamp>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `KeyState` in the body.
    pub key_state: Option<String>,
    /// `PendingWindowInDays` in the body.
    pub pending_window_in_days: Option<i32>,
}

impl ScheduleKeyDeletionResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ScheduleKeyDeletionResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("DeletionDate", &self.deletion_date);
            json.present_member("KeyId", &self.key_id);
            json.present_member("KeyState", &self.key_state);
            json.present_member("PendingWindowInDays", &self.pending_window_in_days);
        });
    }
}
