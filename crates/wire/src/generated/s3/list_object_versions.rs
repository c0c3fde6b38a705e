// Written by `cargo xtask wire` from models/. Do not edit.

//! ListObjectVersions: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListObjectVersions takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListObjectVersionsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `delimiter`.
    pub delimiter: Option<String>,
    /// Query parameter `encoding-type`.
    pub encoding_type: Option<String>,
    /// Query parameter `key-marker`.
    pub key_marker: Option<String>,
    /// Query parameter `max-keys`.
    pub max_keys: Option<i32>,
    /// Query parameter `prefix`.
    pub prefix: Option<String>,
    /// Query parameter `version-id-marker`.
    pub version_id_marker: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-optional-object-attributes`.
    pub optional_object_attributes: Vec<String>,
}

impl ListObjectVersionsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            delimiter: request.query("delimiter")?,
            encoding_type: request.query("encoding-type")?,
            key_marker: request.query("key-marker")?,
            max_keys: request.query("max-keys")?,
            prefix: request.query("prefix")?,
            version_id_marker: request.query("version-id-marker")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            request_payer: request.header("x-amz-request-payer")?,
            optional_object_attributes: request.header_list("x-amz-optional-object-attributes")?,
        })
    }
}

/// Part of ListObjectVersions.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteMarkerEntry {
    /// `Owner` in the body.
    pub owner: Option<super::Owner>,
    /// `Key` in the body.
    pub key: Option<String>,
    /// `VersionId` in the body.
    pub version_id: Option<String>,
    /// `IsLatest` in the body.
    pub is_latest: Option<bool>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastModified` in the body.
    pub last_modified: Option<Timestamp>,
}

impl WriteXml for DeleteMarkerEntry {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Owner", &self.owner);
        xml.optional("Key", &self.key);
        xml.optional("VersionId", &self.version_id);
        xml.optional("IsLatest", &self.is_latest);
        xml.optional("LastModified", &self.last_modified);
    }
}

/// What ListObjectVersions gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListObjectVersionsOutput {
    /// `Name` in the body.
    pub name: Option<String>,
    /// `IsTruncated` in the body.
    pub is_truncated: Option<bool>,
    /// `KeyMarker` in the body.
    pub key_marker: Option<String>,
    /// `VersionIdMarker` in the body.
    pub version_id_marker: Option<String>,
    /// `NextKeyMarker` in the body.
    pub next_key_marker: Option<String>,
    /// `NextVersionIdMarker` in the body.
    pub next_version_id_marker: Option<String>,
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Delimiter` in the body.
    pub delimiter: Option<String>,
    /// `MaxKeys` in the body.
    pub max_keys: Option<i32>,
    /// `EncodingType` in the body.
    pub encoding_type: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
    /// `Version` in the body.
    pub versions: Vec<super::ObjectVersion>,
    /// `DeleteMarker` in the body.
    pub delete_markers: Vec<super::DeleteMarkerEntry>,
    /// `CommonPrefixes` in the body.
    pub common_prefixes: Vec<super::CommonPrefix>,
}

impl ListObjectVersionsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        self.encode_with([], |_, ()| ())
    }

    /// Writes it to a response, with a row behind those of `versions` for each item. It is one row, which `fill` changes from
    /// item to item: what it does not set stays.
    pub fn encode_with<I>(
        &self,
        rows: impl IntoIterator<Item = I>,
        fill: impl FnMut(&mut super::ObjectVersion, I),
    ) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out.xml_body("ListVersionsResult", |xml| self.write_rows(xml, rows, fill));
        out
    }
}

impl ListObjectVersionsOutput {
    fn write_rows<I>(
        &self,
        xml: &mut XmlWriter,
        rows: impl IntoIterator<Item = I>,
        fill: impl FnMut(&mut super::ObjectVersion, I),
    ) {
        xml.optional("Name", &self.name);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("KeyMarker", &self.key_marker);
        xml.optional("VersionIdMarker", &self.version_id_marker);
        xml.optional("NextKeyMarker", &self.next_key_marker);
        xml.optional("NextVersionIdMarker", &self.next_version_id_marker);
        xml.optional("Prefix", &self.prefix);
        xml.optional("Delimiter", &self.delimiter);
        xml.optional("MaxKeys", &self.max_keys);
        xml.optional("EncodingType", &self.encoding_type);
        xml.flat_list("Version", &self.versions);
        xml.rows("Version", rows, fill);
        xml.flat_list("DeleteMarker", &self.delete_markers);
        xml.flat_list("CommonPrefixes", &self.common_prefixes);
    }
}

/// Part of ListObjectVersions.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ObjectVersion {
    /// `ETag` in the body.
    pub etag: Option<String>,
    /// `ChecksumAlgorithm` in the body.
    pub checksum_algorithm: Vec<String>,
    /// `ChecksumType` in the body.
    pub checksum_type: Option<String>,
    /// `Size` in the body.
    pub size: Option<i64>,
    /// `StorageClass` in the body.
    pub storage_class: Option<String>,
    /// `Key` in the body.
    pub key: Option<String>,
    /// `VersionId` in the body.
    pub version_id: Option<String>,
    /// `IsLatest` in the body.
    pub is_latest: Option<bool>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastModified` in the body.
    pub last_modified: Option<Timestamp>,
    /// `Owner` in the body.
    pub owner: Option<super::Owner>,
    /// `RestoreStatus` in the body.
    pub restore_status: Option<super::RestoreStatus>,
}

impl WriteXml for ObjectVersion {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("ETag", &self.etag);
        xml.flat_list("ChecksumAlgorithm", &self.checksum_algorithm);
        xml.optional("ChecksumType", &self.checksum_type);
        xml.optional("Size", &self.size);
        xml.optional("StorageClass", &self.storage_class);
        xml.optional("Key", &self.key);
        xml.optional("VersionId", &self.version_id);
        xml.optional("IsLatest", &self.is_latest);
        xml.optional("LastModified", &self.last_modified);
        xml.optional("Owner", &self.owner);
        xml.optional("RestoreStatus", &self.restore_status);
    }
}
