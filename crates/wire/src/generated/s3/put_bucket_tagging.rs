// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketTagging: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketTagging takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketTaggingRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// The body.
    pub tagging: super::Tagging,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutBucketTaggingRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "Tagging")?;
        out.tagging = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutBucketTagging gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketTaggingOutput {}

impl PutBucketTaggingOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
