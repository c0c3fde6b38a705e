// Written by `cargo xtask wire` from models/. Do not edit.

//! Publish: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What Publish takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PublishInput {
    /// `TopicArn`.
    pub topic_arn: Option<String>,
    /// `TargetArn`.
    pub target_arn: Option<String>,
    /// `PhoneNumber`.
    pub phone_number: Option<String>,
    /// `Message`.
    pub message: String,
    /// `Subject`.
    pub subject: Option<String>,
    /// `MessageStructure`.
    pub message_structure: Option<String>,
    /// `MessageAttributes`.
    pub message_attributes: BTreeMap<String, super::MessageAttributeValue>,
    /// `MessageDeduplicationId`.
    pub message_deduplication_id: Option<String>,
    /// `MessageGroupId`.
    pub message_group_id: Option<String>,
}

impl PublishInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            topic_arn: form.optional("TopicArn")?,
            target_arn: form.optional("TargetArn")?,
            phone_number: form.optional("PhoneNumber")?,
            message: form.required("Message")?,
            subject: form.optional("Subject")?,
            message_structure: form.optional("MessageStructure")?,
            message_attributes: form.map("MessageAttributes")?,
            message_deduplication_id: form.optional("MessageDeduplicationId")?,
            message_group_id: form.optional("MessageGroupId")?,
        })
    }
}

/// What Publish gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PublishResponse {
    /// `MessageId`.
    pub message_id: Option<String>,
    /// `SequenceNumber`.
    pub sequence_number: Option<String>,
}

impl PublishResponse {
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

impl WriteXml for PublishResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("MessageId", &self.message_id);
        xml.optional("SequenceNumber", &self.sequence_number);
    }
}
