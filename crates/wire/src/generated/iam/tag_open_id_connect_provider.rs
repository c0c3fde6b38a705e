// Written by `cargo xtask wire` from models/. Do not edit.

//! TagOpenIDConnectProvider: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What TagOpenIDConnectProvider takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TagOpenIDConnectProviderRequest {
    /// `OpenIDConnectProviderArn`.
    pub open_id_connect_provider_arn: String,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl TagOpenIDConnectProviderRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { open_id_connect_provider_arn: form.required("OpenIDConnectProviderArn")?, tags: form.list("Tags")? })
    }
}

/// What TagOpenIDConnectProvider gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TagOpenIDConnectProviderOutput {}

impl TagOpenIDConnectProviderOutput {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query("https://iam.amazonaws.com/doc/2010-05-08/", operation, request_id, None::<fn(&mut XmlWriter)>)
    }
}
