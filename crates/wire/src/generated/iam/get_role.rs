// Written by `cargo xtask wire` from models/. Do not edit.

//! GetRole: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetRole takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetRoleRequest {
    /// `RoleName`.
    pub role_name: String,
}

impl GetRoleRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { role_name: form.required("RoleName")? })
    }
}

/// What GetRole gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetRoleResponse {
    /// `Role`.
    pub role: super::Role,
}

impl GetRoleResponse {
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

impl WriteXml for GetRoleResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Role", &self.role);
    }
}
