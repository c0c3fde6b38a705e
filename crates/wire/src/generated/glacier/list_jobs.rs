// Written by `cargo xtask wire` from models/. Do not edit.

//! ListJobs: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListJobs takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListJobsInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// Query parameter `completed`.
    pub completed: Option<String>,
    /// Query parameter `limit`.
    pub limit: Option<String>,
    /// Query parameter `marker`.
    pub marker: Option<String>,
    /// Query parameter `statuscode`.
    pub statuscode: Option<String>,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl ListJobsInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.label("accountId")?,
            completed: request.query("completed")?,
            limit: request.query("limit")?,
            marker: request.query("marker")?,
            statuscode: request.query("statuscode")?,
            vault_name: request.label("vaultName")?,
        })
    }
}

/// What ListJobs gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListJobsOutput {
    /// `JobList` in the body.
    pub job_list: Vec<super::GlacierJobDescription>,
    /// `Marker` in the body.
    pub marker: Option<String>,
}

impl ListJobsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListJobsOutput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("JobList", &self.job_list);
            json.member("Marker", &self.marker);
        });
    }
}
