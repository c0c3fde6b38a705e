// Written by `cargo xtask wire` from models/. Do not edit.

//! CompleteMultipartUpload: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CompleteMultipartUpload takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CompleteMultipartUploadInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Header `x-amz-archive-size`.
    pub archive_size: Option<String>,
    /// Header `x-amz-sha256-tree-hash`.
    pub checksum: Option<String>,
    /// Label `uploadId` of the path.
    pub upload_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl CompleteMultipartUploadInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            archive_size: request.header("x-amz-archive-size")?,
            checksum: request.header("x-amz-sha256-tree-hash")?,
            upload_id: request.label("uploadId")?,
            vault_name: request.label("vaultName")?,
        })
    }
}
