// Written by `cargo xtask wire` from models/. Do not edit.

//! GetSubscriptionAttributes: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetSubscriptionAttributes takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetSubscriptionAttributesInput {
    /// `SubscriptionArn`.
    pub subscription_arn: String,
}

impl GetSubscriptionAttributesInput {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { subscription_arn: form.required("SubscriptionArn")? })
    }
}

/// What GetSubscriptionAttributes gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetSubscriptionAttributesResponse {
    /// `Attributes`.
    pub attributes: BTreeMap<String, String>,
}

impl GetSubscriptionAttributesResponse {
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

impl WriteXml for GetSubscriptionAttributesResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.map("Attributes", &self.attributes);
    }
}
