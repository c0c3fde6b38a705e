// Written by `cargo xtask wire` from models/. Do not edit.

//! UntagResource: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UntagResource takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UntagResourceRequest {
    /// `ResourceArn`.
    pub resource_arn: String,
    /// `TagKeys`.
    pub tag_keys: Vec<String>,
}

impl UntagResourceRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { resource_arn: form.required("ResourceArn")?, tag_keys: form.list("TagKeys")? })
    }
}

/// What UntagResource gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UntagResourceResponse {}

impl UntagResourceResponse {
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

impl WriteXml for UntagResourceResponse {
    fn write_xml(&self, _xml: &mut XmlWriter) {}
}
