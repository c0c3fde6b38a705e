// Written by `cargo xtask wire` from models/. Do not edit.

//! GetAccessKeyInfo: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetAccessKeyInfo takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccessKeyInfoRequest {
    /// `AccessKeyId`.
    pub access_key_id: String,
}

impl GetAccessKeyInfoRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { access_key_id: form.required("AccessKeyId")? })
    }
}

/// What GetAccessKeyInfo gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccessKeyInfoResponse {
    /// `Account`.
    pub account: Option<String>,
}

impl GetAccessKeyInfoResponse {
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

impl WriteXml for GetAccessKeyInfoResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Account", &self.account);
    }
}
