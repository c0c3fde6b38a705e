// Written by `cargo xtask wire` from models/. Do not edit.

//! UploadPartCopy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UploadPartCopy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UploadPartCopyRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-copy-source`.
    pub copy_source: String,
    /// Header `x-amz-copy-source-if-match`.
    pub copy_source_if_match: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `x-amz-copy-source-if-modified-since`.
    pub copy_source_if_modified_since: Option<Timestamp>,
    /// Header `x-amz-copy-source-if-none-match`.
    pub copy_source_if_none_match: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `x-amz-copy-source-if-unmodified-since`.
    pub copy_source_if_unmodified_since: Option<Timestamp>,
    /// Header `x-amz-copy-source-range`.
    pub copy_source_range: Option<String>,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `partNumber`.
    pub part_number: i32,
    /// Query parameter `uploadId`.
    pub upload_id: String,
    /// Header `x-amz-server-side-encryption-customer-algorithm`.
    pub sse_customer_algorithm: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key`.
    pub sse_customer_key: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key-md5`.
    pub sse_customer_key_md5: Option<String>,
    /// Header `x-amz-copy-source-server-side-encryption-customer-algorithm`.
    pub copy_source_sse_customer_algorithm: Option<String>,
    /// Header `x-amz-copy-source-server-side-encryption-customer-key`.
    pub copy_source_sse_customer_key: Option<String>,
    /// Header `x-amz-copy-source-server-side-encryption-customer-key-md5`.
    pub copy_source_sse_customer_key_md5: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-source-expected-bucket-owner`.
    pub expected_source_bucket_owner: Option<String>,
}

impl UploadPartCopyRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            copy_source: request.required_header("x-amz-copy-source")?,
            copy_source_if_match: request.header("x-amz-copy-source-if-match")?,
            copy_source_if_modified_since: request.header("x-amz-copy-source-if-modified-since")?,
            copy_source_if_none_match: request.header("x-amz-copy-source-if-none-match")?,
            copy_source_if_unmodified_since: request.header("x-amz-copy-source-if-unmodified-since")?,
            copy_source_range: request.header("x-amz-copy-source-range")?,
            key: request.label("Key")?,
            part_number: request.required_query("partNumber")?,
            upload_id: request.required_query("uploadId")?,
            sse_customer_algorithm: request.header("x-amz-server-side-encryption-customer-algorithm")?,
            sse_customer_key: request.header("x-amz-server-side-encryption-customer-key")?,
            sse_customer_key_md5: request.header("x-amz-server-side-encryption-customer-key-md5")?,
            copy_source_sse_customer_algorithm: request
                .header("x-amz-copy-source-server-side-encryption-customer-algorithm")?,
            copy_source_sse_customer_key: request.header("x-amz-copy-source-server-side-encryption-customer-key")?,
            copy_source_sse_customer_key_md5: request
                .header("x-amz-copy-source-server-side-encryption-customer-key-md5")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            expected_source_bucket_owner: request.header("x-amz-source-expected-bucket-owner")?,
        })
    }
}

/// Part of UploadPartCopy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CopyPartResult {
    /// `ETag` in the body.
    pub etag: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastModified` in the body.
    pub last_modified: Option<Timestamp>,
    /// `ChecksumCRC32` in the body.
    pub checksum_crc32: Option<String>,
    /// `ChecksumCRC32C` in the body.
    pub checksum_crc32c: Option<String>,
    /// `ChecksumCRC64NVME` in the body.
    pub checksum_crc64nvme: Option<String>,
    /// `ChecksumSHA1` in the body.
    pub checksum_sha1: Option<String>,
    /// `ChecksumSHA256` in the body.
    pub checksum_sha256: Option<String>,
    /// `ChecksumSHA512` in the body.
    pub checksum_sha512: Option<String>,
    /// `ChecksumMD5` in the body.
    pub checksum_md5: Option<String>,
    /// `ChecksumXXHASH64` in the body.
    pub checksum_xxhash64: Option<String>,
    /// `ChecksumXXHASH3` in the body.
    pub checksum_xxhash3: Option<String>,
    /// `ChecksumXXHASH128` in the body.
    pub checksum_xxhash128: Option<String>,
}

impl WriteXml for CopyPartResult {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("ETag", &self.etag);
        xml.optional("LastModified", &self.last_modified);
        xml.optional("ChecksumCRC32", &self.checksum_crc32);
        xml.optional("ChecksumCRC32C", &self.checksum_crc32c);
        xml.optional("ChecksumCRC64NVME", &self.checksum_crc64nvme);
        xml.optional("ChecksumSHA1", &self.checksum_sha1);
        xml.optional("ChecksumSHA256", &self.checksum_sha256);
        xml.optional("ChecksumSHA512", &self.checksum_sha512);
        xml.optional("ChecksumMD5", &self.checksum_md5);
        xml.optional("ChecksumXXHASH64", &self.checksum_xxhash64);
        xml.optional("ChecksumXXHASH3", &self.checksum_xxhash3);
        xml.optional("ChecksumXXHASH128", &self.checksum_xxhash128);
    }
}

/// What UploadPartCopy gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UploadPartCopyOutput {
    /// Header `x-amz-copy-source-version-id`.
    pub copy_source_version_id: Option<String>,
    /// The body.
    pub copy_part_result: Option<super::CopyPartResult>,
    /// Header `x-amz-server-side-encryption`.
    pub server_side_encryption: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-algorithm`.
    pub sse_customer_algorithm: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key-md5`.
    pub sse_customer_key_md5: Option<String>,
    /// Header `x-amz-server-side-encryption-aws-kms-key-id`.
    pub sse_kms_key_id: Option<String>,
    /// Header `x-amz-server-side-encryption-bucket-key-enabled`.
    pub bucket_key_enabled: Option<bool>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
}

impl UploadPartCopyOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-copy-source-version-id", &self.copy_source_version_id);
        if let Some(body) = &self.copy_part_result {
            out.xml_body("CopyPartResult", |xml| body.write_xml(xml));
        }
        out.header("x-amz-server-side-encryption", &self.server_side_encryption);
        out.header("x-amz-server-side-encryption-customer-algorithm", &self.sse_customer_algorithm);
        out.header("x-amz-server-side-encryption-customer-key-md5", &self.sse_customer_key_md5);
        out.header("x-amz-server-side-encryption-aws-kms-key-id", &self.sse_kms_key_id);
        out.header("x-amz-server-side-encryption-bucket-key-enabled", &self.bucket_key_enabled);
        out.header("x-amz-request-charged", &self.request_charged);
        out.header("x-amz-version-id", &self.version_id);
        out
    }
}
