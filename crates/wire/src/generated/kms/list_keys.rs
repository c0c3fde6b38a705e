// Written by `cargo xtask wire` from models/. Do not edit.

//! ListKeys: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListKeys takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListKeysRequest {
    /// `Limit` in the body.
    pub limit: Option<i32>,
    /// `Marker` in the body.
    pub marker: Option<String>,
    /// `ResourceOwners` in the body.
    pub resource_owners: Vec<String>,
}

impl ListKeysRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "Limit" => out.limit = json.read()?,
                    "Marker" => out.marker = json.read()?,
                    "ResourceOwners" => out.resource_owners = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}

/// Part of ListKeys.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct KeyListEntry {
    /// `KeyArn` in the body.
    pub key_arn: Option<String>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
}

impl WriteJson for KeyListEntry {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("KeyArn", &self.key_arn);
            json.present_member("KeyId", &self.key_id);
        });
    }
}

/// What ListKeys gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListKeysResponse {
    /// `Keys` in the body.
    pub keys: Vec<super::KeyListEntry>,
    /// `NextMarker` in the body.
    pub next_marker: Option<String>,
    /// `Truncated` in the body.
    pub truncated: Option<bool>,
}

impl ListKeysResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListKeysResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Keys", &self.keys);
            json.present_member("NextMarker", &self.next_marker);
            json.present_member("Truncated", &self.truncated);
        });
    }
}
