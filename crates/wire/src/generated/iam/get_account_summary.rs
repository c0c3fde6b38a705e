// Written by `cargo xtask wire` from models/. Do not edit.

//! GetAccountSummary: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetAccountSummary takes: nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GetAccountSummaryRequest {}

impl GetAccountSummaryRequest {
    /// Reads it from a form.
    pub fn decode(_form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {})
    }
}

/// What GetAccountSummary gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccountSummaryResponse {
    /// `SummaryMap`.
    pub summary_map: BTreeMap<String, i32>,
}

impl GetAccountSummaryResponse {
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

impl WriteXml for GetAccountSummaryResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.map("SummaryMap", &self.summary_map);
    }
}
