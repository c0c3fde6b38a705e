// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteTopic: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteTopic takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteTopicInput {
    /// `TopicArn`.
    pub topic_arn: String,
}

impl DeleteTopicInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { topic_arn: form.required("TopicArn")? })
    }
}

/// What DeleteTopic gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteTopicOutput {}

impl DeleteTopicOutput {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query("http://sns.amazonaws.com/doc/2010-03-31/", operation, request_id, None::<fn(&mut XmlWriter)>)
    }
}
