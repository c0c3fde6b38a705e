// Written by `cargo xtask wire` from models/. Do not edit.

//! PutKeyPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutKeyPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutKeyPolicyRequest {
    /// `BypassPolicyLockoutSafetyCheck` in the body.
    pub bypass_policy_lockout_safety_check: Option<bool>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `Policy` in the body.
    pub policy: String,
    /// `PolicyName` in the body.
    pub policy_name: Option<String>,
}

impl PutKeyPolicyRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        let mut policy = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "BypassPolicyLockoutSafetyCheck" => out.bypass_policy_lockout_safety_check = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    "Policy" => policy = json.read()?,
                    "PolicyName" => out.policy_name = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        out.policy = required(policy, "Policy")?;
        Ok(out)
    }
}

/// What PutKeyPolicy gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutKeyPolicyOutput {}

impl PutKeyPolicyOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
