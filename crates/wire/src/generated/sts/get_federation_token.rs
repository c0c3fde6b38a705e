// Written by `cargo xtask wire` from models/. Do not edit.

//! GetFederationToken: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetFederationToken takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetFederationTokenRequest {
    /// `Name`.
    pub name: String,
    /// `Policy`.
    pub policy: Option<String>,
    /// `PolicyArns`.
    pub policy_arns: Vec<super::PolicyDescriptorType>,
    /// `DurationSeconds`.
    pub duration_seconds: Option<i32>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
    /// `MinimumSessionTokenSize`.
    pub minimum_session_token_size: Option<i32>,
}

impl GetFederationTokenRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: form.required("Name")?,
            policy: form.optional("Policy")?,
            policy_arns: form.list("PolicyArns")?,
            duration_seconds: form.optional("DurationSeconds")?,
            tags: form.list("Tags")?,
            minimum_session_token_size: form.optional("MinimumSessionTokenSize")?,
        })
    }
}

/// Part of GetFederationToken.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct FederatedUser {
    /// `FederatedUserId`.
    pub federated_user_id: String,
    /// `Arn`.
    pub arn: String,
}

impl WriteXml for FederatedUser {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("FederatedUserId", &self.federated_user_id);
        xml.element("Arn", &self.arn);
    }
}

/// What GetFederationToken gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetFederationTokenResponse {
    /// `Credentials`.
    pub credentials: Option<super::Credentials>,
    /// `FederatedUser`.
    pub federated_user: Option<super::FederatedUser>,
    /// `PackedPolicySize`.
    pub packed_policy_size: Option<i32>,
    /// `SessionTokenUtilization`.
    pub session_token_utilization: Option<i32>,
    /// `SessionTokenSize`.
    pub session_token_size: Option<i32>,
}

impl GetFederationTokenResponse {
    /// Writes it to the response of this operation.
    pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {
        Encoded::query(
            "https://sts.amazonaws.com/doc/2011-06-15/",
            operation,
            request_id,
            Some(|xml: &mut XmlWriter| self.write_xml(xml)),
        )
    }
}

impl WriteXml for GetFederationTokenResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Credentials", &self.credentials);
        xml.optional("FederatedUser", &self.federated_user);
        xml.optional("PackedPolicySize", &self.packed_policy_size);
        xml.optional("SessionTokenUtilization", &self.session_token_utilization);
        xml.optional("SessionTokenSize", &self.session_token_size);
    }
}
