// Written by `cargo xtask wire` from models/. Do not edit.

//! DescribeJob: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DescribeJob takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DescribeJobInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Label `jobId` of the path.
    pub job_id: String,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl DescribeJobInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            job_id: request.label("jobId")?,
            vault_name: request.label("vaultName")?,
        })
    }
}
