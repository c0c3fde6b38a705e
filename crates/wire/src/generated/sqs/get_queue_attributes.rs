// Written by `cargo xtask wire` from models/. Do not edit.

//! GetQueueAttributes: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetQueueAttributes takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetQueueAttributesRequest {
    /// `AttributeNames` in the body.
    pub attribute_names: Vec<String>,
    /// `QueueUrl` in the body.
    pub queue_url: String,
}

impl GetQueueAttributesRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut queue_url = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "AttributeNames" => out.attribute_names = json.read()?,
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

/// What GetQueueAttributes gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetQueueAttributesResult {
    /// `Attributes` in the body.
    pub attributes: BTreeMap<String, String>,
}

impl GetQueueAttributesResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GetQueueAttributesResult {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.filled_member("Attributes", &self.attributes);
        });
    }
}
