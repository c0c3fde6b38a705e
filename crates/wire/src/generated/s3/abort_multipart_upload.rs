// Written by `cargo xtask wire` from models/. Do not edit.

//! AbortMultipartUpload: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What AbortMultipartUpload takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AbortMultipartUploadRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `uploadId`.
    pub upload_id: String,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `x-amz-if-match-initiated-time`.
    pub if_match_initiated_time: Option<Timestamp>,
}

impl AbortMultipartUploadRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            upload_id: request.required_query("uploadId")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            if_match_initiated_time: request.header("x-amz-if-match-initiated-time")?,
        })
    }
}

/// What AbortMultipartUpload gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AbortMultipartUploadOutput {
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
}

impl AbortMultipartUploadOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(204);
        out.header("x-amz-request-charged", &self.request_charged);
        out.header("x-amz-version-id", &self.version_id);
        out
    }
}
