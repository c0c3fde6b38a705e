// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketNotificationConfiguration: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketNotificationConfiguration takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketNotificationConfigurationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketNotificationConfigurationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// Part of GetBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct EventBridgeConfiguration {}

impl WriteXml for EventBridgeConfiguration {
    fn write_xml(&self, _xml: &mut XmlWriter) {}
}

/// Part of GetBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct FilterRule {
    /// `Name` in the body.
    pub name: Option<String>,
    /// `Value` in the body.
    pub value: Option<String>,
}

impl WriteXml for FilterRule {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Name", &self.name);
        xml.optional("Value", &self.value);
    }
}

/// Part of GetBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct LambdaFunctionConfiguration {
    /// `Id` in the body.
    pub id: Option<String>,
    /// `CloudFunction` in the body.
    pub lambda_function_arn: String,
    /// `Event` in the body.
    pub events: Vec<String>,
    /// `Filter` in the body.
    pub filter: Option<super::NotificationConfigurationFilter>,
}

impl WriteXml for LambdaFunctionConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Id", &self.id);
        xml.element("CloudFunction", &self.lambda_function_arn);
        xml.flat_list("Event", &self.events);
        xml.optional("Filter", &self.filter);
    }
}

/// What GetBucketNotificationConfiguration gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct NotificationConfiguration {
    /// `TopicConfiguration` in the body.
    pub topic_configurations: Vec<super::TopicConfiguration>,
    /// `QueueConfiguration` in the body.
    pub queue_configurations: Vec<super::QueueConfiguration>,
    /// `CloudFunctionConfiguration` in the body.
    pub lambda_function_configurations: Vec<super::LambdaFunctionConfiguration>,
    /// `EventBridgeConfiguration` in the body.
    pub event_bridge_configuration: Option<super::EventBridgeConfiguration>,
}

impl NotificationConfiguration {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("NotificationConfiguration", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for NotificationConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.flat_list("TopicConfiguration", &self.topic_configurations);
        xml.flat_list("QueueConfiguration", &self.queue_configurations);
        xml.flat_list("CloudFunctionConfiguration", &self.lambda_function_configurations);
        xml.optional("EventBridgeConfiguration", &self.event_bridge_configuration);
    }
}

/// Part of GetBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct NotificationConfigurationFilter {
    /// `S3Key` in the body.
    pub key: Option<super::S3KeyFilter>,
}

impl WriteXml for NotificationConfigurationFilter {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("S3Key", &self.key);
    }
}

/// Part of GetBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct QueueConfiguration {
    /// `Id` in the body.
    pub id: Option<String>,
    /// `Queue` in the body.
    pub queue_arn: String,
    /// `Event` in the body.
    pub events: Vec<String>,
    /// `Filter` in the body.
    pub filter: Option<super::NotificationConfigurationFilter>,
}

impl WriteXml for QueueConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Id", &self.id);
        xml.element("Queue", &self.queue_arn);
        xml.flat_list("Event", &self.events);
        xml.optional("Filter", &self.filter);
    }
}

/// Part of GetBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct S3KeyFilter {
    /// `FilterRule` in the body.
    pub filter_rules: Vec<super::FilterRule>,
}

impl WriteXml for S3KeyFilter {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.flat_list("FilterRule", &self.filter_rules);
    }
}

/// Part of GetBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TopicConfiguration {
    /// `Id` in the body.
    pub id: Option<String>,
    /// `Topic` in the body.
    pub topic_arn: String,
    /// `Event` in the body.
    pub events: Vec<String>,
    /// `Filter` in the body.
    pub filter: Option<super::NotificationConfigurationFilter>,
}

impl WriteXml for TopicConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Id", &self.id);
        xml.element("Topic", &self.topic_arn);
        xml.flat_list("Event", &self.events);
        xml.optional("Filter", &self.filter);
    }
}
