// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteBucketIntelligentTieringConfiguration: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteBucketIntelligentTieringConfiguration takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteBucketIntelligentTieringConfigurationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `id`.
    pub id: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl DeleteBucketIntelligentTieringConfigurationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            id: request.required_query("id")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What DeleteBucketIntelligentTieringConfiguration gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteBucketIntelligentTieringConfigurationOutput {}

impl DeleteBucketIntelligentTieringConfigurationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
