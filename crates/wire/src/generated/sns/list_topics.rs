// Written by `cargo xtask wire` from models/. Do not edit.

//! ListTopics: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListTopics takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListTopicsInput {
    /// `NextToken`.
    pub next_token: Option<String>,
}

impl ListTopicsInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { next_token: form.optional("NextToken")? })
    }
}

/// What ListTopics gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListTopicsResponse {
    /// `Topics`.
    pub topics: Vec<super::Topic>,
    /// `NextToken`.
    pub next_token: Option<String>,
}

impl ListTopicsResponse {
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

impl WriteXml for ListTopicsResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("Topics", "member", &self.topics);
        xml.optional("NextToken", &self.next_token);
    }
}

/// Part of ListTopics.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Topic {
    /// `TopicArn`.
    pub topic_arn: Option<String>,
}

impl WriteXml for Topic {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("TopicArn", &self.topic_arn);
    }
}
