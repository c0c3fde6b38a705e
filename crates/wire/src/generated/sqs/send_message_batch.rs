// Written by `cargo xtask wire` from models/. Do not edit.

//! SendMessageBatch: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What SendMessageBatch takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SendMessageBatchRequest {
    /// `Entries` in the body.
    pub entries: Vec<super::SendMessageBatchRequestEntry>,
    /// `QueueUrl` in the body.
    pub queue_url: String,
}

impl SendMessageBatchRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut queue_url = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "Entries" => out.entries = json.read()?,
                    "QueueUrl" => queue_url = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.queue_url = required(queue_url, "QueueUrl")?;
        Ok(out)
    }
}

/// Part of SendMessageBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SendMessageBatchRequestEntry {
    /// `DelaySeconds` in the body.
    pub delay_seconds: Option<i32>,
    /// `Id` in the body.
    pub id: String,
    /// `MessageAttributes` in the body.
    pub message_attributes: BTreeMap<String, super::MessageAttributeValue>,
    /// `MessageBody` in the body.
    pub message_body: String,
    /// `MessageDeduplicationId` in the body.
    pub message_deduplication_id: Option<String>,
    /// `MessageGroupId` in the body.
    pub message_group_id: Option<String>,
    /// `MessageSystemAttributes` in the body.
    pub message_system_attributes: BTreeMap<String, super::MessageSystemAttributeValue>,
}

impl ReadJson for SendMessageBatchRequestEntry {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut id = None;
        let mut message_body = None;
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "DelaySeconds" => out.delay_seconds = json.read()?,
                "Id" => id = json.read()?,
                "MessageAttributes" => out.message_attributes = json.read()?,
                "MessageBody" => message_body = json.read()?,
                "MessageDeduplicationId" => out.message_deduplication_id = json.read()?,
                "MessageGroupId" => out.message_group_id = json.read()?,
                "MessageSystemAttributes" => out.message_system_attributes = json.read()?,
                _ => json.skip()?,
            }
        }
        out.id = required(id, "Id")?;
        out.message_body = required(message_body, "MessageBody")?;
        Ok(out)
    }
}

/// What SendMessageBatch gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SendMessageBatchResult {
    /// `Failed` in the body.
    pub failed: Vec<super::BatchResultErrorEntry>,
    /// `Successful` in the body.
    pub successful: Vec<super::SendMessageBatchResultEntry>,
}

impl SendMessageBatchResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for SendMessageBatchResult {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.filled_member("Failed", &self.failed);
            json.filled_member("Successful", &self.successful);
        });
    }
}

/// Part of SendMessageBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SendMessageBatchResultEntry {
    /// `Id` in the body.
    pub id: String,
    /// `MD5OfMessageAttributes` in the body.
    pub md5_of_message_attributes: Option<String>,
    /// `MD5OfMessageBody` in the body.
    pub md5_of_message_body: String,
    /// `MD5OfMessageSystemAttributes` in the body.
    pub md5_of_message_system_attributes: Option<String>,
    /// `MessageId` in the body.
    pub message_id: String,
    /// `SequenceNumber` in the body.
    pub sequence_number: Option<String>,
}

impl WriteJson for SendMessageBatchResultEntry {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Id", &self.id);
            json.present_member("MD5OfMessageAttributes", &self.md5_of_message_attributes);
            json.member("MD5OfMessageBody", &self.md5_of_message_body);
            json.present_member("MD5OfMessageSystemAttributes", &self.md5_of_message_system_attributes);
            json.member("MessageId", &self.message_id);
            json.present_member("SequenceNumber", &self.sequence_number);
        });
    }
}
