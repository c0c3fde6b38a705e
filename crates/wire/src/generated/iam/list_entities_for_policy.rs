// Written by `cargo xtask wire` from models/. Do not edit.

//! ListEntitiesForPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListEntitiesForPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListEntitiesForPolicyRequest {
    /// `PolicyArn`.
    pub policy_arn: String,
    /// `EntityFilter`.
    pub entity_filter: Option<String>,
    /// `PathPrefix`.
    pub path_prefix: Option<String>,
    /// `PolicyUsageFilter`.
    pub policy_usage_filter: Option<String>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
}

impl ListEntitiesForPolicyRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            policy_arn: form.required("PolicyArn")?,
            entity_filter: form.optional("EntityFilter")?,
            path_prefix: form.optional("PathPrefix")?,
            policy_usage_filter: form.optional("PolicyUsageFilter")?,
            marker: form.optional("Marker")?,
            max_items: form.optional("MaxItems")?,
        })
    }
}

/// What ListEntitiesForPolicy gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListEntitiesForPolicyResponse {
    /// `PolicyGroups`.
    pub policy_groups: Vec<super::PolicyGroup>,
    /// `PolicyUsers`.
    pub policy_users: Vec<super::PolicyUser>,
    /// `PolicyRoles`.
    pub policy_roles: Vec<super::PolicyRole>,
    /// `IsTruncated`.
    pub is_truncated: Option<bool>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl ListEntitiesForPolicyResponse {
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

impl WriteXml for ListEntitiesForPolicyResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("PolicyGroups", "member", &self.policy_groups);
        xml.list("PolicyUsers", "member", &self.policy_users);
        xml.list("PolicyRoles", "member", &self.policy_roles);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Marker", &self.marker);
    }
}

/// Part of ListEntitiesForPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PolicyGroup {
    /// `GroupName`.
    pub group_name: Option<String>,
    /// `GroupId`.
    pub group_id: Option<String>,
}

impl WriteXml for PolicyGroup {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("GroupName", &self.group_name);
        xml.optional("GroupId", &self.group_id);
    }
}

/// Part of ListEntitiesForPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PolicyRole {
    /// `RoleName`.
    pub role_name: Option<String>,
    /// `RoleId`.
    pub role_id: Option<String>,
}

impl WriteXml for PolicyRole {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("RoleName", &self.role_name);
        xml.optional("RoleId", &self.role_id);
    }
}

/// Part of ListEntitiesForPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PolicyUser {
    /// `UserName`.
    pub user_name: Option<String>,
    /// `UserId`.
    pub user_id: Option<String>,
}

impl WriteXml for PolicyUser {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("UserName", &self.user_name);
        xml.optional("UserId", &self.user_id);
    }
}
