// Written by `cargo xtask wire` from models/. Do not edit.

//! DecodeAuthorizationMessage: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DecodeAuthorizationMessage takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DecodeAuthorizationMessageRequest {
    /// `EncodedMessage`.
    pub encoded_message: String,
}

impl DecodeAuthorizationMessageRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { encoded_message: form.required("EncodedMessage")? })
    }
}

/// What DecodeAuthorizationMessage gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DecodeAuthorizationMessageResponse {
    /// `DecodedMessage`.
    pub decoded_message: Option<String>,
}

impl DecodeAuthorizationMessageResponse {
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

impl WriteXml for DecodeAuthorizationMessageResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("DecodedMessage", &self.decoded_message);
    }
}
