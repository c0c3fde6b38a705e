// Written by `cargo xtask wire` from models/. Do not edit.

//! CreatePolicyVersion: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreatePolicyVersion takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreatePolicyVersionRequest {
    /// `PolicyArn`.
    pub policy_arn: String,
    /// `PolicyDocument`.
    pub policy_document: String,
    /// `SetAsDefault`.
    pub set_as_default: Option<bool>,
}

impl CreatePolicyVersionRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            policy_arn: form.required("PolicyArn")?,
            policy_document: form.required("PolicyDocument")?,
            set_as_default: form.optional("SetAsDefault")?,
        })
    }
}

/// What CreatePolicyVersion gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreatePolicyVersionResponse {
    /// `PolicyVersion`.
    pub policy_version: Option<super::PolicyVersion>,
}

impl CreatePolicyVersionResponse {
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

impl WriteXml for CreatePolicyVersionResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PolicyVersion", &self.policy_version);
    }
}
