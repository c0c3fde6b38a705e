// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateQueue: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateQueue takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateQueueRequest {
    /// `Attributes` in the body.
    pub attributes: BTreeMap<String, String>,
    /// `QueueName` in the body.
    pub queue_name: String,
    /// `tags` in the body.
    pub tags: BTreeMap<String, String>,
}

impl CreateQueueRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut queue_name = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "Attributes" => out.attributes = json.read()?,
                    "QueueName" => queue_name = json.read()?,
                    "tags" => out.tags = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.queue_name = required(queue_name, "QueueName")?;
        Ok(out)
    }
}

/// What CreateQueue gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateQueueResult {
    /// `QueueUrl` in the body.
    pub queue_url: Option<String>,
}

impl CreateQueueResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for CreateQueueResult {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("QueueUrl", &self.queue_url);
        });
    }
}
