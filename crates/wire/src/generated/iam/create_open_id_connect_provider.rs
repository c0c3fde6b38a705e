// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateOpenIDConnectProvider: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateOpenIDConnectProvider takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateOpenIDConnectProviderRequest {
    /// `Url`.
    pub url: String,
    /// `ClientIDList`.
    pub client_id_list: Vec<String>,
    /// `ThumbprintList`.
    pub thumbprint_list: Vec<String>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
    /// `ContextProvider`.
    pub context_provider: Option<super::ContextProvider>,
    /// `IdentityCenterInstanceArn`.
    pub identity_center_instance_arn: Option<String>,
}

impl CreateOpenIDConnectProviderRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            url: form.required("Url")?,
            client_id_list: form.list("ClientIDList")?,
            thumbprint_list: form.list("ThumbprintList")?,
            tags: form.list("Tags")?,
            context_provider: form.optional("ContextProvider")?,
            identity_center_instance_arn: form.optional("IdentityCenterInstanceArn")?,
        })
    }
}

/// What CreateOpenIDConnectProvider gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateOpenIDConnectProviderResponse {
    /// `OpenIDConnectProviderArn`.
    pub open_id_connect_provider_arn: Option<String>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl CreateOpenIDConnectProviderResponse {
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

impl WriteXml for CreateOpenIDConnectProviderResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("OpenIDConnectProviderArn", &self.open_id_connect_provider_arn);
        xml.list_if_any("Tags", "member", &self.tags);
    }
}
