// Written by `cargo xtask wire` from models/. Do not edit.

//! AbortMultipartUpload: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What AbortMultipartUpload takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AbortMultipartUploadInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Label `uploadId` of the path.
    pub upload_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl AbortMultipartUploadInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            upload_id: request.label("uploadId")?,
            vault_name: request.label("vaultName")?,
        })
    }
}

/// What AbortMultipartUpload gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AbortMultipartUploadOutput {}

impl AbortMultipartUploadOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
