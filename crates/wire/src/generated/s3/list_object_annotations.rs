// Written by `cargo xtask wire` from models/. Do not edit.

//! ListObjectAnnotations: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListObjectAnnotations takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListObjectAnnotationsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Query parameter `max-annotation-results`.
    pub max_annotation_results: Option<i32>,
    /// Query parameter `annotation-prefix`.
    pub annotation_prefix: Option<String>,
    /// Query parameter `continuation-token`.
    pub continuation_token: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl ListObjectAnnotationsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            version_id: request.query("versionId")?,
            max_annotation_results: request.query("max-annotation-results")?,
            annotation_prefix: request.query("annotation-prefix")?,
            continuation_token: request.query("continuation-token")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// Part of ListObjectAnnotations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AnnotationEntry {
    /// `AnnotationName` in the body.
    pub annotation_name: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastModified` in the body.
    pub last_modified: Option<Timestamp>,
    /// `ETag` in the body.
    pub etag: Option<String>,
    /// `ChecksumAlgorithm` in the body.
    pub checksum_algorithm: Vec<String>,
    /// `Size` in the body.
    pub size: i64,
    /// `ReplicationStatus` in the body.
    pub replication_status: Option<String>,
}

impl WriteXml for AnnotationEntry {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("AnnotationName", &self.annotation_name);
        xml.optional("LastModified", &self.last_modified);
        xml.optional("ETag", &self.etag);
        xml.flat_list("ChecksumAlgorithm", &self.checksum_algorithm);
        xml.element("Size", &self.size);
        xml.optional("ReplicationStatus", &self.replication_status);
    }
}

/// What ListObjectAnnotations gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListObjectAnnotationsOutput {
    /// `Annotations` in the body.
    pub annotations: Vec<super::AnnotationEntry>,
    /// `Bucket` in the body.
    pub bucket: Option<String>,
    /// `Key` in the body.
    pub key: Option<String>,
    /// Header `x-amz-object-version-id`.
    pub object_version_id: Option<String>,
    /// `AnnotationPrefix` in the body.
    pub annotation_prefix: Option<String>,
    /// `MaxAnnotationResults` in the body.
    pub max_annotation_results: Option<i32>,
    /// `AnnotationCount` in the body.
    pub annotation_count: Option<i32>,
    /// `ContinuationToken` in the body.
    pub continuation_token: Option<String>,
    /// `NextContinuationToken` in the body.
    pub next_continuation_token: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl ListObjectAnnotationsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-object-version-id", &self.object_version_id);
        out.header("x-amz-request-charged", &self.request_charged);
        out.xml_body("ListObjectAnnotationsResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for ListObjectAnnotationsOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("Annotations", "AnnotationEntry", &self.annotations);
        xml.optional("Bucket", &self.bucket);
        xml.optional("Key", &self.key);
        xml.optional("AnnotationPrefix", &self.annotation_prefix);
        xml.optional("MaxAnnotationResults", &self.max_annotation_results);
        xml.optional("AnnotationCount", &self.annotation_count);
        xml.optional("ContinuationToken", &self.continuation_token);
        xml.optional("NextContinuationToken", &self.next_continuation_token);
    }
}
