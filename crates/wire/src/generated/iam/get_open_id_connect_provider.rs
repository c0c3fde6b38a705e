// Written by `cargo xtask wire` from models/. Do not edit.

//! GetOpenIDConnectProvider: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetOpenIDConnectProvider takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetOpenIDConnectProviderRequest {
    /// `OpenIDConnectProviderArn`.
    pub open_id_connect_provider_arn: String,
}

impl GetOpenIDConnectProviderRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self { open_id_connect_provider_arn: form.required("OpenIDConnectProviderArn")? })
    }
}

/// What GetOpenIDConnectProvider gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetOpenIDConnectProviderResponse {
    /// `Url`.
    pub url: Option<String>,
    /// `ClientIDList`.
    pub client_id_list: Vec<String>,
    /// `ThumbprintList`.
    pub thumbprint_list: Vec<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
    /// `ContextProvider`.
    pub context_provider: Option<super::ContextProvider>,
    /// `IdentityCenterInstanceArn`.
    pub identity_center_instance_arn: Option<String>,
    /// `IdentityStoreArn`.
    pub identity_store_arn: Option<String>,
}

impl GetOpenIDConnectProviderResponse {
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

impl WriteXml for GetOpenIDConnectProviderResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Url", &self.url);
        xml.list("ClientIDList", "member", &self.client_id_list);
        xml.list("ThumbprintList", "member", &self.thumbprint_list);
        xml.seconds("CreateDate", &self.create_date);
        xml.list_if_any("Tags", "member", &self.tags);
        xml.optional("ContextProvider", &self.context_provider);
        xml.optional("IdentityCenterInstanceArn", &self.identity_center_instance_arn);
        xml.optional("IdentityStoreArn", &self.identity_store_arn);
    }
}
