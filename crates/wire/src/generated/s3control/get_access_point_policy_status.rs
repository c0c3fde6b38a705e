// Written by `cargo xtask wire` from models/. Do not edit.

//! GetAccessPointPolicyStatus: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetAccessPointPolicyStatus takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccessPointPolicyStatusRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
    /// Label `name` of the path.
    pub name: String,
}

impl GetAccessPointPolicyStatusRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.required_header("x-amz-account-id")?, name: request.label("name")? })
    }
}

/// What GetAccessPointPolicyStatus gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccessPointPolicyStatusResult {
    /// `PolicyStatus` in the body.
    pub policy_status: Option<super::PolicyStatus>,
}

impl GetAccessPointPolicyStatusResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.control_body("GetAccessPointPolicyStatusResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetAccessPointPolicyStatusResult {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PolicyStatus", &self.policy_status);
    }
}

/// Part of GetAccessPointPolicyStatus.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PolicyStatus {
    /// `IsPublic` in the body.
    pub is_public: Option<bool>,
}

impl WriteXml for PolicyStatus {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("IsPublic", &self.is_public);
    }
}
