// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateKey: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateKey takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateKeyRequest {
    /// `BypassPolicyLockoutSafetyCheck` in the body.
    pub bypass_policy_lockout_safety_check: Option<bool>,
    /// `CustomKeyStoreId` in the body.
    pub custom_key_store_id: Option<String>,
    /// `CustomerMasterKeySpec` in the body.
    pub customer_master_key_spec: Option<String>,
    /// `Description` in the body.
    pub description: Option<String>,
    /// `KeySpec` in the body.
    pub key_spec: Option<String>,
    /// `KeyUsage` in the body.
    pub key_usage: Option<String>,
    /// `MultiRegion` in the body.
    pub multi_region: Option<bool>,
    /// `Origin` in the body.
    pub origin: Option<String>,
    /// `Policy` in the body.
    pub policy: Option<String>,
    /// `Tags` in the body.
    pub tags: Vec<super::Tag>,
    /// `XksKeyId` in the body.
    pub xks_key_id: Option<String>,
}

impl CreateKeyRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "BypassPolicyLockoutSafetyCheck" => out.bypass_policy_lockout_safety_check = json.read()?,
                    "CustomKeyStoreId" => out.custom_key_store_id = json.read()?,
                    "CustomerMasterKeySpec" => out.customer_master_key_spec = json.read()?,
                    "Description" => out.description = json.read()?,
                    "KeySpec" => out.key_spec = json.read()?,
                    "KeyUsage" => out.key_usage = json.read()?,
                    "MultiRegion" => out.multi_region = json.read()?,
                    "Origin" => out.origin = json.read()?,
                    "Policy" => out.policy = json.read()?,
                    "Tags" => out.tags = json.read()?,
                    "XksKeyId" => out.xks_key_id = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}

/// What CreateKey gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateKeyResponse {
    /// `KeyMetadata` in the body.
    pub key_metadata: Option<super::KeyMetadata>,
}

impl CreateKeyResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for CreateKeyResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("KeyMetadata", &self.key_metadata);
        });
    }
}
