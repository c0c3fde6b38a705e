// Written by `cargo xtask wire` from models/. Do not edit.

//! ListDeadLetterSourceQueues: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListDeadLetterSourceQueues takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListDeadLetterSourceQueuesRequest {
    /// `MaxResults` in the body.
    pub max_results: Option<i32>,
    /// `NextToken` in the body.
    pub next_token: Option<String>,
    /// `QueueUrl` in the body.
    pub queue_url: String,
}

impl ListDeadLetterSourceQueuesRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut queue_url = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "MaxResults" => out.max_results = json.read()?,
                    "NextToken" => out.next_token = json.read()?,
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

/// What ListDeadLetterSourceQueues gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListDeadLetterSourceQueuesResult {
    /// `NextToken` in the body.
    pub next_token: Option<String>,
    /// `queueUrls` in the body.
    pub queue_urls: Vec<String>,
}

impl ListDeadLetterSourceQueuesResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListDeadLetterSourceQueuesResult {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("NextToken", &self.next_token);
            json.filled_member("queueUrls", &self.queue_urls);
        });
    }
}
