// Written by `cargo xtask wire` from models/. Do not edit.

//! GetAccessKeyLastUsed: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetAccessKeyLastUsed takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccessKeyLastUsedRequest {
    /// `AccessKeyId`.
    pub access_key_id: String,
}

impl GetAccessKeyLastUsedRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { access_key_id: form.required("AccessKeyId")? })
    }
}

/// Part of GetAccessKeyLastUsed.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AccessKeyLastUsed {
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastUsedDate`.
    pub last_used_date: Option<Timestamp>,
    /// `ServiceName`.
    pub service_name: String,
    /// `Region`.
    pub region: String,
}

impl WriteXml for AccessKeyLastUsed {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.seconds("LastUsedDate", &self.last_used_date);
        xml.element("ServiceName", &self.service_name);
        xml.element("Region", &self.region);
    }
}

/// What GetAccessKeyLastUsed gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccessKeyLastUsedResponse {
    /// `UserName`.
    pub user_name: Option<String>,
    /// `AccessKeyLastUsed`.
    pub access_key_last_used: Option<super::AccessKeyLastUsed>,
}

impl GetAccessKeyLastUsedResponse {
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

impl WriteXml for GetAccessKeyLastUsedResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("UserName", &self.user_name);
        xml.optional("AccessKeyLastUsed", &self.access_key_last_used);
    }
}
