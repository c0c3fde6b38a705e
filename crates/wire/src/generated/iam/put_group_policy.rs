// Written by `cargo xtask wire` from models/. Do not edit.

//! PutGroupPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutGroupPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutGroupPolicyRequest {
    /// `GroupName`.
    pub group_name: String,
    /// `PolicyName`.
    pub policy_name: String,
    /// `PolicyDocument`.
    pub policy_document: String,
}

impl PutGroupPolicyRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            group_name: form.required("GroupName")?,
            policy_name: form.required("PolicyName")?,
            policy_document: form.required("PolicyDocument")?,
        })
    }
}

/// What PutGroupPolicy gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutGroupPolicyOutput {}

impl PutGroupPolicyOutput {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query("https://iam.amazonaws.com/doc/2010-05-08/", operation, request_id, None::<fn(&mut XmlWriter)>)
    }
}
