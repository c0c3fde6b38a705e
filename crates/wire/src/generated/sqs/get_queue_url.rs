// Written by `cargo xtask wire` from models/. Do not edit.

//! GetQueueUrl: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetQueueUrl takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetQueueUrlRequest {
    /// `QueueName` in the body.
    pub queue_name: String,
    /// `QueueOwnerAWSAccountId` in the body.
    pub queue_owner_aws_account_id: Option<String>,
}

impl GetQueueUrlRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut queue_name = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "QueueName" => queue_name = json.read()?,
                    "QueueOwnerAWSAccountId" => out.queue_owner_aws_account_id = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.queue_name = required(queue_name, "QueueName")?;
        Ok(out)
    }
}

/// What GetQueueUrl gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetQueueUrlResult {
    /// `QueueUrl` in the body.
    pub queue_url: Option<String>,
}

impl GetQueueUrlResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GetQueueUrlResult {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("QueueUrl", &self.queue_url);
        });
    }
}
