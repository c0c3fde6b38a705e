// Written by `cargo xtask wire` from models/. Do not edit.

//! CreatePolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreatePolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreatePolicyRequest {
    /// `PolicyName`.
    pub policy_name: String,
    /// `Path`.
    pub path: Option<String>,
    /// `PolicyDocument`.
    pub policy_document: String,
    /// `Description`.
    pub description: Option<String>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl CreatePolicyRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            policy_name: form.required("PolicyName")?,
            path: form.optional("Path")?,
            policy_document: form.required("PolicyDocument")?,
            description: form.optional("Description")?,
            tags: form.list("Tags")?,
        })
    }
}

/// What CreatePolicy gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreatePolicyResponse {
    /// `Policy`.
    pub policy: Option<super::Policy>,
}

impl CreatePolicyResponse {
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

impl WriteXml for CreatePolicyResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Policy", &self.policy);
    }
}
