// Written by `cargo xtask wire` from models/. Do not edit.

//! UploadPart: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UploadPart takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UploadPartRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `content-length`.
    pub content_length: Option<i64>,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
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
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl UploadPartRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            content_length: request.header("content-length")?,
            content_md5: request.header("content-md5")?,
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
            key: request.label("Key")?,
            part_number: request.required_query("partNumber")?,
            upload_id: request.required_query("uploadId")?,
            sse_customer_algorithm: request.header("x-amz-server-side-encryption-customer-algorithm")?,
            sse_customer_key: request.header("x-amz-server-side-encryption-customer-key")?,
            sse_customer_key_md5: request.header("x-amz-server-side-encryption-customer-key-md5")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What UploadPart gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UploadPartOutput {
    /// Header `x-amz-server-side-encryption`.
    pub server_side_encryption: Option<String>,
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

impl UploadPartOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-server-side-encryption", &self.server_side_encryption);
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
        out.header("x-amz-server-side-encryption-customer-algorithm", &self.sse_customer_algorithm);
        out.header("x-amz-server-side-encryption-customer-key-md5", &self.sse_customer_key_md5);
        out.header("x-amz-server-side-encryption-aws-kms-key-id", &self.sse_kms_key_id);
        out.header("x-amz-server-side-encryption-bucket-key-enabled", &self.bucket_key_enabled);
        out.header("x-amz-request-charged", &self.request_charged);
        out.header("x-amz-version-id", &self.version_id);
        out
    }
}
