//! Records as the API shows them.

use coldkeep_identity::{Entity, EntityKind, ManagedPolicy, PolicyVersion, Tag};
use coldkeep_types::{AccountId, Timestamp};
use coldkeep_wire::iam;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 leaves as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A document as answers carry it: "the document is URL-encoded compliant with RFC 3986".
pub(crate) fn encoded(document: &str) -> String {
    utf8_percent_encode(document, ESCAPED).to_string()
}

pub(crate) fn time(millis: i64) -> Option<Timestamp> {
    Some(Timestamp(millis))
}

pub(crate) fn tags(tags: &[Tag]) -> Vec<iam::Tag> {
    tags.iter().map(|tag| iam::Tag { key: tag.key.clone(), value: tag.value.clone() }).collect()
}

fn boundary(entity: &Entity) -> Option<iam::AttachedPermissionsBoundary> {
    entity.boundary.clone().map(|arn| iam::AttachedPermissionsBoundary {
        permissions_boundary_type: Some("Policy".to_owned()),
        permissions_boundary_arn: Some(arn),
    })
}

/// A user; lists leave out its boundary and tags.
pub(crate) fn user(account: &AccountId, user: &Entity, whole: bool) -> iam::User {
    iam::User {
        path: user.path.clone(),
        user_name: user.name.clone(),
        user_id: user.id.clone(),
        arn: user.arn(account, EntityKind::User),
        create_date: time(user.created),
        password_last_used: None,
        permissions_boundary: boundary(user).filter(|_| whole),
        tags: if whole { tags(&user.tags) } else { Vec::new() },
    }
}

pub(crate) fn group(account: &AccountId, group: &Entity) -> iam::Group {
    iam::Group {
        path: group.path.clone(),
        group_name: group.name.clone(),
        group_id: group.id.clone(),
        arn: group.arn(account, EntityKind::Group),
        create_date: time(group.created),
    }
}

/// A role; lists leave out its boundary and tags.
pub(crate) fn role(account: &AccountId, role: &Entity, whole: bool) -> iam::Role {
    iam::Role {
        path: role.path.clone(),
        role_name: role.name.clone(),
        role_id: role.id.clone(),
        arn: role.arn(account, EntityKind::Role),
        create_date: time(role.created),
        assume_role_policy_document: role.trust.as_deref().map(encoded),
        description: role.description.clone(),
        max_session_duration: role.max_session_seconds.and_then(|seconds| i32::try_from(seconds).ok()),
        permissions_boundary: boundary(role).filter(|_| whole),
        tags: if whole { tags(&role.tags) } else { Vec::new() },
        ..iam::Role::default()
    }
}

pub(crate) fn version_id(number: u32) -> String {
    format!("v{number}")
}

/// A version; lists leave out its document.
pub(crate) fn version(policy: &ManagedPolicy, version: &PolicyVersion, whole: bool) -> iam::PolicyVersion {
    iam::PolicyVersion {
        document: whole.then(|| encoded(&version.document)),
        version_id: Some(version_id(version.number)),
        is_default_version: Some(version.number == policy.default),
        create_date: time(version.created),
    }
}
