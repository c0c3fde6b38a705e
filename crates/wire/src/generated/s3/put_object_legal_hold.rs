// Written by `cargo xtask wire` from models/. Do not edit.

//! PutObjectLegalHold: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutObjectLegalHold takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutObjectLegalHoldRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// The body.
    pub legal_hold: Option<super::ObjectLockLegalHold>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutObjectLegalHoldRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            request_payer: request.header("x-amz-request-payer")?,
            version_id: request.query("versionId")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        if let Some(mut xml) = request.xml_body()? {
            out.legal_hold = Some(xml.read()?);
            xml.finish()?;
        }
        Ok(out)
    }
}

/// What PutObjectLegalHold gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutObjectLegalHoldOutput {
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl PutObjectLegalHoldOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out
    }
}
