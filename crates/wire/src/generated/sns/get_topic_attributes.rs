// Written by `cargo xtask wire` from models/. Do not edit.

//! GetTopicAttributes: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetTopicAttributes takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetTopicAttributesInput {
    /// `TopicArn`.
    pub topic_arn: String,
}

impl GetTopicAttributesInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { topic_arn: form.required("TopicArn")? })
    }
}

/// What GetTopicAttributes gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetTopicAttributesResponse {
    /// `Attributes`.
    pub attributes: BTreeMap<String, String>,
}

impl GetTopicAttributesResponse {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query(
            "http://sns.amazonaws.com/doc/2010-03-31/",
            operation,
            request_id,
            Some(|xml: &mut XmlWriter| self.write_xml(xml)),
        )
    }
}

impl WriteXml for GetTopicAttributesResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.map("Attributes", &self.attributes);
    }
}
