// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateGroup: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateGroup takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateGroupRequest {
    /// `Path`.
    pub path: Option<String>,
    /// `GroupName`.
    pub group_name: String,
}

impl CreateGroupRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { path: form.optional("Path")?, group_name: form.required("GroupName")? })
    }
}

/// What CreateGroup gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateGroupResponse {
    /// `Group`.
    pub group: super::Group,
}

impl CreateGroupResponse {
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

impl WriteXml for CreateGroupResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Group", &self.group);
    }
}
