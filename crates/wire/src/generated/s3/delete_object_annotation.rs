// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteObjectAnnotation: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteObjectAnnotation takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteObjectAnnotationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `annotationName`.
    pub annotation_name: String,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-object-if-match`.
    pub object_if_match: Option<String>,
}

impl DeleteObjectAnnotationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            annotation_name: request.required_query("annotationName")?,
            version_id: request.query("versionId")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            object_if_match: request.header("x-amz-object-if-match")?,
        })
    }
}

/// What DeleteObjectAnnotation gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteObjectAnnotationOutput {
    /// Header `x-amz-object-version-id`.
    pub object_version_id: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl DeleteObjectAnnotationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(204);
        out.header("x-amz-object-version-id", &self.object_version_id);
        out.header("x-amz-request-charged", &self.request_charged);
        out
    }
}
