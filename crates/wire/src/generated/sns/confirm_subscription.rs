// Written by `cargo xtask wire` from models/. Do not edit.

//! ConfirmSubscription: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ConfirmSubscription takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ConfirmSubscriptionInput {
    /// `TopicArn`.
    pub topic_arn: String,
    /// `Token`.
    pub token: String,
    /// `AuthenticateOnUnsubscribe`.
    pub authenticate_on_unsubscribe: Option<String>,
}

impl ConfirmSubscriptionInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            topic_arn: form.required("TopicArn")?,
            token: form.required("Token")?,
            authenticate_on_unsubscribe: form.optional("AuthenticateOnUnsubscribe")?,
        })
    }
}

/// What ConfirmSubscription gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ConfirmSubscriptionResponse {
    /// `SubscriptionArn`.
    pub subscription_arn: Option<String>,
}

impl ConfirmSubscriptionResponse {
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

impl WriteXml for ConfirmSubscriptionResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("SubscriptionArn", &self.subscription_arn);
    }
}
