// Written by `cargo xtask wire` from models/. Do not edit.

//! GetUser: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetUser takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetUserRequest {
    /// `UserName`.
    pub user_name: Option<String>,
}

impl GetUserRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { user_name: form.optional("UserName")? })
    }
}

/// What GetUser gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetUserResponse {
    /// `User`.
    pub user: super::User,
}

impl GetUserResponse {
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

impl WriteXml for GetUserResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("User", &self.user);
    }
}
