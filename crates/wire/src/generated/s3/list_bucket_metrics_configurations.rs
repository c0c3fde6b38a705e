// Written by `cargo xtask wire` from models/. Do not edit.

//! ListBucketMetricsConfigurations: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListBucketMetricsConfigurations takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListBucketMetricsConfigurationsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `continuation-token`.
    pub continuation_token: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl ListBucketMetricsConfigurationsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            continuation_token: request.query("continuation-token")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What ListBucketMetricsConfigurations gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListBucketMetricsConfigurationsOutput {
    /// `IsTruncated` in the body.
    pub is_truncated: Option<bool>,
    /// `ContinuationToken` in the body.
    pub continuation_token: Option<String>,
    /// `NextContinuationToken` in the body.
    pub next_continuation_token: Option<String>,
    /// `MetricsConfiguration` in the body.
    pub metrics_configuration_list: Vec<super::MetricsConfiguration>,
}

impl ListBucketMetricsConfigurationsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("ListMetricsConfigurationsResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for ListBucketMetricsConfigurationsOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("ContinuationToken", &self.continuation_token);
        xml.optional("NextContinuationToken", &self.next_continuation_token);
        xml.flat_list("MetricsConfiguration", &self.metrics_configuration_list);
    }
}

/// Part of ListBucketMetricsConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MetricsAndOperator {
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Tag` in the body.
    pub tags: Vec<super::Tag>,
    /// `AccessPointArn` in the body.
    pub access_point_arn: Option<String>,
}

impl WriteXml for MetricsAndOperator {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Prefix", &self.prefix);
        xml.flat_list("Tag", &self.tags);
        xml.optional("AccessPointArn", &self.access_point_arn);
    }
}

/// Part of ListBucketMetricsConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MetricsConfiguration {
    /// `Id` in the body.
    pub id: String,
    /// `Filter` in the body.
    pub filter: Option<super::MetricsFilter>,
}

impl WriteXml for MetricsConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Id", &self.id);
        xml.optional("Filter", &self.filter);
    }
}

/// Part of ListBucketMetricsConfigurations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MetricsFilter {
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Tag` in the body.
    pub tag: Option<super::Tag>,
    /// `AccessPointArn` in the body.
    pub access_point_arn: Option<String>,
    /// `And` in the body.
    pub and: Option<super::MetricsAndOperator>,
}

impl WriteXml for MetricsFilter {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Prefix", &self.prefix);
        xml.optional("Tag", &self.tag);
        xml.optional("AccessPointArn", &self.access_point_arn);
        xml.optional("And", &self.and);
    }
}
