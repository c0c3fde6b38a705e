//! Which managed policies users, groups and roles have.

use coldkeep_identity::EntityKind::{self, Group, Role, User};
use coldkeep_identity::Usage;
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;

use crate::target::Target;
use crate::{IamCall, policies, rules};

/// Managed policies that one may have.
const ATTACHED: usize = 10;

operations! {
    AttachUserPolicy(AttachUserPolicyRequest) |it| Target::user(&it.user_name), attach_user;
    DetachUserPolicy(DetachUserPolicyRequest) |it| Target::user(&it.user_name), detach_user;
    ListAttachedUserPolicies(ListAttachedUserPoliciesRequest) |it| Target::user(&it.user_name), list_user;
    AttachGroupPolicy(AttachGroupPolicyRequest) |it| Target::group(&it.group_name), attach_group;
    DetachGroupPolicy(DetachGroupPolicyRequest) |it| Target::group(&it.group_name), detach_group;
    ListAttachedGroupPolicies(ListAttachedGroupPoliciesRequest) |it| Target::group(&it.group_name), list_group;
    AttachRolePolicy(AttachRolePolicyRequest) |it| Target::role(&it.role_name), attach_role;
    DetachRolePolicy(DetachRolePolicyRequest) |it| Target::role(&it.role_name), detach_role;
    ListAttachedRolePolicies(ListAttachedRolePoliciesRequest) |it| Target::role(&it.role_name), list_role;
    ListEntitiesForPolicy(ListEntitiesForPolicyRequest) |it| Target::policy(&it.policy_arn), entities;
}

async fn attach(call: &mut IamCall<'_>, kind: EntityKind, name: &str, arn: &str) -> Result<(), QueryError> {
    let mut entity = call.edit.entity(kind, name).await?;
    policies::attachable(&mut call.edit, arn).await?;
    if entity.attached.iter().any(|attached| attached == arn) {
        return Ok(());
    }
    if entity.attached.len() == ATTACHED {
        let quota = match kind {
            User => "PoliciesPerUser",
            Group => "PoliciesPerGroup",
            Role => "PoliciesPerRole",
        };
        return Err(QueryError::limit_exceeded(format!("Cannot exceed quota for {quota}: {ATTACHED}")));
    }
    entity.attached.push(arn.to_owned());
    call.edit.note_usage(arn, Usage::Attached, kind, &entity.id, true);
    call.edit.put_entity(kind, &entity);
    Ok(())
}

async fn detach(call: &mut IamCall<'_>, kind: EntityKind, name: &str, arn: &str) -> Result<(), QueryError> {
    let mut entity = call.edit.entity(kind, name).await?;
    let at = entity.attached.iter().position(|attached| attached == arn);
    let none = || QueryError::no_such_entity(format!("Policy {arn} was not found."));
    entity.attached.remove(at.ok_or_else(none)?);
    call.edit.note_usage(arn, Usage::Attached, kind, &entity.id, false);
    call.edit.put_entity(kind, &entity);
    Ok(())
}

/// The path in the ARN of a policy.
fn path(arn: &str) -> &str {
    let resource = arn.split_once(":policy").map_or("", |(_, path)| path);
    &resource[..resource.rfind('/').map_or(0, |at| at + 1)]
}

