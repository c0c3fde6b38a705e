// Written by `cargo xtask wire` from models/. Do not edit.

//! GenerateCredentialReport: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GenerateCredentialReport takes: nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GenerateCredentialReportRequest {}

impl GenerateCredentialReportRequest {
    /// Reads it from a form.
    pub fn decode(_form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {})
    }
}

/// What GenerateCredentialReport gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GenerateCredentialReportResponse {
    /// `State`.
    pub state: Option<String>,
    /// `Description`.
    pub description: Option<String>,
}

impl GenerateCredentialReportResponse {
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

impl WriteXml for GenerateCredentialReportResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("State", &self.state);
        xml.optional("Description", &self.description);
    }
}
