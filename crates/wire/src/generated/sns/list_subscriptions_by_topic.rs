// Written by `cargo xtask wire` from models/. Do not edit.

//! ListSubscriptionsByTopic: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListSubscriptionsByTopic takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListSubscriptionsByTopicInput {
    /// `TopicArn`.
    pub topic_arn: String,
    /// `NextToken`.
    pub next_token: Option<String>,
}

impl ListSubscriptionsByTopicInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { topic_arn: form.required("TopicArn")?, next_token: form.optional("NextToken")? })
    }
}

/// What ListSubscriptionsByTopic gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListSubscriptionsByTopicResponse {
    /// `Subscriptions`.
    pub subscriptions: Vec<super::Subscription>,
    /// `NextToken`.
    pub next_token: Option<String>,
}

impl ListSubscriptionsByTopicResponse {
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

impl WriteXml for ListSubscriptionsByTopicResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("Subscriptions", "member", &self.subscriptions);
        xml.optional("NextToken", &self.next_token);
    }
}
