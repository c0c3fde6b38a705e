// Written by `cargo xtask wire` from models/. Do not edit.

//! UpdateAccessKey: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UpdateAccessKey takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UpdateAccessKeyRequest {
    /// `UserName`.
    pub user_name: Option<String>,
    /// `AccessKeyId`.
    pub access_key_id: String,
    /// `Status`.
    pub status: String,
}

impl UpdateAccessKeyRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            user_name: form.optional("UserName")?,
            access_key_id: form.required("AccessKeyId")?,
            status: form.required("Status")?,
        })
    }
}

/// What UpdateAccessKey gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UpdateAccessKeyOutput {}

impl UpdateAccessKeyOutput {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query("https://iam.amazonaws.com/doc/2010-05-08/", operation, request_id, None::<fn(&mut XmlWriter)>)
    }
}
