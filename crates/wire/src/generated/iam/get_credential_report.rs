// Written by `cargo xtask wire` from models/. Do not edit.

//! GetCredentialReport: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetCredentialReport takes: nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GetCredentialReportRequest {}

impl GetCredentialReportRequest {
    /// Reads it from a form.
    pub fn decode(_form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {})
    }
}

/// What GetCredentialReport gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetCredentialReportResponse {
    /// `Content`.
    pub content: Option<String>,
    /// `ReportFormat`.
    pub report_format: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `GeneratedTime`.
    pub generated_time: Option<Timestamp>,
}

impl GetCredentialReportResponse {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query(
            "https://iam.amazonaws.com/doc/2010-05-08/",
            operation,
            request_id,
            Some(|xml: &mut XmlWriter| self.write_xml(xml)),
        )
    }
}

impl WriteXml for GetCredentialReportResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Content", &self.content);
        xml.optional("ReportFormat", &self.report_format);
        xml.seconds("GeneratedTime", &self.generated_time);
    }
}
