// Written by `cargo xtask wire` from models/. Do not edit.

//! ReceiveMessage: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ReceiveMessage takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ReceiveMessageRequest {
    /// `AttributeNames` in the body.
    pub attribute_names: Vec<String>,
    /// `MaxNumberOfMessages` in the body.
    pub max_number_of_messages: Option<i32>,
    /// `MessageAttributeNames` in the body.
    pub message_attribute_names: Vec<String>,
    /// `MessageSystemAttributeNames` in the body.
    pub message_system_attribute_names: Vec<String>,
    /// `QueueUrl` in the body.
    pub queue_url: String,
    /// `ReceiveRequestAttemptId` in the body.
    pub receive_request_attempt_id: Option<String>,
    /// `VisibilityTimeout` in the body.
    pub visibility_timeout: Option<i32>,
    /// `WaitTimeSeconds` in the body.
    pub wait_time_seconds: Option<i32>,
}

impl ReceiveMessageRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut queue_url = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "AttributeNames" => out.attribute_names = json.read()?,
                    "MaxNumberOfMessages" => out.max_number_of_messages = json.read()?,
                    "MessageAttributeNames" => out.message_attribute_names = json.read()?,
                    "MessageSystemAttributeNames" => out.message_system_attribute_names = json.read()?,
                    "QueueUrl" => queue_url = json.read()?,
                    "ReceiveRequestAttemptId" => out.receive_request_attempt_id = json.read()?,
                    "VisibilityTimeout" => out.visibility_timeout = json.read()?,
                    "WaitTimeSeconds" => out.wait_time_seconds = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.queue_url = required(queue_url, "QueueUrl")?;
        Ok(out)
    }
}

/// Part of ReceiveMessage.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Message {
    /// `Attributes` in the body.
    pub attributes: BTreeMap<String, String>,
    /// `Body` in the body.
    pub body: Option<String>,
    /// `MD5OfBody` in the body.
    pub md5_of_body: Option<String>,
    /// `MD5OfMessageAttributes` in the body.
    pub md5_of_message_attributes: Option<String>,
    /// `MessageAttributes` in the body.
    pub message_attributes: BTreeMap<String, super::MessageAttributeValue>,
    /// `MessageId` in the body.
    pub message_id: Option<String>,
    /// `ReceiptHandle` in the body.
    pub receipt_handle: Option<String>,
}

impl WriteJson for Message {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.filled_member("Attributes", &self.attributes);
            json.present_member("Body", &self.body);
            json.present_member("MD5OfBody", &self.md5_of_body);
            json.present_member("MD5OfMessageAttributes", &self.md5_of_message_attributes);
            json.filled_member("MessageAttributes", &self.message_attributes);
            json.present_member("MessageId", &self.message_id);
            json.present_member("ReceiptHandle", &self.receipt_handle);
        });
    }
}

/// What ReceiveMessage gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ReceiveMessageResult {
    /// `Messages` in the body.
    pub messages: Vec<super::Message>,
}

impl ReceiveMessageResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ReceiveMessageResult {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.filled_member("Messages", &self.messages);
        });
    }
}
