// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteBucketEncryption: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteBucketEncryption takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteBucketEncryptionRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl DeleteBucketEncryptionRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What DeleteBucketEncryption gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteBucketEncryptionOutput {}

impl DeleteBucketEncryptionOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
