// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateTopic: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateTopic takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateTopicInput {
    /// `Name`.
    pub name: String,
    /// `Attributes`.
    pub attributes: BTreeMap<String, String>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
    /// `DataProtectionPolicy`.
    pub data_protection_policy: Option<String>,
}

impl CreateTopicInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: form.required("Name")?,
            attributes: form.map("Attributes")?,
            tags: form.list("Tags")?,
            data_protection_policy: form.optional("DataProtectionPolicy")?,
        })
    }
}

/// What CreateTopic gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateTopicResponse {
    /// `TopicArn`.
    pub topic_arn: Option<String>,
}

impl CreateTopicResponse {
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

impl WriteXml for CreateTopicResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("TopicArn", &self.topic_arn);
    }
}
