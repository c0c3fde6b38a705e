// Written by `cargo xtask wire` from models/. Do not edit.

//! GetAccountAuthorizationDetails: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetAccountAuthorizationDetails takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccountAuthorizationDetailsRequest {
    /// `Filter`.
    pub filter: Vec<String>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl GetAccountAuthorizationDetailsRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            filter: form.list("Filter")?,
            max_items: form.optional("MaxItems")?,
            marker: form.optional("Marker")?,
        })
    }
}

/// What GetAccountAuthorizationDetails gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccountAuthorizationDetailsResponse {
    /// `UserDetailList`.
    pub user_detail_list: Vec<super::UserDetail>,
    /// `GroupDetailList`.
    pub group_detail_list: Vec<super::GroupDetail>,
    /// `RoleDetailList`.
    pub role_detail_list: Vec<super::RoleDetail>,
    /// `Policies`.
    pub policies: Vec<super::ManagedPolicyDetail>,
    /// `IsTruncated`.
    pub is_truncated: Option<bool>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl GetAccountAuthorizationDetailsResponse {
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

impl WriteXml for GetAccountAuthorizationDetailsResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("UserDetailList", "member", &self.user_detail_list);
        xml.list("GroupDetailList", "member", &self.group_detail_list);
        xml.list("RoleDetailList", "member", &self.role_detail_list);
        xml.list("Policies", "member", &self.policies);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Marker", &self.marker);
    }
}

/// Part of GetAccountAuthorizationDetails.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GroupDetail {
    /// `Path`.
    pub path: Option<String>,
    /// `GroupName`.
    pub group_name: Option<String>,
    /// `GroupId`.
    pub group_id: Option<String>,
    /// `Arn`.
    pub arn: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
    /// `GroupPolicyList`.
    pub group_policy_list: Vec<super::PolicyDetail>,
    /// `AttachedManagedPolicies`.
    pub attached_managed_policies: Vec<super::AttachedPolicy>,
}

impl WriteXml for GroupDetail {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Path", &self.path);
        xml.optional("GroupName", &self.group_name);
        xml.optional("GroupId", &self.group_id);
        xml.optional("Arn", &self.arn);
        xml.seconds("CreateDate", &self.create_date);
        xml.list("GroupPolicyList", "member", &self.group_policy_list);
        xml.list("AttachedManagedPolicies", "member", &self.attached_managed_policies);
    }
}

/// Part of GetAccountAuthorizationDetails.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ManagedPolicyDetail {
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
    /// `PolicyVersionList`.
    pub policy_version_list: Vec<super::PolicyVersion>,
}

impl WriteXml for ManagedPolicyDetail {
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
        xml.list("PolicyVersionList", "member", &self.policy_version_list);
    }
}

/// Part of GetAccountAuthorizationDetails.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PolicyDetail {
    /// `PolicyName`.
    pub policy_name: Option<String>,
    /// `PolicyDocument`.
    pub policy_document: Option<String>,
}

impl WriteXml for PolicyDetail {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PolicyName", &self.policy_name);
        xml.optional("PolicyDocument", &self.policy_document);
    }
}

/// Part of GetAccountAuthorizationDetails.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RoleDetail {
    /// `Path`.
    pub path: Option<String>,
    /// `RoleName`.
    pub role_name: Option<String>,
    /// `RoleId`.
    pub role_id: Option<String>,
    /// `Arn`.
    pub arn: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
    /// `AssumeRolePolicyDocument`.
    pub assume_role_policy_document: Option<String>,
    /// `InstanceProfileList`.
    pub instance_profile_list: Vec<super::InstanceProfile>,
    /// `RolePolicyList`.
    pub role_policy_list: Vec<super::PolicyDetail>,
    /// `AttachedManagedPolicies`.
    pub attached_managed_policies: Vec<super::AttachedPolicy>,
    /// `PermissionsBoundary`.
    pub permissions_boundary: Option<super::AttachedPermissionsBoundary>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
    /// `RoleLastUsed`.
    pub role_last_used: Option<super::RoleLastUsed>,
}

impl WriteXml for RoleDetail {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Path", &self.path);
        xml.optional("RoleName", &self.role_name);
        xml.optional("RoleId", &self.role_id);
        xml.optional("Arn", &self.arn);
        xml.seconds("CreateDate", &self.create_date);
        xml.optional("AssumeRolePolicyDocument", &self.assume_role_policy_document);
        xml.list("InstanceProfileList", "member", &self.instance_profile_list);
        xml.list("RolePolicyList", "member", &self.role_policy_list);
        xml.list("AttachedManagedPolicies", "member", &self.attached_managed_policies);
        xml.optional("PermissionsBoundary", &self.permissions_boundary);
        xml.list_if_any("Tags", "member", &self.tags);
        xml.optional("RoleLastUsed", &self.role_last_used);
    }
}

/// Part of GetAccountAuthorizationDetails.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UserDetail {
    /// `Path`.
    pub path: Option<String>,
    /// `UserName`.
    pub user_name: Option<String>,
    /// `UserId`.
    pub user_id: Option<String>,
    /// `Arn`.
    pub arn: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreateDate`.
    pub create_date: Option<Timestamp>,
    /// `UserPolicyList`.
    pub user_policy_list: Vec<super::PolicyDetail>,
    /// `GroupList`.
    pub group_list: Vec<String>,
    /// `AttachedManagedPolicies`.
    pub attached_managed_policies: Vec<super::AttachedPolicy>,
    /// `PermissionsBoundary`.
    pub permissions_boundary: Option<super::AttachedPermissionsBoundary>,
    /// `Tags`.
    pub tags: Vec<super::Tag>,
}

impl WriteXml for UserDetail {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Path", &self.path);
        xml.optional("UserName", &self.user_name);
        xml.optional("UserId", &self.user_id);
        xml.optional("Arn", &self.arn);
        xml.seconds("CreateDate", &self.create_date);
        xml.list("UserPolicyList", "member", &self.user_policy_list);
        xml.list("GroupList", "member", &self.group_list);
        xml.list("AttachedManagedPolicies", "member", &self.attached_managed_policies);
        xml.optional("PermissionsBoundary", &self.permissions_boundary);
        xml.list_if_any("Tags", "member", &self.tags);
    }
}
