// Written by `cargo xtask wire` from models/. Do not edit.

//! SetSubscriptionAttributes: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What SetSubscriptionAttributes takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SetSubscriptionAttributesInput {
    /// `SubscriptionArn`.
    pub subscription_arn: String,
    /// `AttributeName`.
    pub attribute_name: String,
    /// `AttributeValue`.
    pub attribute_value: Option<String>,
}

impl SetSubscriptionAttributesInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            subscription_arn: form.required("SubscriptionArn")?,
            attribute_name: form.required("AttributeName")?,
            attribute_value: form.optional("AttributeValue")?,
        })
    }
}

/// What SetSubscriptionAttributes gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SetSubscriptionAttributesOutput {}

impl SetSubscriptionAttributesOutput {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query("http://sns.amazonaws.com/doc/2010-03-31/", operation, request_id, None::<fn(&mut XmlWriter)>)
    }
}
