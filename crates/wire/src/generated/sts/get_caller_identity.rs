// Written by `cargo xtask wire` from models/. Do not edit.

//! GetCallerIdentity: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetCallerIdentity takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetCallerIdentityRequest {}

impl GetCallerIdentityRequest {
    /// Reads it from a form.
    pub fn decode(_form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {})
    }
}

/// What GetCallerIdentity gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetCallerIdentityResponse {
    /// `UserId`.
    pub user_id: Option<String>,
    /// `Account`.
    pub account: Option<String>,
    /// `Arn`.
    pub arn: Option<String>,
}

impl GetCallerIdentityResponse {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query(
            "https://sts.amazonaws.com/doc/2011-06-15/",
            operation,
            request_id,
            Some(|xml: &mut XmlWriter| self.write_xml(xml)),
        )
    }
}

impl WriteXml for GetCallerIdentityResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("UserId", &self.user_id);
        xml.optional("Account", &self.account);
        xml.optional("Arn", &self.arn);
    }
}
