// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketLogging: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketLogging takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketLoggingRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketLoggingRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketLogging gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketLoggingOutput {
    /// `LoggingEnabled` in the body.
    pub logging_enabled: Option<super::LoggingEnabled>,
}

impl GetBucketLoggingOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("BucketLoggingStatus", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetBucketLoggingOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("LoggingEnabled", &self.logging_enabled);
    }
}

/// Part of GetBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct LoggingEnabled {
    /// `TargetBucket` in the body.
    pub target_bucket: String,
    /// `TargetGrants` in the body.
    pub target_grants: Vec<super::TargetGrant>,
    /// `TargetPrefix` in the body.
    pub target_prefix: String,
    /// `TargetObjectKeyFormat` in the body.
    pub target_object_key_format: Option<super::TargetObjectKeyFormat>,
}

impl WriteXml for LoggingEnabled {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("TargetBucket", &self.target_bucket);
        xml.list("TargetGrants", "Grant", &self.target_grants);
        xml.element("TargetPrefix", &self.target_prefix);
        xml.optional("TargetObjectKeyFormat", &self.target_object_key_format);
    }
}

/// Part of GetBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PartitionedPrefix {
    /// `PartitionDateSource` in the body.
    pub partition_date_source: Option<String>,
}

impl WriteXml for PartitionedPrefix {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PartitionDateSource", &self.partition_date_source);
    }
}

/// Part of GetBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SimplePrefix {}

impl WriteXml for SimplePrefix {
    fn write_xml(&self, _xml: &mut XmlWriter) {}
}

/// Part of GetBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TargetGrant {
    /// `Grantee` in the body.
    pub grantee: Option<super::Grantee>,
    /// `Permission` in the body.
    pub permission: Option<String>,
}

impl WriteXml for TargetGrant {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Grantee", &self.grantee);
        xml.optional("Permission", &self.permission);
    }
}

/// Part of GetBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TargetObjectKeyFormat {
    /// `SimplePrefix` in the body.
    pub simple_prefix: Option<super::SimplePrefix>,
    /// `PartitionedPrefix` in the body.
    pub partitioned_prefix: Option<super::PartitionedPrefix>,
}

impl WriteXml for TargetObjectKeyFormat {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("SimplePrefix", &self.simple_prefix);
        xml.optional("PartitionedPrefix", &self.partitioned_prefix);
    }
}
