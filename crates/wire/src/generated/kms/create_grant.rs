// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateGrant: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateGrant takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateGrantRequest {
    /// `Constraints` in the body.
    pub constraints: Option<super::GrantConstraints>,
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `GrantTokens` in the body.
    pub grant_tokens: Vec<String>,
    /// `GranteePrincipal` in the body.
    pub grantee_principal: Option<String>,
    /// `GranteeServicePrincipal` in the body.
    pub grantee_service_principal: Option<String>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `Name` in the body.
    pub name: Option<String>,
    /// `Operations` in the body.
    pub operations: Vec<String>,
    /// `RetiringPrincipal` in the body.
    pub retiring_principal: Option<String>,
    /// `RetiringServicePrincipal` in the body.
    pub retiring_service_principal: Option<String>,
}

impl CreateGrantRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "Constraints" => out.constraints = json.read()?,
                    "DryRun" => out.dry_run = json.read()?,
                    "GrantTokens" => out.grant_tokens = json.read()?,
                    "GranteePrincipal" => out.grantee_principal = json.read()?,
                    "GranteeServicePrincipal" => out.grantee_service_principal = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    "Name" => out.name = json.read()?,
                    "Operations" => out.operations = json.read()?,
                    "RetiringPrincipal" => out.retiring_principal = json.read()?,
                    "RetiringServicePrincipal" => out.retiring_service_principal = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

/// What CreateGrant gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateGrantResponse {
    /// `GrantId` in the body.
    pub grant_id: Option<String>,
    /// `GrantToken` in the body.
    pub grant_token: Option<String>,
}

impl CreateGrantResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for CreateGrantResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("GrantId", &self.grant_id);
            json.present_member("GrantToken", &self.grant_token);
        });
    }
}
