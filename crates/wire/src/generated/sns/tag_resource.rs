// Written by `cargo xtask wire` from models/. Do not edit.

//! TagResource: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What TagResource takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TagResourceRequest {
    /// `ResourceArn`.
    pub resource_arn: String,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl TagResourceRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { resource_arn: form.required("ResourceArn")?, tags: form.list("Tags")? })
    }
}

/// What TagResource gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TagResourceResponse {}

impl TagResourceResponse {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query(
            "http://sns.amazonaws.com/doc/2010-03-31/",
            operation,
            request_id,
            Some(|xml: &mut XmlWriter| self.write_xml(xml)),
        )
    }
}

impl WriteXml for TagResourceResponse {
    fn write_xml(&self, _xml: &mut XmlWriter) {}
}
