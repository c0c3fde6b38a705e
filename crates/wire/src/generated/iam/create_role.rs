// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateRole: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateRole takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateRoleRequest {
    /// `Path`.
    pub path: Option<String>,
    /// `RoleName`.
    pub role_name: String,
    /// `AssumeRolePolicyDocument`.
    pub assume_role_policy_document: String,
    /// `Description`.
    pub description: Option<String>,
    /// `MaxSessionDuration`.
    pub max_session_duration: Option<i32>,
    /// `MaxSigninSessionDuration`.
    pub max_signin_session_duration: Option<i32>,
    /// `PermissionsBoundary`.
    pub permissions_boundary: Option<String>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl CreateRoleRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            path: form.optional("Path")?,
            role_name: form.required("RoleName")?,
            assume_role_policy_document: form.required("AssumeRolePolicyDocument")?,
            description: form.optional("Description")?,
            max_session_duration: form.optional("MaxSessionDuration")?,
            max_signin_session_duration: form.optional("MaxSigninSessionDuration")?,
            permissions_boundary: form.optional("PermissionsBoundary")?,
            tags: form.list("Tags")?,
        })
    }
}

/// What CreateRole gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateRoleResponse {
    /// `Role`.
    pub role: super::Role,
}

impl CreateRoleResponse {
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

impl WriteXml for CreateRoleResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Role", &self.role);
    }
}
