// Written by `cargo xtask wire` from models/. Do not edit.

//! ListVirtualMFADevices: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListVirtualMFADevices takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListVirtualMFADevicesRequest {
    /// `AssignmentStatus`.
    pub assignment_status: Option<String>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
}

impl ListVirtualMFADevicesRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            assignment_status: form.optional("AssignmentStatus")?,
            marker: form.optional("Marker")?,
            max_items: form.optional("MaxItems")?,
        })
    }
}

/// What ListVirtualMFADevices gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListVirtualMFADevicesResponse {
    /// `VirtualMFADevices`.
    pub virtual_mfa_devices: Vec<super::VirtualMFADevice>,
    /// `IsTruncated`.
    pub is_truncated: Option<bool>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl ListVirtualMFADevicesResponse {
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

impl WriteXml for ListVirtualMFADevicesResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("VirtualMFADevices", "member", &self.virtual_mfa_devices);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Marker", &self.marker);
    }
}

/// Part of ListVirtualMFADevices.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct VirtualMFADevice {
    /// `SerialNumber`.
    pub serial_number: String,
    /// `Base32StringSeed`.
    pub base32_string_seed: Option<String>,
    /// `QRCodePNG`.
    pub qr_code_png: Option<String>,
    /// `User`.
    pub user: Option<super::User>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `EnableDate`.
    pub enable_date: Option<Timestamp>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl WriteXml for VirtualMFADevice {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("SerialNumber", &self.serial_number);
        xml.optional("Base32StringSeed", &self.base32_string_seed);
        xml.optional("QRCodePNG", &self.qr_code_png);
        xml.optional("User", &self.user);
        xml.seconds("EnableDate", &self.enable_date);
        xml.list_if_any("Tags", "member", &self.tags);
    }
}
