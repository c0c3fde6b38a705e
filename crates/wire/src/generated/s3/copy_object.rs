// Written by `cargo xtask wire` from models/. Do not edit.

//! CopyObject: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CopyObject takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CopyObjectRequest {
    /// Header `x-amz-acl`.
    pub acl: Option<String>,
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `cache-control`.
    pub cache_control: Option<String>,
    /// Header `x-amz-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `content-disposition`.
    pub content_disposition: Option<String>,
    /// Header `content-encoding`.
    pub content_encoding: Option<String>,
    /// Header `content-language`.
    pub content_language: Option<String>,
    /// Header `content-type`.
    pub content_type: Option<String>,
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
    /// Header `expires`.
    pub expires: Option<String>,
    /// Header `x-amz-grant-full-control`.
    pub grant_full_control: Option<String>,
    /// Header `x-amz-grant-read`.
    pub grant_read: Option<String>,
    /// Header `x-amz-grant-read-acp`.
    pub grant_read_acp: Option<String>,
    /// Header `x-amz-grant-write-acp`.
    pub grant_write_acp: Option<String>,
    /// Header `if-match`.
    pub if_match: Option<String>,
    /// Header `if-none-match`.
    pub if_none_match: Option<String>,
    /// Label `Key` of the path.
    pub key: String,
    /// Headers `x-amz-meta-*`, by the rest of their names, in lower case.
    pub metadata: BTreeMap<String, String>,
    /// Header `x-amz-metadata-directive`.
    pub metadata_directive: Option<String>,
    /// Header `x-amz-tagging-directive`.
    pub tagging_directive: Option<String>,
    /// Header `x-amz-object-annotation-directive`.
    pub annotation_directive: Option<String>,
    /// Header `x-amz-server-side-encryption`.
    pub server_side_encryption: Option<String>,
    /// Header `x-amz-storage-class`.
    pub storage_class: Option<String>,
    /// Header `x-amz-website-redirect-location`.
    pub website_redirect_location: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-algorithm`.
    pub sse_customer_algorithm: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key`.
    pub sse_customer_key: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key-md5`.
    pub sse_customer_key_md5: Option<String>,
    /// Header `x-amz-server-side-encryption-aws-kms-key-id`.
    pub sse_kms_key_id: Option<String>,
    /// Header `x-amz-server-side-encryption-context`.
    pub sse_kms_encryption_context: Option<String>,
    /// Header `x-amz-server-side-encryption-bucket-key-enabled`.
    pub bucket_key_enabled: Option<bool>,
    /// Header `x-amz-copy-source-server-side-encryption-customer-algorithm`.
    pub copy_source_sse_customer_algorithm: Option<String>,
    /// Header `x-amz-copy-source-server-side-encryption-customer-key`.
    pub copy_source_sse_customer_key: Option<String>,
    /// Header `x-amz-copy-source-server-side-encryption-customer-key-md5`.
    pub copy_source_sse_customer_key_md5: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-tagging`.
    pub tagging: Option<String>,
    /// Header `x-amz-object-lock-mode`.
    pub object_lock_mode: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `x-amz-object-lock-retain-until-date`.
    pub object_lock_retain_until_date: Option<Timestamp>,
    /// Header `x-amz-object-lock-legal-hold`.
    pub object_lock_legal_hold_status: Option<String>,
    /// Header `x-amz-object-lock-event-hold`.
    pub object_lock_event_hold: Option<String>,
    /// Header `x-amz-object-lock-event-hold-duration-days`.
    pub object_lock_event_hold_duration_days: Option<i32>,
    /// Header `x-amz-object-lock-event-hold-duration-years`.
    pub object_lock_event_hold_duration_years: Option<i32>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-source-expected-bucket-owner`.
    pub expected_source_bucket_owner: Option<String>,
}

impl CopyObjectRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            acl: request.header("x-amz-acl")?,
            bucket: request.label("Bucket")?,
            cache_control: request.header("cache-control")?,
            checksum_algorithm: request.header("x-amz-checksum-algorithm")?,
            content_disposition: request.header("content-disposition")?,
            content_encoding: request.header("content-encoding")?,
            content_language: request.header("content-language")?,
            content_type: request.header("content-type")?,
            copy_source: request.required_header("x-amz-copy-source")?,
            copy_source_if_match: request.header("x-amz-copy-source-if-match")?,
            copy_source_if_modified_since: request.header("x-amz-copy-source-if-modified-since")?,
            copy_source_if_none_match: request.header("x-amz-copy-source-if-none-match")?,
            copy_source_if_unmodified_since: request.header("x-amz-copy-source-if-unmodified-since")?,
            expires: request.header("expires")?,
            grant_full_control: request.header("x-amz-grant-full-control")?,
            grant_read: request.header("x-amz-grant-read")?,
            grant_read_acp: request.header("x-amz-grant-read-acp")?,
            grant_write_acp: request.header("x-amz-grant-write-acp")?,
            if_match: request.header("if-match")?,
            if_none_match: request.header("if-none-match")?,
            key: request.label("Key")?,
            metadata: request.prefixed_headers("x-amz-meta-"),
            metadata_directive: request.header("x-amz-metadata-directive")?,
            tagging_directive: request.header("x-amz-tagging-directive")?,
            annotation_directive: request.header("x-amz-object-annotation-directive")?,
            server_side_encryption: request.header("x-amz-server-side-encryption")?,
            storage_class: request.header("x-amz-storage-class")?,
            website_redirect_location: request.header("x-amz-website-redirect-location")?,
            sse_customer_algorithm: request.header("x-amz-server-side-encryption-customer-algorithm")?,
            sse_customer_key: request.header("x-amz-server-side-encryption-customer-key")?,
            sse_customer_key_md5: request.header("x-amz-server-side-encryption-customer-key-md5")?,
            sse_kms_key_id: request.header("x-amz-server-side-encryption-aws-kms-key-id")?,
            sse_kms_encryption_context: request.header("x-amz-server-side-encryption-context")?,
            bucket_key_enabled: request.header("x-amz-server-side-encryption-bucket-key-enabled")?,
            copy_source_sse_customer_algorithm: request
                .header("x-amz-copy-source-server-side-encryption-customer-algorithm")?,
            copy_source_sse_customer_key: request.header("x-amz-copy-source-server-side-encryption-customer-key")?,
            copy_source_sse_customer_key_md5: request
                .header("x-amz-copy-source-server-side-encryption-customer-key-md5")?,
            request_payer: request.header("x-amz-request-payer")?,
            tagging: request.header("x-amz-tagging")?,
            object_lock_mode: request.header("x-amz-object-lock-mode")?,
            object_lock_retain_until_date: request.header("x-amz-object-lock-retain-until-date")?,
            object_lock_legal_hold_status: request.header("x-amz-object-lock-legal-hold")?,
            object_lock_event_hold: request.header("x-amz-object-lock-event-hold")?,
            object_lock_event_hold_duration_days: request.header("x-amz-object-lock-event-hold-duration-days")?,
            object_lock_event_hold_duration_years: request.header("x-amz-object-lock-event-hold-duration-years")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            expected_source_bucket_owner: request.header("x-amz-source-expected-bucket-owner")?,
        })
    }
}

/// What CopyObject gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CopyObjectOutput {
    /// The body.
    pub copy_object_result: Option<super::CopyObjectResult>,
    /// Header `x-amz-expiration`.
    pub expiration: Option<String>,
    /// Header `x-amz-copy-source-version-id`.
    pub copy_source_version_id: Option<String>,
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
    /// Header `x-amz-server-side-encryption`.
    pub server_side_encryption: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-algorithm`.
    pub sse_customer_algorithm: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key-md5`.
    pub sse_customer_key_md5: Option<String>,
    /// Header `x-amz-server-side-encryption-aws-kms-key-id`.
    pub sse_kms_key_id: Option<String>,
    /// Header `x-amz-server-side-encryption-context`.
    pub sse_kms_encryption_context: Option<String>,
    /// Header `x-amz-server-side-encryption-bucket-key-enabled`.
    pub bucket_key_enabled: Option<bool>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl CopyObjectOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        if let Some(body) = &self.copy_object_result {
            out.xml_body("CopyObjectResult", |xml| body.write_xml(xml));
        }
        out.header("x-amz-expiration", &self.expiration);
        out.header("x-amz-copy-source-version-id", &self.copy_source_version_id);
        out.header("x-amz-version-id", &self.version_id);
        out.header("x-amz-server-side-encryption", &self.server_side_encryption);
        out.header("x-amz-server-side-encryption-customer-algorithm", &self.sse_customer_algorithm);
        out.header("x-amz-server-side-encryption-customer-key-md5", &self.sse_customer_key_md5);
        out.header("x-amz-server-side-encryption-aws-kms-key-id", &self.sse_kms_key_id);
        out.header("x-amz-server-side-encryption-context", &self.sse_kms_encryption_context);
        out.header("x-amz-server-side-encryption-bucket-key-enabled", &self.bucket_key_enabled);
        out.header("x-amz-request-charged", &self.request_charged);
        out
    }
}

/// Part of CopyObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CopyObjectResult {
    /// `ETag` in the body.
    pub etag: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastModified` in the body.
    pub last_modified: Option<Timestamp>,
    /// `ChecksumType` in the body.
    pub checksum_type: Option<String>,
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

impl WriteXml for CopyObjectResult {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("ETag", &self.etag);
        xml.optional("LastModified", &self.last_modified);
        xml.optional("ChecksumType", &self.checksum_type);
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
