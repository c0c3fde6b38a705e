// Written by `cargo xtask wire` from models/. Do not edit.

//! PurgeQueue: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PurgeQueue takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PurgeQueueRequest {
    /// `QueueUrl` in the body.
    pub queue_url: String,
}

impl PurgeQueueRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut queue_url = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
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

/// What PurgeQueue gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PurgeQueueOutput {}

impl PurgeQueueOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
