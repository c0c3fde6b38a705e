// Written by `cargo xtask wire` from models/. Do not edit.

//! PublishBatch: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PublishBatch takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PublishBatchInput {
    /// `TopicArn`.
    pub topic_arn: String,
    /// `PublishBatchRequestEntries`.
    pub publish_batch_request_entries: Vec<super::PublishBatchRequestEntry>,
}

impl PublishBatchInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            topic_arn: form.required("TopicArn")?,
            publish_batch_request_entries: form.list("PublishBatchRequestEntries")?,
        })
    }
}

/// Part of PublishBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct BatchResultErrorEntry {
    /// `Id`.
    pub id: String,
    /// `Code`.
    pub code: String,
    /// `Message`.
    pub message: Option<String>,
    /// `SenderFault`.
    pub sender_fault: bool,
}

impl WriteXml for BatchResultErrorEntry {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Id", &self.id);
        xml.element("Code", &self.code);
        xml.optional("Message", &self.message);
        xml.element("SenderFault", &self.sender_fault);
    }
}

/// Part of PublishBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PublishBatchRequestEntry {
    /// `Id`.
    pub id: String,
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

impl ReadForm for PublishBatchRequestEntry {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self {
            id: form.required("Id")?,
            message: form.required("Message")?,
            subject: form.optional("Subject")?,
            message_structure: form.optional("MessageStructure")?,
            message_attributes: form.map("MessageAttributes")?,
            message_deduplication_id: form.optional("MessageDeduplicationId")?,
            message_group_id: form.optional("MessageGroupId")?,
        }))
    }
}

/// What PublishBatch gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PublishBatchResponse {
    /// `Successful`.
    pub successful: Vec<super::PublishBatchResultEntry>,
    /// `Failed`.
    pub failed: Vec<super::BatchResultErrorEntry>,
}

impl PublishBatchResponse {
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

impl WriteXml for PublishBatchResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("Successful", "member", &self.successful);
        xml.list("Failed", "member", &self.failed);
    }
}

/// Part of PublishBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PublishBatchResultEntry {
    /// `Id`.
    pub id: Option<String>,
    /// `MessageId`.
    pub message_id: Option<String>,
    /// `SequenceNumber`.
    pub sequence_number: Option<String>,
}

impl WriteXml for PublishBatchResultEntry {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Id", &self.id);
        xml.optional("MessageId", &self.message_id);
        xml.optional("SequenceNumber", &self.sequence_number);
    }
}
