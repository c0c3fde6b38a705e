// Written by `cargo xtask wire` from models/. Do not edit.

//! ListTagsForResource: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListTagsForResource takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListTagsForResourceRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
    /// Label `resourceArn` of the path.
    pub resource_arn: String,
}

impl ListTagsForResourceRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.required_header("x-amz-account-id")?,
            resource_arn: request.label("resourceArn")?,
        })
    }
}

/// What ListTagsForResource gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListTagsForResourceResult {
    /// `Tags` in the body.
    pub tags: Vec<super::Tag>,
}

impl ListTagsForResourceResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.control_body("ListTagsForResourceResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for ListTagsForResourceResult {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("Tags", "Tag", &self.tags);
    }
}
