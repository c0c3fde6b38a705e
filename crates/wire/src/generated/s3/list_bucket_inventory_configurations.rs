// Written by `cargo xtask wire` from models/. Do not edit.

//! ListBucketInventoryConfigurations: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListBucketInventoryConfigurations takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListBucketInventoryConfigurationsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `continuation-token`.
    pub continuation_token: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl ListBucketInventoryConfigurationsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            continuation_token: request.query("continuation-token")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What ListBucketInventoryConfigurations gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListBucketInventoryConfigurationsOutput {
    /// `ContinuationToken` in the body.
    pub continuation_token: Option<String>,
    /// `InventoryConfiguration` in the body.
    pub inventory_configuration_list: Vec<super::InventoryConfiguration>,
    /// `IsTruncated` in the body.
    pub is_truncated: Option<bool>,
    /// `NextContinuationToken` in the body.
    pub next_continuation_token: Option<String>,
}

impl ListBucketInventoryConfigurationsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("ListInventoryConfigurationsResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for ListBucketInventoryConfigurationsOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("ContinuationToken", &self.continuation_token);
        xml.flat_list("InventoryConfiguration", &self.inventory_configuration_list);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("NextContinuationToken", &self.next_continuation_token);
    }
}
