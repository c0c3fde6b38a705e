// Written by `cargo xtask wire` from models/. Do not edit.

//! UpdateRoleDescription: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UpdateRoleDescription takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UpdateRoleDescriptionRequest {
    /// `RoleName`.
    pub role_name: String,
    /// `Description`.
    pub description: String,
}

impl UpdateRoleDescriptionRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { role_name: form.required("RoleName")?, description: form.required("Description")? })
    }
}

/// What UpdateRoleDescription gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UpdateRoleDescriptionResponse {
    /// `Role`.
    pub role: Option<super::Role>,
}

impl UpdateRoleDescriptionResponse {
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

impl WriteXml for UpdateRoleDescriptionResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Role", &self.role);
    }
}
