// Written by `cargo xtask wire` from models/. Do not edit.

//! GetAccessPointPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetAccessPointPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccessPointPolicyRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
    /// Label `name` of the path.
    pub name: String,
}

impl GetAccessPointPolicyRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.required_header("x-amz-account-id")?, name: request.label("name")? })
    }
}

/// What GetAccessPointPolicy gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccessPointPolicyResult {
    /// `Policy` in the body.
    pub policy: Option<String>,
}

impl GetAccessPointPolicyResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.control_body("GetAccessPointPolicyResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetAccessPointPolicyResult {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Policy", &self.policy);
    }
}
