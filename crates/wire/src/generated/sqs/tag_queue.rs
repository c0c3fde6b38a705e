// Written by `cargo xtask wire` from models/. Do not edit.

//! TagQueue: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What TagQueue takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TagQueueRequest {
    /// `QueueUrl` in the body.
    pub queue_url: String,
    /// `Tags` in the body.
    pub tags: BTreeMap<String, String>,
}

impl TagQueueRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut queue_url = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "QueueUrl" => queue_url = json.read()?,
                    "Tags" => out.tags = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.queue_url = required(queue_url, "QueueUrl")?;
        Ok(out)
    }
}

/// What TagQueue gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TagQueueOutput {}

impl TagQueueOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
