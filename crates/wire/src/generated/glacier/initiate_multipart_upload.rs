// Written by `cargo xtask wire` from models/. Do not edit.

//! InitiateMultipartUpload: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What InitiateMultipartUpload takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InitiateMultipartUploadInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Header `x-amz-archive-description`.
    pub archive_description: Option<String>,
    /// Header `x-amz-part-size`.
    pub part_size: Option<String>,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl InitiateMultipartUploadInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            archive_description: request.header("x-amz-archive-description")?,
            part_size: request.header("x-amz-part-size")?,
            vault_name: request.label("vaultName")?,
        })
    }
}

/// What InitiateMultipartUpload gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InitiateMultipartUploadOutput {
    /// Header `location`.
    pub location: Option<String>,
    /// Header `x-amz-multipart-upload-id`.
    pub upload_id: Option<String>,
}

impl InitiateMultipartUploadOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(201);
        out.header("location", &self.location);
        out.header("x-amz-multipart-upload-id", &self.upload_id);
        out
    }
}
