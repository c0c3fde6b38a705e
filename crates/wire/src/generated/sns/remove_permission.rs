// Written by `cargo xtask wire` from models/. Do not edit.

//! RemovePermission: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What RemovePermission takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RemovePermissionInput {
    /// `TopicArn`.
    pub topic_arn: String,
    /// `Label`.
    pub label: String,
}

impl RemovePermissionInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { topic_arn: form.required("TopicArn")?, label: form.required("Label")? })
    }
}

/// What RemovePermission gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RemovePermissionOutput {}

impl RemovePermissionOutput {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query("http://sns.amazonaws.com/doc/2010-03-31/", operation, request_id, None::<fn(&mut XmlWriter)>)
    }
}
