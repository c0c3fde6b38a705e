// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketIntelligentTieringConfiguration: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketIntelligentTieringConfiguration takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketIntelligentTieringConfigurationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `id`.
    pub id: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketIntelligentTieringConfigurationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            id: request.required_query("id")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketIntelligentTieringConfiguration gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketIntelligentTieringConfigurationOutput {
    /// The body.
    pub intelligent_tiering_configuration: Option<super::IntelligentTieringConfiguration>,
}

impl GetBucketIntelligentTieringConfigurationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        if let Some(body) = &self.intelligent_tiering_configuration {
            out.xml_body("IntelligentTieringConfiguration", |xml| body.write_xml(xml));
        }
        out
    }
}
