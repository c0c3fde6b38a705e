// Written by `cargo xtask wire` from models/. Do not edit.

//! Shapes that several operations share.

#[allow(unused_imports)]
use crate::prelude::*;

/// Part of CreateRole, CreateUser, GetAccountAuthorizationDetails, GetGroup, GetRole, GetUser, ListInstanceProfiles, ListInstanceProfilesForRole, ListRoles, ListUsers, ListVirtualMFADevices, UpdateRoleDescription.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AttachedPermissionsBoundary {
    /// `PermissionsBoundaryType`.
    pub permissions_boundary_type: Option<String>,
    /// `PermissionsBoundaryArn`.
    pub permissions_boundary_arn: Option<String>,
}

impl WriteXml for AttachedPermissionsBoundary {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PermissionsBoundaryType", &self.permissions_boundary_type);
        xml.optional("PermissionsBoundaryArn", &self.permissions_boundary_arn);
    }
}

/// Part of GetAccountAuthorizationDetails, ListAttachedGroupPolicies, ListAttachedRolePolicies, ListAttachedUserPolicies.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AttachedPolicy {
    /// `PolicyName`.
    pub policy_name: Option<String>,
    /// `PolicyArn`.
    pub policy_arn: Option<String>,
}

impl WriteXml for AttachedPolicy {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PolicyName", &self.policy_name);
        xml.optional("PolicyArn", &self.policy_arn);
    }
}

/// Part of SimulateCustomPolicy, SimulatePrincipalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ContextEntry {
    /// `ContextKeyName`.
    pub context_key_name: Option<String>,
    /// `ContextKeyValues`.
    pub context_key_values: Vec<String>,
    /// `ContextKeyType`.
    pub context_key_type: Option<String>,
}

impl ReadForm for ContextEntry {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self {
            context_key_name: form.optional("ContextKeyName")?,
            context_key_values: form.list("ContextKeyValues")?,
            context_key_type: form.optional("ContextKeyType")?,
        }))
    }
}

/// Part of CreateOpenIDConnectProvider, GetOpenIDConnectProvider.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ContextProvider {
    /// `KeyDefinitionList`.
    pub key_definition_list: Vec<super::ContextProviderKeyDefinition>,
    /// `SubjectSourceKey`.
    pub subject_source_key: String,
    /// `SubjectTypeValue`.
    pub subject_type_value: Option<String>,
    /// `SubjectTypeSourceKey`.
    pub subject_type_source_key: Option<String>,
}

impl ReadForm for ContextProvider {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self {
            key_definition_list: form.list("KeyDefinitionList")?,
            subject_source_key: form.required("SubjectSourceKey")?,
            subject_type_value: form.optional("SubjectTypeValue")?,
            subject_type_source_key: form.optional("SubjectTypeSourceKey")?,
        }))
    }
}

impl WriteXml for ContextProvider {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("KeyDefinitionList", "member", &self.key_definition_list);
        xml.element("SubjectSourceKey", &self.subject_source_key);
        xml.optional("SubjectTypeValue", &self.subject_type_value);
        xml.optional("SubjectTypeSourceKey", &self.subject_type_source_key);
    }
}

/// Part of CreateOpenIDConnectProvider, GetOpenIDConnectProvider.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ContextProviderKeyDefinition {
    /// `SourceKey`.
    pub source_key: String,
    /// `TargetKey`.
    pub target_key: Option<String>,
}

impl ReadForm for ContextProviderKeyDefinition {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self { source_key: form.required("SourceKey")?, target_key: form.optional("TargetKey")? }))
    }
}

impl WriteXml for ContextProviderKeyDefinition {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("SourceKey", &self.source_key);
        xml.optional("TargetKey", &self.target_key);
    }
}

/// Part of SimulateCustomPolicy, SimulatePrincipalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct EvaluationResult {
    /// `EvalActionName`.
    pub eval_action_name: String,
    /// `EvalResourceName`.
    pub eval_resource_name: Option<String>,
    /// `EvalDecision`.
    pub eval_decision: String,
    /// `MatchedStatements`.
    pub matched_statements: Vec<super::Statement>,
    /// `MissingContextValues`.
    pub missing_context_values: Vec<String>,
    /// `OrganizationsDecisionDetail`.
    pub organizations_decision_detail: Option<super::OrganizationsDecisionDetail>,
    /// `PermissionsBoundaryDecisionDetail`.
    pub permissions_boundary_decision_detail: Option<super::PermissionsBoundaryDecisionDetail>,
    /// `EvalDecisionDetails`.
    pub eval_decision_details: BTreeMap<String, String>,
    /// `ResourceSpecificResults`.
    pub resource_specific_results: Vec<super::ResourceSpecificResult>,
}

