// Written by `cargo xtask wire` from models/. Do not edit.

//! AssumeRoleWithWebIdentity: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What AssumeRoleWithWebIdentity takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AssumeRoleWithWebIdentityRequest {
    /// `RoleArn`.
    pub role_arn: String,
    /// `RoleSessionName`.
    pub role_session_name: String,
    /// `WebIdentityToken`.
    pub web_identity_token: String,
    /// `ProviderId`.
    pub provider_id: Option<String>,
    /// `PolicyArns`.
    pub policy_arns: Vec<super::PolicyDescriptorType>,
    /// `Policy`.
    pub policy: Option<String>,
    /// `DurationSeconds`.
    pub duration_seconds: Option<i32>,
    /// `MinimumSessionTokenSize`.
    pub minimum_session_token_size: Option<i32>,
}

impl AssumeRoleWithWebIdentityRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            role_arn: form.required("RoleArn")?,
            role_session_name: form.required("RoleSessionName")?,
            web_identity_token: form.required("WebIdentityToken")?,
            provider_id: form.optional("ProviderId")?,
            policy_arns: form.list("PolicyArns")?,
            policy: form.optional("Policy")?,
            duration_seconds: form.optional("DurationSeconds")?,
            minimum_session_token_size: form.optional("MinimumSessionTokenSize")?,
        })
    }
}

/// What AssumeRoleWithWebIdentity gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AssumeRoleWithWebIdentityResponse {
    /// `Credentials`.
    pub credentials: Option<super::Credentials>,
    /// `SubjectFromWebIdentityToken`.
    pub subject_from_web_identity_token: Option<String>,
    /// `AssumedRoleUser`.
    pub assumed_role_user: Option<super::AssumedRoleUser>,
    /// `PackedPolicySize`.
    pub packed_policy_size: Option<i32>,
    /// `Provider`.
    pub provider: Option<String>,
    /// `Audience`.
    pub audience: Option<String>,
    /// `SourceIdentity`.
    pub source_identity: Option<String>,
    /// `SessionTokenUtilization`.
    pub session_token_utilization: Option<i32>,
    /// `SessionTokenSize`.
    pub session_token_size: Option<i32>,
    /// `TrustedIdentityPropagationContext`.
    pub trusted_identity_propagation_context: Option<super::TrustedIdentityPropagationContext>,
}

impl AssumeRoleWithWebIdentityResponse {
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

impl WriteXml for AssumeRoleWithWebIdentityResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Credentials", &self.credentials);
        xml.optional("SubjectFromWebIdentityToken", &self.subject_from_web_identity_token);
        xml.optional("AssumedRoleUser", &self.assumed_role_user);
        xml.optional("PackedPolicySize", &self.packed_policy_size);
        xml.optional("Provider", &self.provider);
        xml.optional("Audience", &self.audience);
        xml.optional("SourceIdentity", &self.source_identity);
        xml.optional("SessionTokenUtilization", &self.session_token_utilization);
        xml.optional("SessionTokenSize", &self.session_token_size);
        xml.optional("TrustedIdentityPropagationContext", &self.trusted_identity_propagation_context);
    }
}

/// Part of AssumeRoleWithWebIdentity.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct OriginIdentity {
    /// `Subject`.
    pub subject: Option<String>,
    /// `SubjectType`.
    pub subject_type: Option<String>,
    /// `Issuer`.
    pub issuer: Option<String>,
    /// `FederatedProviderArn`.
    pub federated_provider_arn: Option<String>,
}

impl WriteXml for OriginIdentity {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Subject", &self.subject);
        xml.optional("SubjectType", &self.subject_type);
        xml.optional("Issuer", &self.issuer);
        xml.optional("FederatedProviderArn", &self.federated_provider_arn);
    }
}

/// Part of AssumeRoleWithWebIdentity.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TransactionContext {
    /// `IdentityProvider`.
    pub identity_provider: BTreeMap<String, String>,
}

impl WriteXml for TransactionContext {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.map("IdentityProvider", &self.identity_provider);
    }
}

/// Part of AssumeRoleWithWebIdentity.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TrustedIdentityPropagationContext {
    /// `OriginIdentity`.
    pub origin_identity: Option<super::OriginIdentity>,
    /// `TransactionContext`.
    pub transaction_context: Option<super::TransactionContext>,
}

impl WriteXml for TrustedIdentityPropagationContext {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("OriginIdentity", &self.origin_identity);
        xml.optional("TransactionContext", &self.transaction_context);
    }
}
