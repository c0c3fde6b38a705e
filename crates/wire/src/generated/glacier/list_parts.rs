// Written by `cargo xtask wire` from models/. Do not edit.

//! ListParts: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListParts takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListPartsInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Query parameter `limit`.
    pub limit: Option<String>,
    /// Query parameter `marker`.
    pub marker: Option<String>,
    /// Label `uploadId` of the path.
    pub upload_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl ListPartsInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            limit: request.query("limit")?,
            marker: request.query("marker")?,
            upload_id: request.label("uploadId")?,
            vault_name: request.label("vaultName")?,
        })
    }
}

/// What ListParts gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListPartsOutput {
    /// `ArchiveDescription` in the body.
    pub archive_description: Option<String>,
    /// `CreationDate` in the body.
    pub creation_date: Option<String>,
    /// `Marker` in the body.
    pub marker: Option<String>,
    /// `MultipartUploadId` in the body.
    pub multipart_upload_id: Option<String>,
    /// `PartSizeInBytes` in the body.
    pub part_size_in_bytes: Option<i64>,
    /// `Parts` in the body.
    pub parts: Vec<super::PartListElement>,
    /// `VaultARN` in the body.
    pub vault_arn: Option<String>,
}

impl ListPartsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListPartsOutput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("ArchiveDescription", &self.archive_description);
            json.member("CreationDate", &self.creation_date);
            json.member("Marker", &self.marker);
            json.member("MultipartUploadId", &self.multipart_upload_id);
            json.member("PartSizeInBytes", &self.part_size_in_bytes);
            json.member("Parts", &self.parts);
            json.member("VaultARN", &self.vault_arn);
        });
    }
}

/// Part of ListParts.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PartListElement {
    /// `RangeInBytes` in the body.
    pub range_in_bytes: Option<String>,
    /// `SHA256TreeHash` in the body.
    pub sha256_tree_hash: Option<String>,
}

impl WriteJson for PartListElement {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("RangeInBytes", &self.range_in_bytes);
            json.member("SHA256TreeHash", &self.sha256_tree_hash);
        });
    }
}
