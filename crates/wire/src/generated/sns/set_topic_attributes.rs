// Written by `cargo xtask wire` from models/. Do not edit.

//! SetTopicAttributes: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What SetTopicAttributes takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SetTopicAttributesInput {
    /// `TopicArn`.
    pub topic_arn: String,
    /// `AttributeName`.
    pub attribute_name: String,
    /// `AttributeValue`.
    pub attribute_value: Option<String>,
}

impl SetTopicAttributesInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            topic_arn: form.required("TopicArn")?,
            attribute_name: form.required("AttributeName")?,
            attribute_value: form.optional("AttributeValue")?,
        })
    }
}

/// What SetTopicAttributes gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SetTopicAttributesOutput {}

impl SetTopicAttributesOutput {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query("http://sns.amazonaws.com/doc/2010-03-31/", operation, request_id, None::<fn(&mut XmlWriter)>)
    }
}
