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

/// Part of ListBucketInventoryConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryConfiguration {
    /// `Destination` in the body.
    pub destination: super::InventoryDestination,
    /// `IsEnabled` in the body.
    pub is_enabled: bool,
    /// `Filter` in the body.
    pub filter: Option<super::InventoryFilter>,
    /// `Id` in the body.
    pub id: String,
    /// `IncludedObjectVersions` in the body.
    pub included_object_versions: String,
    /// `OptionalFields` in the body.
    pub optional_fields: Vec<String>,
    /// `Schedule` in the body.
    pub schedule: super::InventorySchedule,
}

impl WriteXml for InventoryConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Destination", &self.destination);
        xml.element("IsEnabled", &self.is_enabled);
        xml.optional("Filter", &self.filter);
        xml.element("Id", &self.id);
        xml.element("IncludedObjectVersions", &self.included_object_versions);
        xml.list("OptionalFields", "Field", &self.optional_fields);
        xml.element("Schedule", &self.schedule);
    }
}

/// Part of ListBucketInventoryConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryDestination {
    /// `S3BucketDestination` in the body.
    pub s3_bucket_destination: super::InventoryS3BucketDestination,
}

impl WriteXml for InventoryDestination {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("S3BucketDestination", &self.s3_bucket_destination);
    }
}

/// Part of ListBucketInventoryConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryEncryption {
    /// `SSE-S3` in the body.
    pub sse_s3: Option<super::SSES3>,
    /// `SSE-KMS` in the body.
    pub sse_kms: Option<super::SSEKMS>,
}

impl WriteXml for InventoryEncryption {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("SSE-S3", &self.sse_s3);
        xml.optional("SSE-KMS", &self.sse_kms);
    }
}

/// Part of ListBucketInventoryConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryFilter {
    /// `Prefix` in the body.
    pub prefix: String,
}

impl WriteXml for InventoryFilter {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Prefix", &self.prefix);
    }
}

/// Part of ListBucketInventoryConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryS3BucketDestination {
    /// `AccountId` in the body.
    pub account_id: Option<String>,
    /// `Bucket` in the body.
    pub bucket: String,
    /// `Format` in the body.
    pub format: String,
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Encryption` in the body.
    pub encryption: Option<super::InventoryEncryption>,
}

impl WriteXml for InventoryS3BucketDestination {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("AccountId", &self.account_id);
        xml.element("Bucket", &self.bucket);
        xml.element("Format", &self.format);
        xml.optional("Prefix", &self.prefix);
        xml.optional("Encryption", &self.encryption);
    }
}

/// Part of ListBucketInventoryConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventorySchedule {
    /// `Frequency` in the body.
    pub frequency: String,
}

impl WriteXml for InventorySchedule {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Frequency", &self.frequency);
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

/// Part of ListBucketInventoryConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SSEKMS {
    /// `KeyId` in the body.
    pub key_id: String,
}

impl WriteXml for SSEKMS {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("KeyId", &self.key_id);
    }
}

/// Part of ListBucketInventoryConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SSES3 {}

impl WriteXml for SSES3 {
    fn write_xml(&self, _xml: &mut XmlWriter) {}
}
