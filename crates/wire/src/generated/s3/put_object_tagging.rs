// Written by `cargo xtask wire` from models/. Do not edit.

//! PutObjectTagging: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutObjectTagging takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutObjectTaggingRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// The body.
    pub tagging: super::Tagging,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
}

impl PutObjectTaggingRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            version_id: request.query("versionId")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            request_payer: request.header("x-amz-request-payer")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "Tagging")?;
        out.tagging = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutObjectTagging gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutObjectTaggingOutput {
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
}

impl PutObjectTaggingOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-version-id", &self.version_id);
        out
    }
}
