// Written by `cargo xtask wire` from models/. Do not edit.

//! DeletePublicAccessBlock: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeletePublicAccessBlock takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeletePublicAccessBlockRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
}

impl DeletePublicAccessBlockRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.required_header("x-amz-account-id")? })
    }
}

/// What DeletePublicAccessBlock gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeletePublicAccessBlockOutput {}

impl DeletePublicAccessBlockOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
