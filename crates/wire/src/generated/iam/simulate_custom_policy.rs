// Written by `cargo xtask wire` from models/. Do not edit.

//! SimulateCustomPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What SimulateCustomPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SimulateCustomPolicyRequest {
    /// `PolicyInputList`.
    pub policy_input_list: Vec<String>,
    /// `PermissionsBoundaryPolicyInputList`.
    pub permissions_boundary_policy_input_list: Vec<String>,
    /// `OrderedOrganizationPolicyInputList`.
    pub ordered_organization_policy_input_list: Vec<super::OrderedOrganizationPolicyType>,
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

impl SimulateCustomPolicyRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            policy_input_list: form.list("PolicyInputList")?,
            permissions_boundary_policy_input_list: form.list("PermissionsBoundaryPolicyInputList")?,
            ordered_organization_policy_input_list: form.list("OrderedOrganizationPolicyInputList")?,
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

/// Part of SimulateCustomPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct OrderedOrganizationPolicyType {
    /// `ServiceControlPolicyInputList`.
    pub service_control_policy_input_list: Vec<String>,
}

impl ReadForm for OrderedOrganizationPolicyType {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self { service_control_policy_input_list: form.list("ServiceControlPolicyInputList")? }))
    }
}
