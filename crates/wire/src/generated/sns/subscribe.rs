// Written by `cargo xtask wire` from models/. Do not edit.

//! Subscribe: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What Subscribe takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SubscribeInput {
    /// `TopicArn`.
    pub topic_arn: String,
    /// `Protocol`.
    pub protocol: String,
    /// `Endpoint`.
    pub endpoint: Option<String>,
    /// `Attributes`.
    pub attributes: BTreeMap<String, String>,
    /// `ReturnSubscriptionArn`.
    pub return_subscription_arn: Option<bool>,
}

impl SubscribeInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            topic_arn: form.required("TopicArn")?,
            protocol: form.required("Protocol")?,
            endpoint: form.optional("Endpoint")?,
            attributes: form.map("Attributes")?,
            return_subscription_arn: form.optional("ReturnSubscriptionArn")?,
        })
    }
}

/// What Subscribe gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SubscribeResponse {
    /// `SubscriptionArn`.
    pub subscription_arn: Option<String>,
}

impl SubscribeResponse {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query(
            "http://sns.amazonaws.com/doc/2010-03-31/",
            operation,
            request_id,
            Some(|xml: &mut XmlWriter| self.write_xml(xml)),
        )
    }
}

impl WriteXml for SubscribeResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("SubscriptionArn", &self.subscription_arn);
    }
}
