// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketWebsite: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketWebsite takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketWebsiteRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// The body.
    pub website_configuration: super::WebsiteConfiguration,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutBucketWebsiteRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "WebsiteConfiguration")?;
        out.website_configuration = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutBucketWebsite gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketWebsiteOutput {}

impl PutBucketWebsiteOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}

/// Part of PutBucketWebsite.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct WebsiteConfiguration {
    /// `ErrorDocument` in the body.
    pub error_document: Option<super::ErrorDocument>,
    /// `IndexDocument` in the body.
    pub index_document: Option<super::IndexDocument>,
    /// `RedirectAllRequestsTo` in the body.
    pub redirect_all_requests_to: Option<super::RedirectAllRequestsTo>,
    /// `RoutingRules` in the body.
    pub routing_rules: Vec<super::RoutingRule>,
}

impl ReadXml for WebsiteConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "ErrorDocument" => out.error_document = Some(xml.read()?),
                "IndexDocument" => out.index_document = Some(xml.read()?),
                "RedirectAllRequestsTo" => out.redirect_all_requests_to = Some(xml.read()?),
                "RoutingRules" => xml.push_all("RoutingRule", &mut out.routing_rules)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}
