// Written by `cargo xtask wire` from models/. Do not edit.

//! ListAliases: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListAliases takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListAliasesRequest {
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `Limit` in the body.
    pub limit: Option<i32>,
    /// `Marker` in the body.
    pub marker: Option<String>,
}

impl ListAliasesRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "KeyId" => out.key_id = json.read()?,
                    "Limit" => out.limit = json.read()?,
                    "Marker" => out.marker = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}

/// Part of ListAliases.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AliasListEntry {
    /// `AliasArn` in the body.
    pub alias_arn: Option<String>,
    /// `AliasName` in the body.
    pub alias_name: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreationDate` in the body.
    pub creation_date: Option<Timestamp>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastUpdatedDate` in the body.
    pub last_updated_date: Option<Timestamp>,
    /// `TargetKeyId` in the body.
    pub target_key_id: Option<String>,
}

impl WriteJson for AliasListEntry {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("AliasArn", &self.alias_arn);
            json.present_member("AliasName", &self.alias_name);
            json.present_member("CreationDate", &self.creation_date);
            json.present_member("LastUpdatedDate", &self.last_updated_date);
            json.present_member("TargetKeyId", &self.target_key_id);
        });
    }
}

/// What ListAliases gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListAliasesResponse {
    /// `Aliases` in the body.
    pub aliases: Vec<super::AliasListEntry>,
    /// `NextMarker` in the body.
    pub next_marker: Option<String>,
    /// `Truncated` in the body.
    pub truncated: Option<bool>,
}

impl ListAliasesResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListAliasesResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Aliases", &self.aliases);
            json.present_member("NextMarker", &self.next_marker);
            json.present_member("Truncated", &self.truncated);
        });
    }
}
