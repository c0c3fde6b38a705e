// Written by `cargo xtask wire` from models/. Do not edit.

//! ChangeMessageVisibility: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ChangeMessageVisibility takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ChangeMessageVisibilityRequest {
    /// `QueueUrl` in the body.
    pub queue_url: String,
    /// `ReceiptHandle` in the body.
    pub receipt_handle: String,
    /// `VisibilityTimeout` in the body.
    pub visibility_timeout: i32,
}

impl ChangeMessageVisibilityRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut queue_url = None;
        let mut receipt_handle = None;
        let mut visibility_timeout = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "QueueUrl" => queue_url = json.read()?,
                    "ReceiptHandle" => receipt_handle = json.read()?,
                    "VisibilityTimeout" => visibility_timeout = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.queue_url = required(queue_url, "QueueUrl")?;
        out.receipt_handle = required(receipt_handle, "ReceiptHandle")?;
        out.visibility_timeout = required(visibility_timeout, "VisibilityTimeout")?;
        Ok(out)
    }
}

/// What ChangeMessageVisibility gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ChangeMessageVisibilityOutput {}

impl ChangeMessageVisibilityOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
