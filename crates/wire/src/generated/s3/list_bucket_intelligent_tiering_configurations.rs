// Written by `cargo xtask wire` from models/. Do not edit.

//! ListBucketIntelligentTieringConfigurations: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListBucketIntelligentTieringConfigurations takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListBucketIntelligentTieringConfigurationsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `continuation-token`.
    pub continuation_token: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl ListBucketIntelligentTieringConfigurationsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            continuation_token: request.query("continuation-token")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What ListBucketIntelligentTieringConfigurations gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListBucketIntelligentTieringConfigurationsOutput {
    /// `IsTruncated` in the body.
    pub is_truncated: Option<bool>,
    /// `ContinuationToken` in the body.
    pub continuation_token: Option<String>,
    /// `NextContinuationToken` in the body.
    pub next_continuation_token: Option<String>,
    /// `IntelligentTieringConfiguration` in the body.
    pub intelligent_tiering_configuration_list: Vec<super::IntelligentTieringConfiguration>,
}

impl ListBucketIntelligentTieringConfigurationsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("ListBucketIntelligentTieringConfigurationsResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for ListBucketIntelligentTieringConfigurationsOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("ContinuationToken", &self.continuation_token);
        xml.optional("NextContinuationToken", &self.next_continuation_token);
        xml.flat_list("IntelligentTieringConfiguration", &self.intelligent_tiering_configuration_list);
    }
}
