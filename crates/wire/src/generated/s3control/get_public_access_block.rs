// Written by `cargo xtask wire` from models/. Do not edit.

//! GetPublicAccessBlock: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetPublicAccessBlock takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetPublicAccessBlockRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
}

impl GetPublicAccessBlockRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.required_header("x-amz-account-id")? })
    }
}

/// What GetPublicAccessBlock gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetPublicAccessBlockOutput {
    /// The body.
    pub public_access_block_configuration: Option<super::PublicAccessBlockConfiguration>,
}

impl GetPublicAccessBlockOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        if let Some(body) = &self.public_access_block_configuration {
            out.control_body("PublicAccessBlockConfiguration", |xml| body.write_xml(xml));
        }
        out
    }
}
