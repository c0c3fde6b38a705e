// Written by `cargo xtask wire` from models/. Do not edit.

//! ListRetirableGrants: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListRetirableGrants takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListRetirableGrantsRequest {
    /// `Limit` in the body.
    pub limit: Option<i32>,
    /// `Marker` in the body.
    pub marker: Option<String>,
    /// `RetiringPrincipal` in the body.
    pub retiring_principal: Option<String>,
    /// `RetiringServicePrincipal` in the body.
    pub retiring_service_principal: Option<String>,
}

impl ListRetirableGrantsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "Limit" => out.limit = json.read()?,
                    "Marker" => out.marker = json.read()?,
                    "RetiringPrincipal" => out.retiring_principal = json.read()?,
                    "RetiringServicePrincipal" => out.retiring_service_principal = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}
