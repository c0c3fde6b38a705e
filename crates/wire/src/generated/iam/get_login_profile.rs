// Written by `cargo xtask wire` from models/. Do not edit.

//! GetLoginProfile: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetLoginProfile takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetLoginProfileRequest {
    /// `UserName`.
    pub user_name: Option<String>,
}

impl GetLoginProfileRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { user_name: form.optional("UserName")? })
    }
}

/// What GetLoginProfile gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetLoginProfileResponse {
    /// `LoginProfile`.
    pub login_profile: super::LoginProfile,
}

impl GetLoginProfileResponse {
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

impl WriteXml for GetLoginProfileResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("LoginProfile", &self.login_profile);
    }
}

/// Part of GetLoginProfile.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct LoginProfile {
    /// `UserName`.
    pub user_name: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
    /// `PasswordResetRequired`.
    pub password_reset_required: Option<bool>,
    /// `MaxSigninSessionDuration`.
    pub max_signin_session_duration: Option<i32>,
}

impl WriteXml for LoginProfile {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("UserName", &self.user_name);
        xml.seconds("CreateDate", &self.create_date);
        xml.optional("PasswordResetRequired", &self.password_reset_required);
        xml.optional("MaxSigninSessionDuration", &self.max_signin_session_duration);
    }
}
