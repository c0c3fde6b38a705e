// Written by `cargo xtask wire` from models/. Do not edit.

//! GetJobOutput: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetJobOutput takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetJobOutputInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Label `jobId` of the path.
    pub job_id: String,
    /// Header `range`.
    pub range: Option<String>,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl GetJobOutputInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            job_id: request.label("jobId")?,
            range: request.header("range")?,
            vault_name: request.label("vaultName")?,
        })
    }
}

/// What GetJobOutput gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetJobOutputOutput {
    /// Header `accept-ranges`.
    pub accept_ranges: Option<String>,
    /// Header `x-amz-archive-description`.
    pub archive_description: Option<String>,
    /// Header `x-amz-sha256-tree-hash`.
    pub checksum: Option<String>,
    /// Header `content-range`.
    pub content_range: Option<String>,
    /// Header `content-type`.
    pub content_type: Option<String>,
    /// The status.
    pub status: Option<i32>,
}

impl GetJobOutputOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("accept-ranges", &self.accept_ranges);
        out.header("x-amz-archive-description", &self.archive_description);
        out.header("x-amz-sha256-tree-hash", &self.checksum);
        out.header("content-range", &self.content_range);
        out.header("content-type", &self.content_type);
        out.status(self.status);
        out
    }
}
