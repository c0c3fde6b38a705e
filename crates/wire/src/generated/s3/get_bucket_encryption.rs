// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketEncryption: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketEncryption takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketEncryptionRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketEncryptionRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketEncryption gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketEncryptionOutput {
    /// The body.
    pub server_side_encryption_configuration: Option<super::ServerSideEncryptionConfiguration>,
}

impl GetBucketEncryptionOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        if let Some(body) = &self.server_side_encryption_configuration {
            out.xml_body("ServerSideEncryptionConfiguration", |xml| body.write_xml(xml));
        }
        out
    }
}
