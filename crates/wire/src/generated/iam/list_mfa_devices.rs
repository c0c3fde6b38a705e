// Written by `cargo xtask wire` from models/. Do not edit.

//! ListMFADevices: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListMFADevices takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListMFADevicesRequest {
    /// `UserName`.
    pub user_name: Option<String>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
}

impl ListMFADevicesRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            user_name: form.optional("UserName")?,
            marker: form.optional("Marker")?,
            max_items: form.optional("MaxItems")?,
        })
    }
}

/// What ListMFADevices gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListMFADevicesResponse {
    /// `MFADevices`.
    pub mfa_devices: Vec<super::MFADevice>,
    /// `IsTruncated`.
    pub is_truncated: Option<bool>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl ListMFADevicesResponse {
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

impl WriteXml for ListMFADevicesResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("MFADevices", "member", &self.mfa_devices);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Marker", &self.marker);
    }
}

/// Part of ListMFADevices.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MFADevice {
    /// `UserName`.
    pub user_name: String,
    /// `SerialNumber`.
    pub serial_number: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `EnableDate`.
    pub enable_date: Option<Timestamp>,
}

impl WriteXml for MFADevice {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("UserName", &self.user_name);
        xml.element("SerialNumber", &self.serial_number);
        xml.seconds("EnableDate", &self.enable_date);
    }
}