impl WriteXml for EvaluationResult {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("EvalActionName", &self.eval_action_name);
        xml.optional("EvalResourceName", &self.eval_resource_name);
        xml.element("EvalDecision", &self.eval_decision);
        xml.list("MatchedStatements", "member", &self.matched_statements);
        xml.list("MissingContextValues", "member", &self.missing_context_values);
        xml.optional("OrganizationsDecisionDetail", &self.organizations_decision_detail);
        xml.optional("PermissionsBoundaryDecisionDetail", &self.permissions_boundary_decision_detail);
        xml.map("EvalDecisionDetails", &self.eval_decision_details);
        xml.list("ResourceSpecificResults", "member", &self.resource_specific_results);
    }
}

/// Part of CreateGroup, GetGroup, ListGroups, ListGroupsForUser.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Group {
    /// `Path`.
    pub path: String,
    /// `GroupName`.
    pub group_name: String,
    /// `GroupId`.
    pub group_id: String,
    /// `Arn`.
    pub arn: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
}

impl WriteXml for Group {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Path", &self.path);
        xml.element("GroupName", &self.group_name);
        xml.element("GroupId", &self.group_id);
        xml.element("Arn", &self.arn);
        xml.seconds("CreateDate", &self.create_date);
    }
}

/// Part of GetAccountAuthorizationDetails, ListInstanceProfiles, ListInstanceProfilesForRole.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InstanceProfile {
    /// `Path`.
    pub path: String,
    /// `InstanceProfileName`.
    pub instance_profile_name: String,
    /// `InstanceProfileId`.
    pub instance_profile_id: String,
    /// `Arn`.
    pub arn: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
    /// `Roles`.
    pub roles: Vec<super::Role>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl WriteXml for InstanceProfile {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Path", &self.path);
        xml.element("InstanceProfileName", &self.instance_profile_name);
        xml.element("InstanceProfileId", &self.instance_profile_id);
        xml.element("Arn", &self.arn);
        xml.seconds("CreateDate", &self.create_date);
        xml.list("Roles", "member", &self.roles);
        xml.list_if_any("Tags", "member", &self.tags);
    }
}

/// Part of SimulateCustomPolicy, SimulatePrincipalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct OrganizationsDecisionDetail {
    /// `AllowedByOrganizations`.
    pub allowed_by_organizations: Option<bool>,
}

impl WriteXml for OrganizationsDecisionDetail {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("AllowedByOrganizations", &self.allowed_by_organizations);
    }
}

/// Part of SimulateCustomPolicy, SimulatePrincipalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PermissionsBoundaryDecisionDetail {
    /// `AllowedByPermissionsBoundary`.
    pub allowed_by_permissions_boundary: Option<bool>,
}

impl WriteXml for PermissionsBoundaryDecisionDetail {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("AllowedByPermissionsBoundary", &self.allowed_by_permissions_boundary);
    }
}

/// Part of CreatePolicy, GetPolicy, ListPolicies.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Policy {
    /// `PolicyName`.
    pub policy_name: Option<String>,
    /// `PolicyId`.
    pub policy_id: Option<String>,
    /// `Arn`.
    pub arn: Option<String>,
    /// `Path`.
    pub path: Option<String>,
    /// `DefaultVersionId`.
    pub default_version_id: Option<String>,
    /// `AttachmentCount`.
    pub attachment_count: Option<i32>,
    /// `PermissionsBoundaryUsageCount`.
    pub permissions_boundary_usage_count: Option<i32>,
    /// `IsAttachable`.
    pub is_attachable: Option<bool>,
    /// `Description`.
    pub description: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `UpdateDate`.
    pub update_date: Option<Timestamp>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl WriteXml for Policy {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PolicyName", &self.policy_name);
        xml.optional("PolicyId", &self.policy_id);
        xml.optional("Arn", &self.arn);
        xml.optional("Path", &self.path);
        xml.optional("DefaultVersionId", &self.default_version_id);
        xml.optional("AttachmentCount", &self.attachment_count);
        xml.optional("PermissionsBoundaryUsageCount", &self.permissions_boundary_usage_count);
        xml.optional("IsAttachable", &self.is_attachable);
        xml.optional("Description", &self.description);
        xml.seconds("CreateDate", &self.create_date);
        xml.seconds("UpdateDate", &self.update_date);
        xml.list_if_any("Tags", "member", &self.tags);
    }
}

