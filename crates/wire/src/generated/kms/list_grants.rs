// Written by `cargo xtask wire` from models/. Do not edit.

//! ListGrants: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListGrants takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListGrantsRequest {
    /// `GrantId` in the body.
    pub grant_id: Option<String>,
    /// `GranteePrincipal` in the body.
    pub grantee_principal: Option<String>,
    /// `GranteeServicePrincipal` in the body.
    pub grantee_service_principal: Option<String>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `Limit` in the body.
    pub limit: Option<i32>,
    /// `Marker` in the body.
    pub marker: Option<String>,
}

impl ListGrantsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "GrantId" => out.grant_id = json.read()?,
                    "GranteePrincipal" => out.grantee_principal = json.read()?,
                    "GranteeServicePrincipal" => out.grantee_service_principal = json.read()?,
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
