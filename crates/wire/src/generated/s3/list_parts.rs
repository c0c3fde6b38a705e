// Written by `cargo xtask wire` from models/. Do not edit.

//! ListParts: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListParts takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListPartsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `max-parts`.
    pub max_parts: Option<i32>,
    /// Query parameter `part-number-marker`.
    pub part_number_marker: Option<i32>,
    /// Query parameter `uploadId`.
    pub upload_id: String,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-algorithm`.
    pub sse_customer_algorithm: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key`.
    pub sse_customer_key: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key-md5`.
    pub sse_customer_key_md5: Option<String>,
}

impl ListPartsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            max_parts: request.query("max-parts")?,
            part_number_marker: request.query("part-number-marker")?,
            upload_id: request.required_query("uploadId")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            sse_customer_algorithm: request.header("x-amz-server-side-encryption-customer-algorithm")?,
            sse_customer_key: request.header("x-amz-server-side-encryption-customer-key")?,
            sse_customer_key_md5: request.header("x-amz-server-side-encryption-customer-key-md5")?,
        })
    }
}

/// What ListParts gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListPartsOutput {
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
    /// `PartNumberMarker` in the body.
    pub part_number_marker: Option<i32>,
    /// `NextPartNumberMarker` in the body.
    pub next_part_number_marker: Option<i32>,
    /// `MaxParts` in the body.
    pub max_parts: Option<i32>,
    /// `IsTruncated` in the body.
    pub is_truncated: Option<bool>,
    /// `Initiator` in the body.
    pub initiator: Option<super::Initiator>,
    /// `Owner` in the body.
    pub owner: Option<super::Owner>,
    /// `StorageClass` in the body.
    pub storage_class: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
    /// `ChecksumAlgorithm` in the body.
    pub checksum_algorithm: Option<String>,
    /// `ChecksumType` in the body.
    pub checksum_type: Option<String>,
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
    /// `Part` in the body.
    pub parts: Vec<super::Part>,
}

impl ListPartsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        self.encode_with([], |_, ()| ())
    }

    /// Writes it to a response, with a row behind those of `parts` for each item. It is one row, which `fill` changes from
    /// item to item: what it does not set stays.
    pub fn encode_with<I>(&self, rows: impl IntoIterator<Item = I>, fill: impl FnMut(&mut super::Part, I)) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-abort-date", &self.abort_date);
        out.header("x-amz-abort-rule-id", &self.abort_rule_id);
        out.header("x-amz-request-charged", &self.request_charged);
        out.header("x-amz-version-id", &self.version_id);
        out.xml_body("ListPartsResult", |xml| self.write_rows(xml, rows, fill));
        out
    }
}

impl ListPartsOutput {
    fn write_rows<I>(
        &self,
        xml: &mut XmlWriter,
        rows: impl IntoIterator<Item = I>,
        fill: impl FnMut(&mut super::Part, I),
    ) {
        xml.optional("Bucket", &self.bucket);
        xml.optional("Key", &self.key);
        xml.optional("UploadId", &self.upload_id);
        xml.optional("PartNumberMarker", &self.part_number_marker);
        xml.optional("NextPartNumberMarker", &self.next_part_number_marker);
        xml.optional("MaxParts", &self.max_parts);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Initiator", &self.initiator);
        xml.optional("Owner", &self.owner);
        xml.optional("StorageClass", &self.storage_class);
        xml.optional("ChecksumAlgorithm", &self.checksum_algorithm);
        xml.optional("ChecksumType", &self.checksum_type);
        xml.flat_list("Part", &self.parts);
        xml.rows("Part", rows, fill);
    }
}

/// Part of ListParts.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Part {
    /// `PartNumber` in the body.
    pub part_number: Option<i32>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastModified` in the body.
    pub last_modified: Option<Timestamp>,
    /// `ETag` in the body.
    pub etag: Option<String>,
    /// `Size` in the body.
    pub size: Option<i64>,
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

impl WriteXml for Part {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PartNumber", &self.part_number);
        xml.optional("LastModified", &self.last_modified);
        xml.optional("ETag", &self.etag);
        xml.optional("Size", &self.size);
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
