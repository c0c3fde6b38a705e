// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteObject: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteObject takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteObjectRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Header `x-amz-mfa`.
    pub mfa: Option<String>,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-bypass-governance-retention`.
    pub bypass_governance_retention: Option<bool>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `if-match`.
    pub if_match: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `x-amz-if-match-last-modified-time`.
    pub if_match_last_modified_time: Option<Timestamp>,
    /// Header `x-amz-if-match-size`.
    pub if_match_size: Option<i64>,
}

impl DeleteObjectRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            mfa: request.header("x-amz-mfa")?,
            version_id: request.query("versionId")?,
            request_payer: request.header("x-amz-request-payer")?,
            bypass_governance_retention: request.header("x-amz-bypass-governance-retention")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            if_match: request.header("if-match")?,
            if_match_last_modified_time: request.header("x-amz-if-match-last-modified-time")?,
            if_match_size: request.header("x-amz-if-match-size")?,
        })
    }
}

/// What DeleteObject gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteObjectOutput {
    /// Header `x-amz-delete-marker`.
    pub delete_marker: Option<bool>,
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl DeleteObjectOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(204);
        out.header("x-amz-delete-marker", &self.delete_marker);
        out.header("x-amz-version-id", &self.version_id);
        out.header("x-amz-request-charged", &self.request_charged);
        out
    }
}
