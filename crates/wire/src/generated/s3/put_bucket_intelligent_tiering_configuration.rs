// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketIntelligentTieringConfiguration: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketIntelligentTieringConfiguration takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketIntelligentTieringConfigurationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `id`.
    pub id: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// The body.
    pub intelligent_tiering_configuration: super::IntelligentTieringConfiguration,
}

impl PutBucketIntelligentTieringConfigurationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            id: request.required_query("id")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "IntelligentTieringConfiguration")?;
        out.intelligent_tiering_configuration = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutBucketIntelligentTieringConfiguration gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketIntelligentTieringConfigurationOutput {}

impl PutBucketIntelligentTieringConfigurationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
