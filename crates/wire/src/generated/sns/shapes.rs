// Written by `cargo xtask wire` from models/. Do not edit.

//! Shapes that several operations share.

#[allow(unused_imports)]
use crate::prelude::*;

/// Part of Publish, PublishBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MessageAttributeValue {
    /// `DataType`.
    pub data_type: String,
    /// `StringValue`.
    pub string_value: Option<String>,
    /// `BinaryValue`.
    pub binary_value: Option<String>,
}

impl ReadForm for MessageAttributeValue {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self {
            data_type: form.required("DataType")?,
            string_value: form.optional("StringValue")?,
            binary_value: form.optional("BinaryValue")?,
        }))
    }
}

/// Part of ListSubscriptions, ListSubscriptionsByTopic.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Subscription {
    /// `SubscriptionArn`.
    pub subscription_arn: Option<String>,
    /// `Owner`.
    pub owner: Option<String>,
    /// `Protocol`.
    pub protocol: Option<String>,
    /// `Endpoint`.
    pub endpoint: Option<String>,
    /// `TopicArn`.
    pub topic_arn: Option<String>,
}

impl WriteXml for Subscription {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("SubscriptionArn", &self.subscription_arn);
        xml.optional("Owner", &self.owner);
        xml.optional("Protocol", &self.protocol);
        xml.optional("Endpoint", &self.endpoint);
        xml.optional("TopicArn", &self.topic_arn);
    }
}

/// Part of CreateTopic, ListTagsForResource, TagResource.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Tag {
    /// `Key`.
    pub key: String,
    /// `Value`.
    pub value: String,
}

impl ReadForm for Tag {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self { key: form.required("Key")?, value: form.required("Value")? }))
    }
}

impl WriteXml for Tag {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Key", &self.key);
        xml.element("Value", &self.value);
    }
}
