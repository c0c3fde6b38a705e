// Written by `cargo xtask wire` from models/. Do not edit.

//! ListSSHPublicKeys: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListSSHPublicKeys takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListSSHPublicKeysRequest {
    /// `UserName`.
    pub user_name: Option<String>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
}

impl ListSSHPublicKeysRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            user_name: form.optional("UserName")?,
            marker: form.optional("Marker")?,
            max_items: form.optional("MaxItems")?,
        })
    }
}

/// What ListSSHPublicKeys gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListSSHPublicKeysResponse {
    /// `SSHPublicKeys`.
    pub ssh_public_keys: Vec<super::SSHPublicKeyMetadata>,
    /// `IsTruncated`.
    pub is_truncated: Option<bool>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl ListSSHPublicKeysResponse {
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

impl WriteXml for ListSSHPublicKeysResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("SSHPublicKeys", "member", &self.ssh_public_keys);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Marker", &self.marker);
    }
}

/// Part of ListSSHPublicKeys.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SSHPublicKeyMetadata {
    /// `UserName`.
    pub user_name: String,
    /// `SSHPublicKeyId`.
    pub ssh_public_key_id: String,
    /// `Status`.
    pub status: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `UploadDate`.
    pub upload_date: Option<Timestamp>,
}

impl WriteXml for SSHPublicKeyMetadata {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("UserName", &self.user_name);
        xml.element("SSHPublicKeyId", &self.ssh_public_key_id);
        xml.element("Status", &self.status);
        xml.seconds("UploadDate", &self.upload_date);
    }
}
