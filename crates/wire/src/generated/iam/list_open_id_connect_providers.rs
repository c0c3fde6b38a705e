// Written by `cargo xtask wire` from models/. Do not edit.

//! ListOpenIDConnectProviders: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListOpenIDConnectProviders takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListOpenIDConnectProvidersRequest {}

impl ListOpenIDConnectProvidersRequest {
    /// Reads it from a form.
    pub fn decode(_form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {})
    }
}

/// What ListOpenIDConnectProviders gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListOpenIDConnectProvidersResponse {
    /// `OpenIDConnectProviderList`.
    pub open_id_connect_provider_list: Vec<super::OpenIDConnectProviderListEntry>,
}

impl ListOpenIDConnectProvidersResponse {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query(
            "https://iam.amazonaws.com/doc/2010-05-08/",
            operation,
            request_id,
            Some(|xml: &mut XmlWriter| self.write_xml(xml)),
        )
    }
}

impl WriteXml for ListOpenIDConnectProvidersResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("OpenIDConnectProviderList", "member", &self.open_id_connect_provider_list);
    }
}

/// Part of ListOpenIDConnectProviders.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct OpenIDConnectProviderListEntry {
    /// `Arn`.
    pub arn: Option<String>,
    /// `IsTrustedIdentityPropagationEnabled`.
    pub is_trusted_identity_propagation_enabled: Option<bool>,
}

impl WriteXml for OpenIDConnectProviderListEntry {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Arn", &self.arn);
        xml.optional("IsTrustedIdentityPropagationEnabled", &self.is_trusted_identity_propagation_enabled);
    }
}
