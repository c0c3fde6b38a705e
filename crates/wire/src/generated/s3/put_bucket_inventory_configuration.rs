// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketInventoryConfiguration: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketInventoryConfiguration takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketInventoryConfigurationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `id`.
    pub id: String,
    /// The body.
    pub inventory_configuration: super::InventoryConfiguration,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutBucketInventoryConfigurationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            id: request.required_query("id")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "InventoryConfiguration")?;
        out.inventory_configuration = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutBucketInventoryConfiguration gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketInventoryConfigurationOutput {}

impl PutBucketInventoryConfigurationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
