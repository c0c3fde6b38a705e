// Written by `cargo xtask wire` from models/. Do not edit.

//! GetObjectAttributes: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetObjectAttributes takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetObjectAttributesRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Header `x-amz-max-parts`.
    pub max_parts: Option<i32>,
    /// Header `x-amz-part-number-marker`.
    pub part_number_marker: Option<i32>,
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
    /// Header `x-amz-object-attributes`.
    pub object_attributes: Vec<String>,
}

impl GetObjectAttributesRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            version_id: request.query("versionId")?,
            max_parts: request.header("x-amz-max-parts")?,
            part_number_marker: request.header("x-amz-part-number-marker")?,
            sse_customer_algorithm: request.header("x-amz-server-side-encryption-customer-algorithm")?,
            sse_customer_key: request.header("x-amz-server-side-encryption-customer-key")?,
            sse_customer_key_md5: request.header("x-amz-server-side-encryption-customer-key-md5")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            object_attributes: request.required_header_list("x-amz-object-attributes")?,
        })
    }
}

/// Part of GetObjectAttributes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Checksum {
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
    /// `ChecksumType` in the body.
    pub checksum_type: Option<String>,
}

impl WriteXml for Checksum {
    fn write_xml(&self, xml: &mut XmlWriter) {
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
        xml.optional("ChecksumType", &self.checksum_type);
    }
}

/// What GetObjectAttributes gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetObjectAttributesOutput {
    /// Header `x-amz-delete-marker`.
    pub delete_marker: Option<bool>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `last-modified`.
    pub last_modified: Option<Timestamp>,
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
    /// `ETag` in the body.
    pub etag: Option<String>,
    /// `Checksum` in the body.
    pub checksum: Option<super::Checksum>,
    /// `ObjectParts` in the body.
    pub object_parts: Option<super::GetObjectAttributesParts>,
    /// `StorageClass` in the body.
    pub storage_class: Option<String>,
    /// `ObjectSize` in the body.
    pub object_size: Option<i64>,
}

impl GetObjectAttributesOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-delete-marker", &self.delete_marker);
        out.header("last-modified", &self.last_modified);
        out.header("x-amz-version-id", &self.version_id);
        out.header("x-amz-request-charged", &self.request_charged);
        out.xml_body("GetObjectAttributesResponse", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetObjectAttributesOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("ETag", &self.etag);
        xml.optional("Checksum", &self.checksum);
        xml.optional("ObjectParts", &self.object_parts);
        xml.optional("StorageClass", &self.storage_class);
        xml.optional("ObjectSize", &self.object_size);
    }
}

/// Part of GetObjectAttributes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetObjectAttributesParts {
    /// `PartsCount` in the body.
    pub total_parts_count: Option<i32>,
    /// `PartNumberMarker` in the body.
    pub part_number_marker: Option<i32>,
    /// `NextPartNumberMarker` in the body.
    pub next_part_number_marker: Option<i32>,
    /// `MaxParts` in the body.
    pub max_parts: Option<i32>,
    /// `IsTruncated` in the body.
    pub is_truncated: Option<bool>,
    /// `Part` in the body.
    pub parts: Vec<super::ObjectPart>,
}

impl WriteXml for GetObjectAttributesParts {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PartsCount", &self.total_parts_count);
        xml.optional("PartNumberMarker", &self.part_number_marker);
        xml.optional("NextPartNumberMarker", &self.next_part_number_marker);
        xml.optional("MaxParts", &self.max_parts);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.flat_list("Part", &self.parts);
    }
}

/// Part of GetObjectAttributes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ObjectPart {
    /// `PartNumber` in the body.
    pub part_number: Option<i32>,
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

impl WriteXml for ObjectPart {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PartNumber", &self.part_number);
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
