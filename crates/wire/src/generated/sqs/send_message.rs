// Written by `cargo xtask wire` from models/. Do not edit.

//! SendMessage: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What SendMessage takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SendMessageRequest {
    /// `DelaySeconds` in the body.
    pub delay_seconds: Option<i32>,
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
    /// `QueueUrl` in the body.
    pub queue_url: String,
}

impl SendMessageRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut message_body = None;
        let mut queue_url = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "DelaySeconds" => out.delay_seconds = json.read()?,
                    "MessageAttributes" => out.message_attributes = json.read()?,
                    "MessageBody" => message_body = json.read()?,
                    "MessageDeduplicationId" => out.message_deduplication_id = json.read()?,
                    "MessageGroupId" => out.message_group_id = json.read()?,
                    "MessageSystemAttributes" => out.message_system_attributes = json.read()?,
                    "QueueUrl" => queue_url = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.message_body = required(message_body, "MessageBody")?;
        out.queue_url = required(queue_url, "QueueUrl")?;
        Ok(out)
    }
}

/// What SendMessage gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SendMessageResult {
    /// `MD5OfMessageAttributes` in the body.
    pub md5_of_message_attributes: Option<String>,
    /// `MD5OfMessageBody` in the body.
    pub md5_of_message_body: Option<String>,
    /// `MD5OfMessageSystemAttributes` in the body.
    pub md5_of_message_system_attributes: Option<String>,
    /// `MessageId` in the body.
    pub message_id: Option<String>,
    /// `SequenceNumber` in the body.
    pub sequence_number: Option<String>,
}

impl SendMessageResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for SendMessageResult {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("MD5OfMessageAttributes", &self.md5_of_message_attributes);
            json.present_member("MD5OfMessageBody", &self.md5_of_message_body);
            json.present_member("MD5OfMessageSystemAttributes", &self.md5_of_message_system_attributes);
            json.present_member("MessageId", &self.message_id);
            json.present_member("SequenceNumber", &self.sequence_number);
        });
    }
}
