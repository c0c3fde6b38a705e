// Written by `cargo xtask wire` from models/. Do not edit.

//! PutObjectLockConfiguration: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutObjectLockConfiguration takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutObjectLockConfigurationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// The body.
    pub object_lock_configuration: Option<super::ObjectLockConfiguration>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-bucket-object-lock-token`.
    pub token: Option<String>,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutObjectLockConfigurationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            request_payer: request.header("x-amz-request-payer")?,
            token: request.header("x-amz-bucket-object-lock-token")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        if let Some(mut xml) = request.xml_body()? {
            out.object_lock_configuration = Some(xml.read()?);
            xml.finish()?;
        }
        Ok(out)
    }
}

/// What PutObjectLockConfiguration gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutObjectLockConfigurationOutput {
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl PutObjectLockConfigurationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out
    }
}
