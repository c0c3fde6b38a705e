// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateMultipartUpload: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateMultipartUpload takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateMultipartUploadRequest {
    /// Header `x-amz-acl`.
    pub acl: Option<String>,
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `cache-control`.
    pub cache_control: Option<String>,
    /// Header `content-disposition`.
    pub content_disposition: Option<String>,
    /// Header `content-encoding`.
    pub content_encoding: Option<String>,
    /// Header `content-language`.
    pub content_language: Option<String>,
    /// Header `content-type`.
    pub content_type: Option<String>,
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
    /// Label `Key` of the path.
    pub key: String,
    /// Headers `x-amz-meta-*`, by the rest of their names, in lower case.
    pub metadata: BTreeMap<String, String>,
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
    /// Header `x-amz-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-checksum-type`.
    pub checksum_type: Option<String>,
}

impl CreateMultipartUploadRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            acl: request.header("x-amz-acl")?,
            bucket: request.label("Bucket")?,
            cache_control: request.header("cache-control")?,
            content_disposition: request.header("content-disposition")?,
            content_encoding: request.header("content-encoding")?,
            content_language: request.header("content-language")?,
            content_type: request.header("content-type")?,
            expires: request.header("expires")?,
            grant_full_control: request.header("x-amz-grant-full-control")?,
            grant_read: request.header("x-amz-grant-read")?,
            grant_read_acp: request.header("x-amz-grant-read-acp")?,
            grant_write_acp: request.header("x-amz-grant-write-acp")?,
            key: request.label("Key")?,
            metadata: request.prefixed_headers("x-amz-meta-"),
            server_side_encryption: request.header("x-amz-server-side-encryption")?,
            storage_class: request.header("x-amz-storage-class")?,
            website_redirect_location: request.header("x-amz-website-redirect-location")?,
            sse_customer_algorithm: request.header("x-amz-server-side-encryption-customer-algorithm")?,
            sse_customer_key: request.header("x-amz-server-side-encryption-customer-key")?,
            sse_customer_key_md5: request.header("x-amz-server-side-encryption-customer-key-md5")?,
            sse_kms_key_id: request.header("x-amz-server-side-encryption-aws-kms-key-id")?,
            sse_kms_encryption_context: request.header("x-amz-server-side-encryption-context")?,
            bucket_key_enabled: request.header("x-amz-server-side-encryption-bucket-key-enabled")?,
            request_payer: request.header("x-amz-request-payer")?,
            tagging: request.header("x-amz-tagging")?,
            object_lock_mode: request.header("x-amz-object-lock-mode")?,
            object_lock_retain_until_date: request.header("x-amz-object-lock-retain-until-date")?,
            object_lock_legal_hold_status: request.header("x-amz-object-lock-legal-hold")?,
            object_lock_event_hold: request.header("x-amz-object-lock-event-hold")?,
            object_lock_event_hold_duration_days: request.header("x-amz-object-lock-event-hold-duration-days")?,
            object_lock_event_hold_duration_years: request.header("x-amz-object-lock-event-hold-duration-years")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            checksum_algorithm: request.header("x-amz-checksum-algorithm")?,
            checksum_type: request.header("x-amz-checksum-type")?,
        })
    }
}

/// What CreateMultipartUpload gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateMultipartUploadOutput {
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `x-amz-abort-date`.
    pub abort_date: Option<Timestamp>,
    /// Header `x-amz-abort-rule-id`.
    pub abort_rule_id: Option<String>,
    /// `Bucket` in the body.
    pub bucket: Option<String>,
    /// `Key` in the body.
    pub key: Option<String>,
    /// `UploadId` in the body.
    pub upload_id: Option<String>,
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
    /// Header `x-amz-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-checksum-type`.
    pub checksum_type: Option<String>,
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
}

impl CreateMultipartUploadOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-abort-date", &self.abort_date);
        out.header("x-amz-abort-rule-id", &self.abort_rule_id);
        out.header("x-amz-server-side-encryption", &self.server_side_encryption);
        out.header("x-amz-server-side-encryption-customer-algorithm", &self.sse_customer_algorithm);
        out.header("x-amz-server-side-encryption-customer-key-md5", &self.sse_customer_key_md5);
        out.header("x-amz-server-side-encryption-aws-kms-key-id", &self.sse_kms_key_id);
        out.header("x-amz-server-side-encryption-context", &self.sse_kms_encryption_context);
        out.header("x-amz-server-side-encryption-bucket-key-enabled", &self.bucket_key_enabled);
        out.header("x-amz-request-charged", &self.request_charged);
        out.header("x-amz-checksum-algorithm", &self.checksum_algorithm);
        out.header("x-amz-checksum-type", &self.checksum_type);
        out.header("x-amz-version-id", &self.version_id);
        out.xml_body("InitiateMultipartUploadResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for CreateMultipartUploadOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Bucket", &self.bucket);
        xml.optional("Key", &self.key);
        xml.optional("UploadId", &self.upload_id);
    }
}