/// Part of CreatePolicyVersion, GetAccountAuthorizationDetails, GetPolicyVersion, ListPolicyVersions.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PolicyVersion {
    /// `Document`.
    pub document: Option<String>,
    /// `VersionId`.
    pub version_id: Option<String>,
    /// `IsDefaultVersion`.
    pub is_default_version: Option<bool>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
}

impl WriteXml for PolicyVersion {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Document", &self.document);
        xml.optional("VersionId", &self.version_id);
        xml.optional("IsDefaultVersion", &self.is_default_version);
        xml.seconds("CreateDate", &self.create_date);
    }
}

/// Part of SimulateCustomPolicy, SimulatePrincipalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Position {
    /// `Line`.
    pub line: Option<i32>,
    /// `Column`.
    pub column: Option<i32>,
}

impl WriteXml for Position {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Line", &self.line);
        xml.optional("Column", &self.column);
    }
}

/// Part of SimulateCustomPolicy, SimulatePrincipalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ResourceSpecificResult {
    /// `EvalResourceName`.
    pub eval_resource_name: String,
    /// `EvalResourceDecision`.
    pub eval_resource_decision: String,
    /// `MatchedStatements`.
    pub matched_statements: Vec<super::Statement>,
    /// `MissingContextValues`.
    pub missing_context_values: Vec<String>,
    /// `EvalDecisionDetails`.
    pub eval_decision_details: BTreeMap<String, String>,
    /// `PermissionsBoundaryDecisionDetail`.
    pub permissions_boundary_decision_detail: Option<super::PermissionsBoundaryDecisionDetail>,
}

impl WriteXml for ResourceSpecificResult {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("EvalResourceName", &self.eval_resource_name);
        xml.element("EvalResourceDecision", &self.eval_resource_decision);
        xml.list("MatchedStatements", "member", &self.matched_statements);
        xml.list("MissingContextValues", "member", &self.missing_context_values);
        xml.map("EvalDecisionDetails", &self.eval_decision_details);
        xml.optional("PermissionsBoundaryDecisionDetail", &self.permissions_boundary_decision_detail);
    }
}

/// Part of CreateRole, GetAccountAuthorizationDetails, GetRole, ListInstanceProfiles, ListInstanceProfilesForRole, ListRoles, UpdateRoleDescription.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Role {
    /// `Path`.
    pub path: String,
    /// `RoleName`.
    pub role_name: String,
    /// `RoleId`.
    pub role_id: String,
    /// `Arn`.
    pub arn: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
    /// `AssumeRolePolicyDocument`.
    pub assume_role_policy_document: Option<String>,
    /// `Description`.
    pub description: Option<String>,
    /// `MaxSessionDuration`.
    pub max_session_duration: Option<i32>,
    /// `MaxSigninSessionDuration`.
    pub max_signin_session_duration: Option<i32>,
    /// `PermissionsBoundary`.
    pub permissions_boundary: Option<super::AttachedPermissionsBoundary>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
    /// `RoleLastUsed`.
    pub role_last_used: Option<super::RoleLastUsed>,
    /// `SourceRoleTemplate`.
    pub source_role_template: Option<super::SourceRoleTemplate>,
}

impl WriteXml for Role {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Path", &self.path);
        xml.element("RoleName", &self.role_name);
        xml.element("RoleId", &self.role_id);
        xml.element("Arn", &self.arn);
        xml.seconds("CreateDate", &self.create_date);
        xml.optional("AssumeRolePolicyDocument", &self.assume_role_policy_document);
        xml.optional("Description", &self.description);
        xml.optional("MaxSessionDuration", &self.max_session_duration);
        xml.optional("MaxSigninSessionDuration", &self.max_signin_session_duration);
        xml.optional("PermissionsBoundary", &self.permissions_boundary);
        xml.list_if_any("Tags", "member", &self.tags);
        xml.optional("RoleLastUsed", &self.role_last_used);
        xml.optional("SourceRoleTemplate", &self.source_role_template);
    }
}

