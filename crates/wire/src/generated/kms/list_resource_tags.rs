// Written by `cargo xtask wire` from models/. Do not edit.

//! ListResourceTags: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListResourceTags takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListResourceTagsRequest {
    /// `KeyId` in the body.
    pub key_id: String,
    /// `Limit` in the body.
    pub limit: Option<i32>,
    /// `Marker` in the body.
    pub marker: Option<String>,
}

impl ListResourceTagsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
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

/// What ListResourceTags gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListResourceTagsResponse {
    /// `NextMarker` in the body.
    pub next_marker: Option<String>,
    /// `Tags` in the body.
    pub tags: Vec<super::Tag>,
    /// `Truncated` in the body.
    pub truncated: Option<bool>,
}

impl ListResourceTagsResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListResourceTagsResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("NextMarker", &self.next_marker);
            json.member("Tags", &self.tags);
            json.present_member("Truncated", &self.truncated);
        });
    }
}