async fn list(
    call: &mut IamCall<'_>,
    kind: EntityKind,
    name: &str,
    prefix: Option<&str>,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<(Vec<AttachedPolicy>, Option<String>), QueryError> {
    let (entity, prefix) = (call.edit.entity(kind, name).await?, prefix.unwrap_or("/"));
    let under = entity.attached.iter().filter(|arn| path(arn).starts_with(prefix));
    let all = under.map(|arn| AttachedPolicy {
        policy_name: arn.rsplit('/').next().map(str::to_owned),
        policy_arn: Some(arn.clone()),
    });
    rules::page(all.collect(), marker, max_items)
}

/// The three operations of one kind.
macro_rules! of_kind {
    ($kind:ident $name:ident: $attach:ident($AttachIn:ident, $AttachOut:ident)
     $detach:ident($DetachIn:ident, $DetachOut:ident) $list:ident($ListIn:ident, $ListOut:ident)) => {
        async fn $attach(call: &mut IamCall<'_>, input: &$AttachIn) -> Result<$AttachOut, QueryError> {
            attach(call, $kind, &input.$name, &input.policy_arn).await?;
            Ok($AttachOut {})
        }

        async fn $detach(call: &mut IamCall<'_>, input: &$DetachIn) -> Result<$DetachOut, QueryError> {
            detach(call, $kind, &input.$name, &input.policy_arn).await?;
            Ok($DetachOut {})
        }

        async fn $list(call: &mut IamCall<'_>, input: &$ListIn) -> Result<$ListOut, QueryError> {
            let (prefix, marker) = (input.path_prefix.as_deref(), input.marker.as_deref());
            let (attached_policies, marker) = list(call, $kind, &input.$name, prefix, marker, input.max_items).await?;
            Ok($ListOut { attached_policies, is_truncated: Some(marker.is_some()), marker })
        }
    };
}

of_kind!(User user_name: attach_user(AttachUserPolicyRequest, AttachUserPolicyOutput)
    detach_user(DetachUserPolicyRequest, DetachUserPolicyOutput)
    list_user(ListAttachedUserPoliciesRequest, ListAttachedUserPoliciesResponse));
of_kind!(Group group_name: attach_group(AttachGroupPolicyRequest, AttachGroupPolicyOutput)
    detach_group(DetachGroupPolicyRequest, DetachGroupPolicyOutput)
    list_group(ListAttachedGroupPoliciesRequest, ListAttachedGroupPoliciesResponse));
of_kind!(Role role_name: attach_role(AttachRolePolicyRequest, AttachRolePolicyOutput)
    detach_role(DetachRolePolicyRequest, DetachRolePolicyOutput)
    list_role(ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse));

async fn entities(
    call: &mut IamCall<'_>,
    input: &ListEntitiesForPolicyRequest,
) -> Result<ListEntitiesForPolicyResponse, QueryError> {
    policies::known(&mut call.edit, &input.policy_arn).await?;
    let usages: &[Usage] = match input.policy_usage_filter.as_deref() {
        None => &[Usage::Attached, Usage::Boundary],
        Some("PermissionsPolicy") => &[Usage::Attached],
        Some("PermissionsBoundary") => &[Usage::Boundary],
        Some(other) => return Err(policies::invalid_usage(other)),
    };
    let wanted: &[EntityKind] = match input.entity_filter.as_deref() {
        None => &[User, Group, Role],
        Some("User") => &[User],
        Some("Group") => &[Group],
        Some("Role") => &[Role],
        // They are attached as managed policies are, to whatever.
        Some("LocalManagedPolicy" | "AWSManagedPolicy") => &[],
        Some(other) => {
            return Err(QueryError::validation(format!(
                "1 validation error detected: Value '{other}' at 'entityFilter' failed to satisfy constraint: Member \
                 must satisfy enum value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]"
            )));
        }
    };
    let mut all = Vec::new();
    for usage in usages {
        for (kind, id) in call.edit.users_of(&input.policy_arn, *usage).await? {
            if wanted.contains(&kind) && !all.contains(&(kind, id.clone())) {
                all.push((kind, id));
            }
        }
    }
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let (page, marker) = rules::page(all, input.marker.as_deref(), input.max_items)?;
    let mut found =
        ListEntitiesForPolicyResponse { is_truncated: Some(marker.is_some()), marker, ..Default::default() };
    for (kind, id) in page {
        let Some(entity) = call.edit.by_id(kind, &id).await? else { continue };
        if !entity.path.starts_with(prefix) {
            continue;
        }
        let (name, id) = (Some(entity.name), Some(entity.id));
        match kind {
            User => found.policy_users.push(PolicyUser { user_name: name, user_id: id }),
            Group => found.policy_groups.push(PolicyGroup { group_name: name, group_id: id }),
            Role => found.policy_roles.push(PolicyRole { role_name: name, role_id: id }),
        }
    }
    Ok(found)
}
