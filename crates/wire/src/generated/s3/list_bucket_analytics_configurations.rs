// Written by `cargo xtask wire` from models/. Do not edit.

//! ListBucketAnalyticsConfigurations: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListBucketAnalyticsConfigurations takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListBucketAnalyticsConfigurationsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `continuation-token`.
    pub continuation_token: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl ListBucketAnalyticsConfigurationsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            continuation_token: request.query("continuation-token")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// Part of ListBucketAnalyticsConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AnalyticsAndOperator {
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Tag` in the body.
    pub tags: Vec<super::Tag>,
}

impl WriteXml for AnalyticsAndOperator {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Prefix", &self.prefix);
        xml.flat_list("Tag", &self.tags);
    }
}

/// Part of ListBucketAnalyticsConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AnalyticsConfiguration {
    /// `Id` in the body.
    pub id: String,
    /// `Filter` in the body.
    pub filter: Option<super::AnalyticsFilter>,
    /// `StorageClassAnalysis` in the body.
    pub storage_class_analysis: super::StorageClassAnalysis,
}

impl WriteXml for AnalyticsConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Id", &self.id);
        xml.optional("Filter", &self.filter);
        xml.element("StorageClassAnalysis", &self.storage_class_analysis);
    }
}

/// Part of ListBucketAnalyticsConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AnalyticsExportDestination {
    /// `S3BucketDestination` in the body.
    pub s3_bucket_destination: super::AnalyticsS3BucketDestination,
}

impl WriteXml for AnalyticsExportDestination {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("S3BucketDestination", &self.s3_bucket_destination);
    }
}

/// Part of ListBucketAnalyticsConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AnalyticsFilter {
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Tag` in the body.
    pub tag: Option<super::Tag>,
    /// `And` in the body.
    pub and: Option<super::AnalyticsAndOperator>,
}

impl WriteXml for AnalyticsFilter {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Prefix", &self.prefix);
        xml.optional("Tag", &self.tag);
        xml.optional("And", &self.and);
    }
}

/// Part of ListBucketAnalyticsConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AnalyticsS3BucketDestination {
    /// `Format` in the body.
    pub format: String,
    /// `BucketAccountId` in the body.
    pub bucket_account_id: Option<String>,
    /// `Bucket` in the body.
    pub bucket: String,
    /// `Prefix` in the body.
    pub prefix: Option<String>,
}

impl WriteXml for AnalyticsS3BucketDestination {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Format", &self.format);
        xml.optional("BucketAccountId", &self.bucket_account_id);
        xml.element("Bucket", &self.bucket);
        xml.optional("Prefix", &self.prefix);
    }
}

/// What ListBucketAnalyticsConfigurations gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListBucketAnalyticsConfigurationsOutput {
    /// `IsTruncated` in the body.
    pub is_truncated: Option<bool>,
    /// `ContinuationToken` in the body.
    pub continuation_token: Option<String>,
    /// `NextContinuationToken` in the body.
    pub next_continuation_token: Option<String>,
    /// `AnalyticsConfiguration` in the body.
    pub analytics_configuration_list: Vec<super::AnalyticsConfiguration>,
}

impl ListBucketAnalyticsConfigurationsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("ListBucketAnalyticsConfigurationResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for ListBucketAnalyticsConfigurationsOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("ContinuationToken", &self.continuation_token);
        xml.optional("NextContinuationToken", &self.next_continuation_token);
        xml.flat_list("AnalyticsConfiguration", &self.analytics_configuration_list);
    }
}

/// Part of ListBucketAnalyticsConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct StorageClassAnalysis {
    /// `DataExport` in the body.
    pub data_export: Option<super::StorageClassAnalysisDataExport>,
}

impl WriteXml for StorageClassAnalysis {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("DataExport", &self.data_export);
    }
}

/// Part of ListBucketAnalyticsConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct StorageClassAnalysisDataExport {
    /// `OutputSchemaVersion` in the body.
    pub output_schema_version: String,
    /// `Destination` in the body.
    pub destination: super::AnalyticsExportDestination,
}

impl WriteXml for StorageClassAnalysisDataExport {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("OutputSchemaVersion", &self.output_schema_version);
        xml.element("Destination", &self.destination);
    }
}
