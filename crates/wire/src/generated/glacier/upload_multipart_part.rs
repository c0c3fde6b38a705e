// Written by `cargo xtask wire` from models/. Do not edit.

//! UploadMultipartPart: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UploadMultipartPart takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UploadMultipartPartInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Header `x-amz-sha256-tree-hash`.
    pub checksum: Option<String>,
    /// Header `content-range`.
    pub range: Option<String>,
    /// Label `uploadId` of the path.
    pub upload_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl UploadMultipartPartInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            checksum: request.header("x-amz-sha256-tree-hash")?,
            range: request.header("content-range")?,
            upload_id: request.label("uploadId")?,
            vault_name: request.label("vaultName")?,
        })
    }
}

/// What UploadMultipartPart gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UploadMultipartPartOutput {
    /// Header `x-amz-sha256-tree-hash`.
    pub checksum: Option<String>,
}

impl UploadMultipartPartOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(204);
        out.header("x-amz-sha256-tree-hash", &self.checksum);
        out
    }
}
