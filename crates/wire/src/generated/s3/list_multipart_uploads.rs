// Written by `cargo xtask wire` from models/. Do not edit.

//! ListMultipartUploads: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListMultipartUploads takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListMultipartUploadsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `delimiter`.
    pub delimiter: Option<String>,
    /// Query parameter `encoding-type`.
    pub encoding_type: Option<String>,
    /// Query parameter `key-marker`.
    pub key_marker: Option<String>,
    /// Query parameter `max-uploads`.
    pub max_uploads: Option<i32>,
    /// Query parameter `prefix`.
    pub prefix: Option<String>,
    /// Query parameter `upload-id-marker`.
    pub upload_id_marker: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
}

impl ListMultipartUploadsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            delimiter: request.query("delimiter")?,
            encoding_type: request.query("encoding-type")?,
            key_marker: request.query("key-marker")?,
            max_uploads: request.query("max-uploads")?,
            prefix: request.query("prefix")?,
            upload_id_marker: request.query("upload-id-marker")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            request_payer: request.header("x-amz-request-payer")?,
        })
    }
}

/// What ListMultipartUploads gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListMultipartUploadsOutput {
    /// `Bucket` in the body.
    pub bucket: Option<String>,
    /// `KeyMarker` in the body.
    pub key_marker: Option<String>,
    /// `UploadIdMarker` in the body.
    pub upload_id_marker: Option<String>,
    /// `NextKeyMarker` in the body.
    pub next_key_marker: Option<String>,
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Delimiter` in the body.
    pub delimiter: Option<String>,
    /// `NextUploadIdMarker` in the body.
    pub next_upload_id_marker: Option<String>,
    /// `MaxUploads` in the body.
    pub max_uploads: Option<i32>,
    /// `IsTruncated` in the body.
    pub is_truncated: Option<bool>,
    /// `EncodingType` in the body.
    pub encoding_type: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
    /// `Upload` in the body.
    pub uploads: Vec<super::MultipartUpload>,
    /// `CommonPrefixes` in the body.
    pub common_prefixes: Vec<super::CommonPrefix>,
}

impl ListMultipartUploadsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        self.encode_with([], |_, ()| ())
    }

    /// Writes it to a response, with a row behind those of `uploads` for each item. It is one row, which `fill` changes from
    /// item to item: what it does not set stays.
    pub fn encode_with<I>(
        &self,
        rows: impl IntoIterator<Item = I>,
        fill: impl FnMut(&mut super::MultipartUpload, I),
    ) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out.xml_body("ListMultipartUploadsResult", |xml| self.write_rows(xml, rows, fill));
        out
    }
}

impl ListMultipartUploadsOutput {
    fn write_rows<I>(
        &self,
        xml: &mut XmlWriter,
        rows: impl IntoIterator<Item = I>,
        fill: impl FnMut(&mut super::MultipartUpload, I),
    ) {
        xml.optional("Bucket", &self.bucket);
        xml.optional("KeyMarker", &self.key_marker);
        xml.optional("UploadIdMarker", &self.upload_id_marker);
        xml.optional("NextKeyMarker", &self.next_key_marker);
        xml.optional("Prefix", &self.prefix);
        xml.optional("Delimiter", &self.delimiter);
        xml.optional("NextUploadIdMarker", &self.next_upload_id_marker);
        xml.optional("MaxUploads", &self.max_uploads);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("EncodingType", &self.encoding_type);
        xml.flat_list("Upload", &self.uploads);
        xml.rows("Upload", rows, fill);
        xml.flat_list("CommonPrefixes", &self.common_prefixes);
    }
}

/// Part of ListMultipartUploads.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MultipartUpload {
    /// `UploadId` in the body.
    pub upload_id: Option<String>,
    /// `Key` in the body.
    pub key: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `Initiated` in the body.
    pub initiated: Option<Timestamp>,
    /// `StorageClass` in the body.
    pub storage_class: Option<String>,
    /// `Owner` in the body.
    pub owner: Option<super::Owner>,
    /// `Initiator` in the body.
    pub initiator: Option<super::Initiator>,
    /// `ChecksumAlgorithm` in the body.
    pub checksum_algorithm: Option<String>,
    /// `ChecksumType` in the body.
    pub checksum_type: Option<String>,
    /// `VersionId` in the body.
    pub version_id: Option<String>,
}

impl WriteXml for MultipartUpload {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("UploadId", &self.upload_id);
        xml.optional("Key", &self.key);
        xml.optional("Initiated", &self.initiated);
        xml.optional("StorageClass", &self.storage_class);
        xml.optional("Owner", &self.owner);
        xml.optional("Initiator", &self.initiator);
        xml.optional("ChecksumAlgorithm", &self.checksum_algorithm);
        xml.optional("ChecksumType", &self.checksum_type);
        xml.optional("VersionId", &self.version_id);
    }
}
