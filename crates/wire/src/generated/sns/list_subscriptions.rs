// Written by `cargo xtask wire` from models/. Do not edit.

//! ListSubscriptions: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListSubscriptions takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListSubscriptionsInput {
    /// `NextToken`.
    pub next_token: Option<String>,
}

impl ListSubscriptionsInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { next_token: form.optional("NextToken")? })
    }
}

/// What ListSubscriptions gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListSubscriptionsResponse {
    /// `Subscriptions`.
    pub subscriptions: Vec<super::Subscription>,
    /// `NextToken`.
    pub next_token: Option<String>,
}

impl ListSubscriptionsResponse {
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

impl WriteXml for ListSubscriptionsResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("Subscriptions", "member", &self.subscriptions);
        xml.optional("NextToken", &self.next_token);
    }
}
