// Written by `cargo xtask wire` from models/. Do not edit.

//! ListQueues: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListQueues takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListQueuesRequest {
    /// `MaxResults` in the body.
    pub max_results: Option<i32>,
    /// `NextToken` in the body.
    pub next_token: Option<String>,
    /// `QueueNamePrefix` in the body.
    pub queue_name_prefix: Option<String>,
}

impl ListQueuesRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "MaxResults" => out.max_results = json.read()?,
                    "NextToken" => out.next_token = json.read()?,
                    "QueueNamePrefix" => out.queue_name_prefix = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}

/// What ListQueues gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListQueuesResult {
    /// `NextToken` in the body.
    pub next_token: Option<String>,
    /// `QueueUrls` in the body.
    pub queue_urls: Vec<String>,
}

impl ListQueuesResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListQueuesResult {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("NextToken", &self.next_token);
            json.filled_member("QueueUrls", &self.queue_urls);
        });
    }
}
