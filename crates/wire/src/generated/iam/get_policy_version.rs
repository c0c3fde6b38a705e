// Written by `cargo xtask wire` from models/. Do not edit.

//! GetPolicyVersion: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetPolicyVersion takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetPolicyVersionRequest {
    /// `PolicyArn`.
    pub policy_arn: String,
    /// `VersionId`.
    pub version_id: String,
}

impl GetPolicyVersionRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { policy_arn: form.required("PolicyArn")?, version_id: form.required("VersionId")? })
    }
}

/// What GetPolicyVersion gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetPolicyVersionResponse {
    /// `PolicyVersion`.
    pub policy_version: Option<super::PolicyVersion>,
}

impl GetPolicyVersionResponse {
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

impl WriteXml for GetPolicyVersionResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PolicyVersion", &self.policy_version);
    }
}
