// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteLoginProfile: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteLoginProfile takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteLoginProfileRequest {
    /// `UserName`.
    pub user_name: Option<String>,
}

impl DeleteLoginProfileRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { user_name: form.optional("UserName")? })
    }
}

/// What DeleteLoginProfile gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteLoginProfileOutput {}

impl DeleteLoginProfileOutput {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query("https://iam.amazonaws.com/doc/2010-05-08/", operation, request_id, None::<fn(&mut XmlWriter)>)
    }
}
