// Written by `cargo xtask wire` from models/. Do not edit.

//! PutObjectRetention: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutObjectRetention takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutObjectRetentionRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// The body.
    pub retention: Option<super::ObjectLockRetention>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Header `x-amz-bypass-governance-retention`.
    pub bypass_governance_retention: Option<bool>,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutObjectRetentionRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            request_payer: request.header("x-amz-request-payer")?,
            version_id: request.query("versionId")?,
            bypass_governance_retention: request.header("x-amz-bypass-governance-retention")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        if let Some(mut xml) = request.xml_body()? {
            out.retention = Some(xml.read()?);
            xml.finish()?;
        }
        Ok(out)
    }
}

/// What PutObjectRetention gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutObjectRetentionOutput {
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl PutObjectRetentionOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out
    }
}
