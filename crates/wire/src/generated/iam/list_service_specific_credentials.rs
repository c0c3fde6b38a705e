// Written by `cargo xtask wire` from models/. Do not edit.

//! ListServiceSpecificCredentials: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListServiceSpecificCredentials takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListServiceSpecificCredentialsRequest {
    /// `UserName`.
    pub user_name: Option<String>,
    /// `ServiceName`.
    pub service_name: Option<String>,
    /// `AllUsers`.
    pub all_users: Option<bool>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
}

impl ListServiceSpecificCredentialsRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            user_name: form.optional("UserName")?,
            service_name: form.optional("ServiceName")?,
            all_users: form.optional("AllUsers")?,
            marker: form.optional("Marker")?,
            max_items: form.optional("MaxItems")?,
        })
    }
}

/// What ListServiceSpecificCredentials gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListServiceSpecificCredentialsResponse {
    /// `ServiceSpecificCredentials`.
    pub service_specific_credentials: Vec<super::ServiceSpecificCredentialMetadata>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `IsTruncated`.
    pub is_truncated: Option<bool>,
}

impl ListServiceSpecificCredentialsResponse {
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

impl WriteXml for ListServiceSpecificCredentialsResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("ServiceSpecificCredentials", "member", &self.service_specific_credentials);
        xml.optional("Marker", &self.marker);
        xml.optional("IsTruncated", &self.is_truncated);
    }
}

/// Part of ListServiceSpecificCredentials.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ServiceSpecificCredentialMetadata {
    /// `UserName`.
    pub user_name: String,
    /// `Status`.
    pub status: String,
    /// `ServiceUserName`.
    pub service_user_name: Option<String>,
    /// `ServiceCredentialAlias`.
    pub service_credential_alias: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `ExpirationDate`.
    pub expiration_date: Option<Timestamp>,
    /// `ServiceSpecificCredentialId`.
    pub service_specific_credential_id: String,
    /// `ServiceName`.
    pub service_name: String,
}

impl WriteXml for ServiceSpecificCredentialMetadata {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("UserName", &self.user_name);
        xml.element("Status", &self.status);
        xml.optional("ServiceUserName", &self.service_user_name);
        xml.optional("ServiceCredentialAlias", &self.service_credential_alias);
        xml.seconds("CreateDate", &self.create_date);
        xml.seconds("ExpirationDate", &self.expiration_date);
        xml.element("ServiceSpecificCredentialId", &self.service_specific_credential_id);
        xml.element("ServiceName", &self.service_name);
    }
}
