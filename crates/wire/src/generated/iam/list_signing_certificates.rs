// Written by `cargo xtask wire` from models/. Do not edit.

//! ListSigningCertificates: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListSigningCertificates takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListSigningCertificatesRequest {
    /// `UserName`.
    pub user_name: Option<String>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
}

impl ListSigningCertificatesRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            user_name: form.optional("UserName")?,
            marker: form.optional("Marker")?,
            max_items: form.optional("MaxItems")?,
        })
    }
}

/// What ListSigningCertificates gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListSigningCertificatesResponse {
    /// `Certificates`.
    pub certificates: Vec<super::SigningCertificate>,
    /// `IsTruncated`.
    pub is_truncated: Option<bool>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl ListSigningCertificatesResponse {
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

impl WriteXml for ListSigningCertificatesResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("Certificates", "member", &self.certificates);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Marker", &self.marker);
    }
}

/// Part of ListSigningCertificates.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SigningCertificate {
    /// `UserName`.
    pub user_name: String,
    /// `CertificateId`.
    pub certificate_id: String,
    /// `CertificateBody`.
    pub certificate_body: String,
    /// `Status`.
    pub status: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `UploadDate`.
    pub upload_date: Option<Timestamp>,
}

impl WriteXml for SigningCertificate {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("UserName", &self.user_name);
        xml.element("CertificateId", &self.certificate_id);
        xml.element("CertificateBody", &self.certificate_body);
        xml.element("Status", &self.status);
        xml.seconds("UploadDate", &self.upload_date);
    }
}
