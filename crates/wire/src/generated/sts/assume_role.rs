// Written by `cargo xtask wire` from models/. Do not edit.

//! AssumeRole: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What AssumeRole takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AssumeRoleRequest {
    /// `RoleArn`.
    pub role_arn: String,
    /// `RoleSessionName`.
    pub role_session_name: String,
    /// `PolicyArns`.
    pub policy_arns: Vec<super::PolicyDescriptorType>,
    /// `Policy`.
    pub policy: Option<String>,
    /// `DurationSeconds`.
    pub duration_seconds: Option<i32>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
    /// `TransitiveTagKeys`.
    pub transitive_tag_keys: Vec<String>,
    /// `ExternalId`.
    pub external_id: Option<String>,
    /// `SerialNumber`.
    pub serial_number: Option<String>,
    /// `TokenCode`.
    pub token_code: Option<String>,
    /// `SourceIdentity`.
    pub source_identity: Option<String>,
    /// `ProvidedContexts`.
    pub provided_contexts: Vec<super::ProvidedContext>,
    /// `MinimumSessionTokenSize`.
    pub minimum_session_token_size: Option<i32>,
}

impl AssumeRoleRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            role_arn: form.required("RoleArn")?,
            role_session_name: form.required("RoleSessionName")?,
            policy_arns: form.list("PolicyArns")?,
            policy: form.optional("Policy")?,
            duration_seconds: form.optional("DurationSeconds")?,
            tags: form.list("Tags")?,
            transitive_tag_keys: form.list("TransitiveTagKeys")?,
            external_id: form.optional("ExternalId")?,
            serial_number: form.optional("SerialNumber")?,
            token_code: form.optional("TokenCode")?,
            source_identity: form.optional("SourceIdentity")?,
            provided_contexts: form.list("ProvidedContexts")?,
            minimum_session_token_size: form.optional("MinimumSessionTokenSize")?,
        })
    }
}

/// What AssumeRole gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AssumeRoleResponse {
    /// `Credentials`.
    pub credentials: Option<super::Credentials>,
    /// `AssumedRoleUser`.
    pub assumed_role_user: Option<super::AssumedRoleUser>,
    /// `PackedPolicySize`.
    pub packed_policy_size: Option<i32>,
    /// `SourceIdentity`.
    pub source_identity: Option<String>,
    /// `SessionTokenUtilization`.
    pub session_token_utilization: Option<i32>,
    /// `SessionTokenSize`.
    pub session_token_size: Option<i32>,
}

impl AssumeRoleResponse {
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

impl WriteXml for AssumeRoleResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Credentials", &self.credentials);
        xml.optional("AssumedRoleUser", &self.assumed_role_user);
        xml.optional("PackedPolicySize", &self.packed_policy_size);
        xml.optional("SourceIdentity", &self.source_identity);
        xml.optional("SessionTokenUtilization", &self.session_token_utilization);
        xml.optional("SessionTokenSize", &self.session_token_size);
    }
}

/// Part of AssumeRole.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ProvidedContext {
    /// `ProviderArn`.
    pub provider_arn: Option<String>,
    /// `ContextAssertion`.
    pub context_assertion: Option<String>,
}

impl ReadForm for ProvidedContext {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self {
            provider_arn: form.optional("ProviderArn")?,
            context_assertion: form.optional("ContextAssertion")?,
        }))
    }
}
