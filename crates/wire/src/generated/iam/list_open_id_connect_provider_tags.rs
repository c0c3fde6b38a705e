// Written by `cargo xtask wire` from models/. Do not edit.

//! ListOpenIDConnectProviderTags: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListOpenIDConnectProviderTags takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListOpenIDConnectProviderTagsRequest {
    /// `OpenIDConnectProviderArn`.
    pub open_id_connect_provider_arn: String,
    /// `Marker`.
    pub marker: Option<String>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
}

impl ListOpenIDConnectProviderTagsRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            open_id_connect_provider_arn: form.required("OpenIDConnectProviderArn")?,
            marker: form.optional("Marker")?,
            max_items: form.optional("MaxItems")?,
        })
    }
}

/// What ListOpenIDConnectProviderTags gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListOpenIDConnectProviderTagsResponse {
    /// `Tags`.
    pub tags: Vec<super::Tag>,
    /// `IsTruncated`.
    pub is_truncated: Option<bool>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl ListOpenIDConnectProviderTagsResponse {
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

impl WriteXml for ListOpenIDConnectProviderTagsResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("Tags", "member", &self.tags);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Marker", &self.marker);
    }
}
