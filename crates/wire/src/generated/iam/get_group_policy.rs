// Written by `cargo xtask wire` from models/. Do not edit.

//! GetGroupPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetGroupPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetGroupPolicyRequest {
    /// `GroupName`.
    pub group_name: String,
    /// `PolicyName`.
    pub policy_name: String,
}

impl GetGroupPolicyRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { group_name: form.required("GroupName")?, policy_name: form.required("PolicyName")? })
    }
}

/// What GetGroupPolicy gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetGroupPolicyResponse {
    /// `GroupName`.
    pub group_name: String,
    /// `PolicyName`.
    pub policy_name: String,
    /// `PolicyDocument`.
    pub policy_document: String,
}

impl GetGroupPolicyResponse {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query(
            "https://iam.amazonaws.com/doc/2010-05-08/",
            operation,
            request_id,
            Some(|xml: &mut XmlWriter| self.write_xml(xml)),
        )
    }
}

impl WriteXml for GetGroupPolicyResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("GroupName", &self.group_name);
        xml.element("PolicyName", &self.policy_name);
        xml.element("PolicyDocument", &self.policy_document);
    }
}
