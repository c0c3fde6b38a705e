// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateUser: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateUser takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateUserRequest {
    /// `Path`.
    pub path: Option<String>,
    /// `UserName`.
    pub user_name: String,
    /// `PermissionsBoundary`.
    pub permissions_boundary: Option<String>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl CreateUserRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            path: form.optional("Path")?,
            user_name: form.required("UserName")?,
            permissions_boundary: form.optional("PermissionsBoundary")?,
            tags: form.list("Tags")?,
        })
    }
}

/// What CreateUser gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateUserResponse {
    /// `User`.
    pub user: Option<super::User>,
}

impl CreateUserResponse {
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

impl WriteXml for CreateUserResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("User", &self.user);
    }
}
