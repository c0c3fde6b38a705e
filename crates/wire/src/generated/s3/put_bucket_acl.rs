// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketAcl: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketAcl takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketAclRequest {
    /// Header `x-amz-acl`.
    pub acl: Option<String>,
    /// The body.
    pub access_control_policy: Option<super::AccessControlPolicy>,
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-grant-full-control`.
    pub grant_full_control: Option<String>,
    /// Header `x-amz-grant-read`.
    pub grant_read: Option<String>,
    /// Header `x-amz-grant-read-acp`.
    pub grant_read_acp: Option<String>,
    /// Header `x-amz-grant-write`.
    pub grant_write: Option<String>,
    /// Header `x-amz-grant-write-acp`.
    pub grant_write_acp: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutBucketAclRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            acl: request.header("x-amz-acl")?,
            bucket: request.label("Bucket")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            grant_full_control: request.header("x-amz-grant-full-control")?,
            grant_read: request.header("x-amz-grant-read")?,
            grant_read_acp: request.header("x-amz-grant-read-acp")?,
            grant_write: request.header("x-amz-grant-write")?,
            grant_write_acp: request.header("x-amz-grant-write-acp")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        if let Some(mut xml) = request.xml_body()? {
            out.access_control_policy = Some(xml.read()?);
            xml.finish()?;
        }
        Ok(out)
    }
}

/// What PutBucketAcl gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketAclOutput {}

impl PutBucketAclOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
