// Written by `cargo xtask wire` from models/. Do not edit.

//! AddPermission: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What AddPermission takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AddPermissionRequest {
    /// `AWSAccountIds` in the body.
    pub aws_account_ids: Vec<String>,
    /// `Actions` in the body.
    pub actions: Vec<String>,
    /// `Label` in the body.
    pub label: String,
    /// `QueueUrl` in the body.
    pub queue_url: String,
}

impl AddPermissionRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut label = None;
        let mut queue_url = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "AWSAccountIds" => out.aws_account_ids = json.read()?,
                    "Actions" => out.actions = json.read()?,
                    "Label" => label = json.read()?,
                    "QueueUrl" => queue_url = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.label = required(label, "Label")?;
        out.queue_url = required(queue_url, "QueueUrl")?;
        Ok(out)
    }
}

/// What AddPermission gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AddPermissionOutput {}

impl AddPermissionOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