/// Part of CreateRole, GetAccountAuthorizationDetails, GetRole, ListInstanceProfiles, ListInstanceProfilesForRole, ListRoles, UpdateRoleDescription.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RoleLastUsed {
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastUsedDate`.
    pub last_used_date: Option<Timestamp>,
    /// `Region`.
    pub region: Option<String>,
}

impl WriteXml for RoleLastUsed {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.seconds("LastUsedDate", &self.last_used_date);
        xml.optional("Region", &self.region);
    }
}

/// What SimulateCustomPolicy, SimulatePrincipalPolicy gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SimulatePolicyResponse {
    /// `EvaluationResults`.
    pub evaluation_results: Vec<super::EvaluationResult>,
    /// `IsTruncated`.
    pub is_truncated: Option<bool>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl SimulatePolicyResponse {
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

impl WriteXml for SimulatePolicyResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("EvaluationResults", "member", &self.evaluation_results);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Marker", &self.marker);
    }
}

/// Part of CreateRole, GetAccountAuthorizationDetails, GetRole, ListInstanceProfiles, ListInstanceProfilesForRole, ListRoles, UpdateRoleDescription.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SourceRoleTemplate {
    /// `TemplateArn`.
    pub template_arn: String,
    /// `TemplateMinorVersion`.
    pub template_minor_version: i32,
}

impl WriteXml for SourceRoleTemplate {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("TemplateArn", &self.template_arn);
        xml.element("TemplateMinorVersion", &self.template_minor_version);
    }
}

/// Part of SimulateCustomPolicy, SimulatePrincipalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Statement {
    /// `SourcePolicyId`.
    pub source_policy_id: Option<String>,
    /// `SourcePolicyType`.
    pub source_policy_type: Option<String>,
    /// `StartPosition`.
    pub start_position: Option<super::Position>,
    /// `EndPosition`.
    pub end_position: Option<super::Position>,
}

impl WriteXml for Statement {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("SourcePolicyId", &self.source_policy_id);
        xml.optional("SourcePolicyType", &self.source_policy_type);
        xml.optional("StartPosition", &self.start_position);
        xml.optional("EndPosition", &self.end_position);
    }
}

/// Part of CreateOpenIDConnectProvider, CreatePolicy, CreateRole, CreateUser, GetAccountAuthorizationDetails, GetGroup, GetOpenIDConnectProvider, GetPolicy, GetRole, GetUser, ListInstanceProfiles, ListInstanceProfilesForRole, ListOpenIDConnectProviderTags, ListPolicies, ListPolicyTags, ListRoleTags, ListRoles, ListUserTags, ListUsers, ListVirtualMFADevices, TagOpenIDConnectProvider, TagPolicy, TagRole, TagUser, UpdateRoleDescription.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Tag {
    /// `Key`.
    pub key: String,
    /// `Value`.
    pub value: String,
}

impl ReadForm for Tag {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self { key: form.required("Key")?, value: form.required("Value")? }))
    }
}

impl WriteXml for Tag {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Key", &self.key);
        xml.element("Value", &self.value);
    }
}

/// Part of CreateUser, GetGroup, GetUser, ListUsers, ListVirtualMFADevices.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct User {
    /// `Path`.
    pub path: String,
    /// `UserName`.
    pub user_name: String,
    /// `UserId`.
    pub user_id: String,
    /// `Arn`.
    pub arn: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `PasswordLastUsed`.
    pub password_last_used: Option<Timestamp>,
    /// `PermissionsBoundary`.
    pub permissions_boundary: Option<super::AttachedPermissionsBoundary>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl WriteXml for User {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Path", &self.path);
        xml.element("UserName", &self.user_name);
        xml.element("UserId", &self.user_id);
        xml.element("Arn", &self.arn);
        xml.seconds("CreateDate", &self.create_date);
        xml.seconds("PasswordLastUsed", &self.password_last_used);
        xml.optional("PermissionsBoundary", &self.permissions_boundary);
        xml.list_if_any("Tags", "member", &self.tags);
    }
}
