// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteMessageBatch: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteMessageBatch takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteMessageBatchRequest {
    /// `Entries` in the body.
    pub entries: Vec<super::DeleteMessageBatchRequestEntry>,
    /// `QueueUrl` in the body.
    pub queue_url: String,
}

impl DeleteMessageBatchRequest {
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

/// Part of DeleteMessageBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteMessageBatchRequestEntry {
    /// `Id` in the body.
    pub id: String,
    /// `ReceiptHandle` in the body.
    pub receipt_handle: String,
}

impl ReadJson for DeleteMessageBatchRequestEntry {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut id = None;
        let mut receipt_handle = None;
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "Id" => id = json.read()?,
                "ReceiptHandle" => receipt_handle = json.read()?,
                _ => json.skip()?,
            }
        }
        out.id = required(id, "Id")?;
        out.receipt_handle = required(receipt_handle, "ReceiptHandle")?;
        Ok(out)
    }
}

/// What DeleteMessageBatch gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteMessageBatchResult {
    /// `Failed` in the body.
    pub failed: Vec<super::BatchResultErrorEntry>,
    /// `Successful` in the body.
    pub successful: Vec<super::DeleteMessageBatchResultEntry>,
}

impl DeleteMessageBatchResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for DeleteMessageBatchResult {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.filled_member("Failed", &self.failed);
            json.filled_member("Successful", &self.successful);
        });
    }
}

/// Part of DeleteMessageBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteMessageBatchResultEntry {
    /// `Id` in the body.
    pub id: String,
}

impl WriteJson for DeleteMessageBatchResultEntry {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Id", &self.id);
        });
    }
}
