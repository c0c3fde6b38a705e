// Written by `cargo xtask wire` from models/. Do not edit.

//! PutPublicAccessBlock: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutPublicAccessBlock takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutPublicAccessBlockRequest {
    /// The body.
    pub public_access_block_configuration: super::PublicAccessBlockConfiguration,
    /// Header `x-amz-account-id`.
    pub account_id: String,
}

impl PutPublicAccessBlockRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self { account_id: request.required_header("x-amz-account-id")?, ..Self::default() };
        let mut xml = required(request.xml_body()?, "PublicAccessBlockConfiguration")?;
        out.public_access_block_configuration = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutPublicAccessBlock gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutPublicAccessBlockOutput {}

impl PutPublicAccessBlockOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
