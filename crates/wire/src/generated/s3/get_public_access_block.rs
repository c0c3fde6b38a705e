// Written by `cargo xtask wire` from models/. Do not edit.

//! GetPublicAccessBlock: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetPublicAccessBlock takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetPublicAccessBlockRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetPublicAccessBlockRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
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
            out.xml_body("PublicAccessBlockConfiguration", |xml| body.write_xml(xml));
        }
        out
    }
}
