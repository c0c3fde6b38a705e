// Written by `cargo xtask wire` from models/. Do not edit.

//! ListAttachedGroupPolicies: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListAttachedGroupPolicies takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListAttachedGroupPoliciesRequest {
    /// `GroupName`.
    pub group_name: String,
    /// `PathPrefix`.
    pub path_prefix: Option<String>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
}

impl ListAttachedGroupPoliciesRequest {
    /// Reads it from a form.
    pub fn decode(form: &Form<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            group_name: form.required("GroupName")?,
            path_prefix: form.optional("PathPrefix")?,
            marker: form.optional("Marker")?,
            max_items: form.optional("MaxItems")?,
        })
    }
}

/// What ListAttachedGroupPolicies gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListAttachedGroupPoliciesResponse {
    /// `AttachedPolicies`.
    pub attached_policies: Vec<super::AttachedPolicy>,
    /// `IsTruncated`.
    pub is_truncated: Option<bool>,
    /// `Marker`.
    pub marker: Option<String>,
}

impl ListAttachedGroupPoliciesResponse {
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

impl WriteXml for ListAttachedGroupPoliciesResponse {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("AttachedPolicies", "member", &self.attached_policies);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Marker", &self.marker);
    }
}
