// Written by `cargo xtask wire` from models/. Do not edit.

//! UpdateRole: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UpdateRole takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UpdateRoleRequest {
    /// `RoleName`.
    pub role_name: String,
    /// `Description`.
    pub description: Option<String>,
    /// `MaxSessionDuration`.
    pub max_session_duration: Option<i32>,
    /// `MaxSigninSessionDuration`.
    pub max_signin_session_duration: Option<i32>,
    /// `ResetMaxSigninSessionDuration`.
    pub reset_max_signin_session_duration: Option<bool>,
}

impl UpdateRoleRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            role_name: form.required("RoleName")?,
            description: form.optional("Description")?,
            max_session_duration: form.optional("MaxSessionDuration")?,
            max_signin_session_duration: form.optional("MaxSigninSessionDuration")?,
            reset_max_signin_session_duration: form.optional("ResetMaxSigninSessionDuration")?,
        })
    }
}

/// What UpdateRole gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UpdateRoleResponse {}

impl UpdateRoleResponse {
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

impl WriteXml for UpdateRoleResponse {
    fn write_xml(&self, _xml: &mut XmlWriter) {}
}
