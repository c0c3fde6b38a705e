// Written by `cargo xtask wire` from models/. Do not edit.

//! PutObjectAnnotation: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutObjectAnnotation takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutObjectAnnotationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Query parameter `annotationName`.
    pub annotation_name: String,
    /// Header `x-amz-object-if-match`.
    pub object_if_match: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-checksum-crc32`.
    pub checksum_crc32: Option<String>,
    /// Header `x-amz-checksum-crc32c`.
    pub checksum_crc32c: Option<String>,
    /// Header `x-amz-checksum-crc64nvme`.
    pub checksum_crc64nvme: Option<String>,
    /// Header `x-amz-checksum-sha1`.
    pub checksum_sha1: Option<String>,
    /// Header `x-amz-checksum-sha256`.
    pub checksum_sha256: Option<String>,
    /// Header `x-amz-checksum-sha512`.
    pub checksum_sha512: Option<String>,
    /// Header `x-amz-checksum-md5`.
    pub checksum_md5: Option<String>,
    /// Header `x-amz-checksum-xxhash64`.
    pub checksum_xxhash64: Option<String>,
    /// Header `x-amz-checksum-xxhash3`.
    pub checksum_xxhash3: Option<String>,
    /// Header `x-amz-checksum-xxhash128`.
    pub checksum_xxhash128: Option<String>,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutObjectAnnotationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            version_id: request.query("versionId")?,
            annotation_name: request.required_query("annotationName")?,
            object_if_match: request.header("x-amz-object-if-match")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            checksum_crc32: request.header("x-amz-checksum-crc32")?,
            checksum_crc32c: request.header("x-amz-checksum-crc32c")?,
            checksum_crc64nvme: request.header("x-amz-checksum-crc64nvme")?,
            checksum_sha1: request.header("x-amz-checksum-sha1")?,
            checksum_sha256: request.header("x-amz-checksum-sha256")?,
            checksum_sha512: request.header("x-amz-checksum-sha512")?,
            checksum_md5: request.header("x-amz-checksum-md5")?,
            checksum_xxhash64: request.header("x-amz-checksum-xxhash64")?,
            checksum_xxhash3: request.header("x-amz-checksum-xxhash3")?,
            checksum_xxhash128: request.header("x-amz-checksum-xxhash128")?,
            content_md5: request.header("content-md5")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What PutObjectAnnotation gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutObjectAnnotationOutput {
    /// `Key` in the body.
    pub key: Option<String>,
    /// `AnnotationName` in the body.
    pub annotation_name: Option<String>,
    /// Header `x-amz-object-version-id`.
    pub object_version_id: Option<String>,
    /// Header `etag`.
    pub etag: Option<String>,
    /// Header `x-amz-checksum-crc32`.
    pub checksum_crc32: Option<String>,
    /// Header `x-amz-checksum-crc32c`.
    pub checksum_crc32c: Option<String>,
    /// Header `x-amz-checksum-crc64nvme`.
    pub checksum_crc64nvme: Option<String>,
    /// Header `x-amz-checksum-sha1`.
    pub checksum_sha1: Option<String>,
    /// Header `x-amz-checksum-sha256`.
    pub checksum_sha256: Option<String>,
    /// Header `x-amz-checksum-sha512`.
    pub checksum_sha512: Option<String>,
    /// Header `x-amz-checksum-md5`.
    pub checksum_md5: Option<String>,
    /// Header `x-amz-checksum-xxhash64`.
    pub checksum_xxhash64: Option<String>,
    /// Header `x-amz-checksum-xxhash3`.
    pub checksum_xxhash3: Option<String>,
    /// Header `x-amz-checksum-xxhash128`.
    pub checksum_xxhash128: Option<String>,
    /// Header `x-amz-checksum-type`.
    pub checksum_type: Option<String>,
    /// Header `x-amz-server-side-encryption`.
    pub server_side_encryption: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl PutObjectAnnotationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-object-version-id", &self.object_version_id);
        out.header("etag", &self.etag);
        out.header("x-amz-checksum-crc32", &self.checksum_crc32);
        out.header("x-amz-checksum-crc32c", &self.checksum_crc32c);
        out.header("x-amz-checksum-crc64nvme", &self.checksum_crc64nvme);
        out.header("x-amz-checksum-sha1", &self.checksum_sha1);
        out.header("x-amz-checksum-sha256", &self.checksum_sha256);
        out.header("x-amz-checksum-sha512", &self.checksum_sha512);
        out.header("x-amz-checksum-md5", &self.checksum_md5);
        out.header("x-amz-checksum-xxhash64", &self.checksum_xxhash64);
        out.header("x-amz-checksum-xxhash3", &self.checksum_xxhash3);
        out.header("x-amz-checksum-xxhash128", &self.checksum_xxhash128);
        out.header("x-amz-checksum-type", &self.checksum_type);
        out.header("x-amz-server-side-encryption", &self.server_side_encryption);
        out.header("x-amz-request-charged", &self.request_charged);
        out.xml_body("PutObjectAnnotationResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for PutObjectAnnotationOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Key", &self.key);
        xml.optional("AnnotationName", &self.annotation_name);
    }
}
