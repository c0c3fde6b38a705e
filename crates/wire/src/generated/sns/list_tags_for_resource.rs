// Written by `cargo xtask wire` from models/. Do not edit.

//! ListTagsForResource: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListTagsForResource takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListTagsForResourceRequest {
    /// `ResourceArn`.
    pub resource_arn: String,
}

impl ListTagsForResourceRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { resource_arn: form.required("ResourceArn")? })
    }
}

/// What ListTagsForResource gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListTagsForResourceResponse {
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl ListTagsForResourceResponse {
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

impl WriteXml for ListTagsForResourceResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("Tags", "member", &self.tags);
    }
}
