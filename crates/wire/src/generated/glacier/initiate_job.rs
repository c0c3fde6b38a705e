// Written by `cargo xtask wire` from models/. Do not edit.

//! InitiateJob: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What InitiateJob takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InitiateJobInput {
    /// Label `accountId` of the path.
    pub account_id: String,
    /// The body.
    pub job_parameters: Option<super::JobParameters>,
    /// Label `vaultName` of the path.
    pub vault_name: String,
}

impl InitiateJobInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            account_id: request.label("accountId")?,
            vault_name: request.label("vaultName")?,
            ..Self::default()
        };
        if let Some(mut json) = request.json_body()? {
            out.job_parameters = json.read()?;
            json.finish()?;
        }
        Ok(out)
    }
}

/// What InitiateJob gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InitiateJobOutput {
    /// Header `x-amz-job-id`.
    pub job_id: Option<String>,
    /// Header `x-amz-job-output-path`.
    pub job_output_path: Option<String>,
    /// Header `location`.
    pub location: Option<String>,
}

impl InitiateJobOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(202);
        out.header("x-amz-job-id", &self.job_id);
        out.header("x-amz-job-output-path", &self.job_output_path);
        out.header("location", &self.location);
        out
    }
}

/// Part of InitiateJob.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryRetrievalJobInput {
    /// `EndDate` in the body.
    pub end_date: Option<String>,
    /// `Limit` in the body.
    pub limit: Option<String>,
    /// `Marker` in the body.
    pub marker: Option<String>,
    /// `StartDate` in the body.
    pub start_date: Option<String>,
}

impl ReadJson for InventoryRetrievalJobInput {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "EndDate" => out.end_date = json.read()?,
                "Limit" => out.limit = json.read()?,
                "Marker" => out.marker = json.read()?,
                "StartDate" => out.start_date = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of InitiateJob.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct JobParameters {
    /// `ArchiveId` in the body.
    pub archive_id: Option<String>,
    /// `Description` in the body.
    pub description: Option<String>,
    /// `Format` in the body.
    pub format: Option<String>,
    /// `InventoryRetrievalParameters` in the body.
    pub inventory_retrieval_parameters: Option<super::InventoryRetrievalJobInput>,
    /// `OutputLocation` in the body.
    pub output_location: Option<super::OutputLocation>,
    /// `RetrievalByteRange` in the body.
    pub retrieval_byte_range: Option<String>,
    /// `SNSTopic` in the body.
    pub sns_topic: Option<String>,
    /// `SelectParameters` in the body.
    pub select_parameters: Option<super::SelectParameters>,
    /// `Tier` in the body.
    pub tier: Option<String>,
    /// `Type` in the body.
    pub r#type: Option<String>,
}

impl ReadJson for JobParameters {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "ArchiveId" => out.archive_id = json.read()?,
                "Description" => out.description = json.read()?,
                "Format" => out.format = json.read()?,
                "InventoryRetrievalParameters" => out.inventory_retrieval_parameters = json.read()?,
                "OutputLocation" => out.output_location = json.read()?,
                "RetrievalByteRange" => out.retrieval_byte_range = json.read()?,
                "SNSTopic" => out.sns_topic = json.read()?,
                "SelectParameters" => out.select_parameters = json.read()?,
                "Tier" => out.tier = json.read()?,
                "Type" => out.r#type = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}
