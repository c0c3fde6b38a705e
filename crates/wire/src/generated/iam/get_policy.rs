// Written by `cargo xtask wire` from models/. Do not edit.

//! GetPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetPolicyRequest {
    /// `PolicyArn`.
    pub policy_arn: String,
}

impl GetPolicyRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { policy_arn: form.required("PolicyArn")? })
    }
}

/// What GetPolicy gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetPolicyResponse {
    /// `Policy`.
    pub policy: Option<super::Policy>,
}

impl GetPolicyResponse {
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

impl WriteXml for GetPolicyResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Policy", &self.policy);
    }
}
