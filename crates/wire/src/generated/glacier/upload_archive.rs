// Written by `cargo xtask wire` from models/. Do not edit.

//! UploadArchive: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UploadArchive takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UploadArchiveInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Header `x-amz-archive-description`.
    pub archive_description: Option<String>,
    /// Header `x-amz-sha256-tree-hash`.
    pub checksum: Option<String>,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl UploadArchiveInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            archive_description: request.header("x-amz-archive-description")?,
            checksum: request.header("x-amz-sha256-tree-hash")?,
            vault_name: request.label("vaultName")?,
        })
    }
}
