// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateAccessKey: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateAccessKey takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateAccessKeyRequest {
    /// `UserName`.
    pub user_name: Option<String>,
}

impl CreateAccessKeyRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { user_name: form.optional("UserName")? })
    }
}

/// Part of CreateAccessKey.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AccessKey {
    /// `UserName`.
    pub user_name: String,
    /// `AccessKeyId`.
    pub access_key_id: String,
    /// `Status`.
    pub status: String,
    /// `SecretAccessKey`.
    pub secret_access_key: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
}

impl WriteXml for AccessKey {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("UserName", &self.user_name);
        xml.element("AccessKeyId", &self.access_key_id);
        xml.element("Status", &self.status);
        xml.element("SecretAccessKey", &self.secret_access_key);
        xml.seconds("CreateDate", &self.create_date);
    }
}

/// What CreateAccessKey gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateAccessKeyResponse {
    /// `AccessKey`.
    pub access_key: super::AccessKey,
}

impl CreateAccessKeyResponse {
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

impl WriteXml for CreateAccessKeyResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("AccessKey", &self.access_key);
    }
}
