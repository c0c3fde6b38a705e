// Written by `cargo xtask wire` from models/. Do not edit.

//! GetObject: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetObject takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetObjectRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `if-match`.
    pub if_match: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `if-modified-since`.
    pub if_modified_since: Option<Timestamp>,
    /// Header `if-none-match`.
    pub if_none_match: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `if-unmodified-since`.
    pub if_unmodified_since: Option<Timestamp>,
    /// Label `Key` of the path.
    pub key: String,
    /// Header `range`.
    pub range: Option<String>,
    /// Query parameter `response-cache-control`.
    pub response_cache_control: Option<String>,
    /// Query parameter `response-content-disposition`.
    pub response_content_disposition: Option<String>,
    /// Query parameter `response-content-encoding`.
    pub response_content_encoding: Option<String>,
    /// Query parameter `response-content-language`.
    pub response_content_language: Option<String>,
    /// Query parameter `response-content-type`.
    pub response_content_type: Option<String>,
    /// Query parameter `response-expires`.
    pub response_expires: Option<String>,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-algorithm`.
    pub sse_customer_algorithm: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key`.
    pub sse_customer_key: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key-md5`.
    pub sse_customer_key_md5: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Query parameter `partNumber`.
    pub part_number: Option<i32>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-checksum-mode`.
    pub checksum_mode: Option<String>,
}

impl GetObjectRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            if_match: request.header("if-match")?,
            if_modified_since: request.lenient_header("if-modified-since"),
            if_none_match: request.header("if-none-match")?,
            if_unmodified_since: request.lenient_header("if-unmodified-since"),
            key: request.label("Key")?,
            range: request.header("range")?,
            response_cache_control: request.query("response-cache-control")?,
            response_content_disposition: request.query("response-content-disposition")?,
            response_content_encoding: request.query("response-content-encoding")?,
            response_content_language: request.query("response-content-language")?,
            response_content_type: request.query("response-content-type")?,
            response_expires: request.query("response-expires")?,
            version_id: request.query("versionId")?,
            sse_customer_algorithm: request.header("x-amz-server-side-encryption-customer-algorithm")?,
            sse_customer_key: request.header("x-amz-server-side-encryption-customer-key")?,
            sse_customer_key_md5: request.header("x-amz-server-side-encryption-customer-key-md5")?,
            request_payer: request.header("x-amz-request-payer")?,
            part_number: request.query("partNumber")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            checksum_mode: request.header("x-amz-checksum-mode")?,
        })
    }
}

/// What GetObject gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetObjectOutput {
    /// Header `x-amz-delete-marker`.
    pub delete_marker: Option<bool>,
    /// Header `accept-ranges`.
    pub accept_ranges: Option<String>,
    /// Header `x-amz-expiration`.
    pub expiration: Option<String>,
    /// Header `x-amz-restore`.
    pub restore: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `last-modified`.
    pub last_modified: Option<Timestamp>,
    /// Header `content-length`.
    pub content_length: Option<i64>,
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
    /// Header `x-amz-missing-meta`.
    pub missing_meta: Option<i32>,
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
    /// Header `cache-control`.
    pub cache_control: Option<String>,
    /// Header `content-disposition`.
    pub content_disposition: Option<String>,
    /// Header `content-encoding`.
    pub content_encoding: Option<String>,
    /// Header `content-language`.
    pub content_language: Option<String>,
    /// Header `content-range`.
    pub content_range: Option<String>,
    /// Header `content-type`.
    pub content_type: Option<String>,
    /// Header `expires`.
    pub expires: Option<String>,
    /// Header `x-amz-website-redirect-location`.
    pub website_redirect_location: Option<String>,
    /// Header `x-amz-server-side-encryption`.
    pub server_side_encryption: Option<String>,
    /// Headers `x-amz-meta-*`, by the rest of their names, in lower case.
    pub metadata: BTreeMap<String, String>,
    /// Header `x-amz-server-side-encryption-customer-algorithm`.
    pub sse_customer_algorithm: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key-md5`.
    pub sse_customer_key_md5: Option<String>,
    /// Header `x-amz-server-side-encryption-aws-kms-key-id`.
    pub sse_kms_key_id: Option<String>,
    /// Header `x-amz-server-side-encryption-bucket-key-enabled`.
    pub bucket_key_enabled: Option<bool>,
    /// Header `x-amz-storage-class`.
    pub storage_class: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
    /// Header `x-amz-replication-status`.
    pub replication_status: Option<String>,
    /// Header `x-amz-mp-parts-count`.
    pub parts_count: Option<i32>,
    /// Header `x-amz-tagging-count`.
    pub tag_count: Option<i32>,
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
}

impl GetObjectOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-delete-marker", &self.delete_marker);
        out.header("accept-ranges", &self.accept_ranges);
        out.header("x-amz-expiration", &self.expiration);
        out.header("x-amz-restore", &self.restore);
        out.header("last-modified", &self.last_modified);
        out.header("content-length", &self.content_length);
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
        out.header("x-amz-missing-meta", &self.missing_meta);
        out.header("x-amz-version-id", &self.version_id);
        out.header("cache-control", &self.cache_control);
        out.header("content-disposition", &self.content_disposition);
        out.header("content-encoding", &self.content_encoding);
        out.header("content-language", &self.content_language);
        out.header("content-range", &self.content_range);
        out.header("content-type", &self.content_type);
        out.header("expires", &self.expires);
        out.header("x-amz-website-redirect-location", &self.website_redirect_location);
        out.header("x-amz-server-side-encryption", &self.server_side_encryption);
        out.prefixed_headers("x-amz-meta-", &self.metadata);
        out.header("x-amz-server-side-encryption-customer-algorithm", &self.sse_customer_algorithm);
        out.header("x-amz-server-side-encryption-customer-key-md5", &self.sse_customer_key_md5);
        out.header("x-amz-server-side-encryption-aws-kms-key-id", &self.sse_kms_key_id);
        out.header("x-amz-server-side-encryption-bucket-key-enabled", &self.bucket_key_enabled);
        out.header("x-amz-storage-class", &self.storage_class);
        out.header("x-amz-request-charged", &self.request_charged);
        out.header("x-amz-replication-status", &self.replication_status);
        out.header("x-amz-mp-parts-count", &self.parts_count);
        out.header("x-amz-tagging-count", &self.tag_count);
        out.header("x-amz-object-lock-mode", &self.object_lock_mode);
        out.iso_header("x-amz-object-lock-retain-until-date", &self.object_lock_retain_until_date);
        out.header("x-amz-object-lock-legal-hold", &self.object_lock_legal_hold_status);
        out.header("x-amz-object-lock-event-hold", &self.object_lock_event_hold);
        out.header("x-amz-object-lock-event-hold-duration-days", &self.object_lock_event_hold_duration_days);
        out.header("x-amz-object-lock-event-hold-duration-years", &self.object_lock_event_hold_duration_years);
        out
    }
}
