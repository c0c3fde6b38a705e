// Written by `cargo xtask wire` from models/. Do not edit.

//! SimulatePrincipalPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What SimulatePrincipalPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SimulatePrincipalPolicyRequest {
    /// `PolicySourceArn`.
    pub policy_source_arn: String,
    /// `PolicyInputList`.
    pub policy_input_list: Vec<String>,
    /// `PermissionsBoundaryPolicyInputList`.
    pub permissions_boundary_policy_input_list: Vec<String>,
    /// `PolicyExclusionList`.
    pub policy_exclusion_list: Vec<super::PolicyIdentifier>,
    /// `ActionNames`.
    pub action_names: Vec<String>,
    /// `ResourceArns`.
    pub resource_arns: Vec<String>,
    /// `ResourcePolicy`.
    pub resource_policy: Option<String>,
    /// `ResourceOwner`.
    pub resource_owner: Option<String>,
    /// `CallerArn`.
    pub caller_arn: Option<String>,
    /// `ContextEntries`.
    pub context_entries: Vec<super::ContextEntry>,
    /// `ResourceHandlingOption`.
    pub resource_handling_option: Option<String>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl SimulatePrincipalPolicyRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            policy_source_arn: form.required("PolicySourceArn")?,
            policy_input_list: form.list("PolicyInputList")?,
            permissions_boundary_policy_input_list: form.list("PermissionsBoundaryPolicyInputList")?,
            policy_exclusion_list: form.list("PolicyExclusionList")?,
            action_names: form.list("ActionNames")?,
            resource_arns: form.list("ResourceArns")?,
            resource_policy: form.optional("ResourcePolicy")?,
            resource_owner: form.optional("ResourceOwner")?,
            caller_arn: form.optional("CallerArn")?,
            context_entries: form.list("ContextEntries")?,
            resource_handling_option: form.optional("ResourceHandlingOption")?,
            max_items: form.optional("MaxItems")?,
            marker: form.optional("Marker")?,
        })
    }
}

/// Part of SimulatePrincipalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InlinePolicyIdentifierType {
    /// `PolicyName`.
    pub policy_name: String,
    /// `AttachmentType`.
    pub attachment_type: String,
    /// `AttachmentName`.
    pub attachment_name: String,
}

impl ReadForm for InlinePolicyIdentifierType {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self {
            policy_name: form.required("PolicyName")?,
            attachment_type: form.required("AttachmentType")?,
            attachment_name: form.required("AttachmentName")?,
        }))
    }
}

/// Part of SimulatePrincipalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PolicyIdentifier {
    /// `PolicyType`.
    pub policy_type: Option<String>,
    /// `PolicyArn`.
    pub policy_arn: Option<String>,
    /// `InlinePolicyIdentifier`.
    pub inline_policy_identifier: Option<super::InlinePolicyIdentifierType>,
}

impl ReadForm for PolicyIdentifier {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self {
            policy_type: form.optional("PolicyType")?,
            policy_arn: form.optional("PolicyArn")?,
            inline_policy_identifier: form.optional("InlinePolicyIdentifier")?,
        }))
    }
}
