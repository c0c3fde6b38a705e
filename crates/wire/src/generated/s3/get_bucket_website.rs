// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketWebsite: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketWebsite takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketWebsiteRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketWebsiteRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketWebsite gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketWebsiteOutput {
    /// `RedirectAllRequestsTo` in the body.
    pub redirect_all_requests_to: Option<super::RedirectAllRequestsTo>,
    /// `IndexDocument` in the body.
    pub index_document: Option<super::IndexDocument>,
    /// `ErrorDocument` in the body.
    pub error_document: Option<super::ErrorDocument>,
    /// `RoutingRules` in the body.
    pub routing_rules: Vec<super::RoutingRule>,
}

impl GetBucketWebsiteOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("WebsiteConfiguration", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetBucketWebsiteOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("RedirectAllRequestsTo", &self.redirect_all_requests_to);
        xml.optional("IndexDocument", &self.index_document);
        xml.optional("ErrorDocument", &self.error_document);
        xml.list_if_any("RoutingRules", "RoutingRule", &self.routing_rules);
    }
}
