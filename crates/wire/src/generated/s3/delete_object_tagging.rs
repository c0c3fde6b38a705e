// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteObjectTagging: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteObjectTagging takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteObjectTaggingRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl DeleteObjectTaggingRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            version_id: request.query("versionId")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What DeleteObjectTagging gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteObjectTaggingOutput {
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
}

impl DeleteObjectTaggingOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(204);
        out.header("x-amz-version-id", &self.version_id);
        out
    }
}
