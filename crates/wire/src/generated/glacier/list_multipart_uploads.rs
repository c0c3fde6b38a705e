// Written by `cargo xtask wire` from models/. Do not edit.

//! ListMultipartUploads: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListMultipartUploads takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListMultipartUploadsInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Query parameter `limit`.
    pub limit: Option<String>,
    /// Query parameter `marker`.
    pub marker: Option<String>,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl ListMultipartUploadsInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            limit: request.query("limit")?,
            marker: request.query("marker")?,
            vault_name: request.label("vaultName")?,
        })
    }
}

/// What ListMultipartUploads gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListMultipartUploadsOutput {
    /// `Marker` in the body.
    pub marker: Option<String>,
    /// `UploadsList` in the body.
    pub uploads_list: Vec<super::UploadListElement>,
}

impl ListMultipartUploadsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListMultipartUploadsOutput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Marker", &self.marker);
            json.member("UploadsList", &self.uploads_list);
        });
    }
}

/// Part of ListMultipartUploads.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UploadListElement {
    /// `ArchiveDescription` in the body.
    pub archive_description: Option<String>,
    /// `CreationDate` in the body.
    pub creation_date: Option<String>,
    /// `MultipartUploadId` in the body.
    pub multipart_upload_id: Option<String>,
    /// `PartSizeInBytes` in the body.
    pub part_size_in_bytes: Option<i64>,
    /// `VaultARN` in the body.
    pub vault_arn: Option<String>,
}

impl WriteJson for UploadListElement {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("ArchiveDescription", &self.archive_description);
            json.member("CreationDate", &self.creation_date);
            json.member("MultipartUploadId", &self.multipart_upload_id);
            json.member("PartSizeInBytes", &self.part_size_in_bytes);
            json.member("VaultARN", &self.vault_arn);
        });
    }
}
