// Written by `cargo xtask wire` from models/. Do not edit.

//! GetSessionToken: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetSessionToken takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetSessionTokenRequest {
    /// `DurationSeconds`.
    pub duration_seconds: Option<i32>,
    /// `SerialNumber`.
    pub serial_number: Option<String>,
    /// `TokenCode`.
    pub token_code: Option<String>,
    /// `MinimumSessionTokenSize`.
    pub minimum_session_token_size: Option<i32>,
}

impl GetSessionTokenRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            duration_seconds: form.optional("DurationSeconds")?,
            serial_number: form.optional("SerialNumber")?,
            token_code: form.optional("TokenCode")?,
            minimum_session_token_size: form.optional("MinimumSessionTokenSize")?,
        })
    }
}

/// What GetSessionToken gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetSessionTokenResponse {
    /// `Credentials`.
    pub credentials: Option<super::Credentials>,
    /// `SessionTokenUtilization`.
    pub session_token_utilization: Option<i32>,
    /// `SessionTokenSize`.
    pub session_token_size: Option<i32>,
}

impl GetSessionTokenResponse {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query(
            "https://sts.amazonaws.com/doc/2011-06-15/",
            operation,
            request_id,
            Some(|xml: &mut XmlWriter| self.write_xml(xml)),
        )
    }
}

impl WriteXml for GetSessionTokenResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Credentials", &self.credentials);
        xml.optional("SessionTokenUtilization", &self.session_token_utilization);
        xml.optional("SessionTokenSize", &self.session_token_size);
    }
}
