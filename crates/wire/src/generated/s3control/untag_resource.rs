// Written by `cargo xtask wire` from models/. Do not edit.

//! UntagResource: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UntagResource takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UntagResourceRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
    /// Label `resourceArn` of the path.
    pub resource_arn: String,
    /// Query parameter `tagKeys`.
    pub tag_keys: Vec<String>,
}

impl UntagResourceRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.required_header("x-amz-account-id")?,
            resource_arn: request.label("resourceArn")?,
            tag_keys: request.query_list("tagKeys")?,
        })
    }
}

/// What UntagResource gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UntagResourceResult {}

impl UntagResourceResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
