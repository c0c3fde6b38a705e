//! Inline policies: documents that belong to one user, group or role.

use coldkeep_auth::policy::Kind;
use coldkeep_identity::EntityKind::{self, Group, Role, User};
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;

use crate::target::Target;
use crate::{IamCall, rules, shapes};

operations! {
    PutUserPolicy(PutUserPolicyRequest) |it| Target::user(&it.user_name), put_user;
    GetUserPolicy(GetUserPolicyRequest) |it| Target::user(&it.user_name), get_user;
    DeleteUserPolicy(DeleteUserPolicyRequest) |it| Target::user(&it.user_name), delete_user;
    ListUserPolicies(ListUserPoliciesRequest) |it| Target::user(&it.user_name), list_user;
    PutGroupPolicy(PutGroupPolicyRequest) |it| Target::group(&it.group_name), put_group;
    GetGroupPolicy(GetGroupPolicyRequest) |it| Target::group(&it.group_name), get_group;
    DeleteGroupPolicy(DeleteGroupPolicyRequest) |it| Target::group(&it.group_name), delete_group;
    ListGroupPolicies(ListGroupPoliciesRequest) |it| Target::group(&it.group_name), list_group;
    PutRolePolicy(PutRolePolicyRequest) |it| Target::role(&it.role_name), put_role;
    GetRolePolicy(GetRolePolicyRequest) |it| Target::role(&it.role_name), get_role;
    DeleteRolePolicy(DeleteRolePolicyRequest) |it| Target::role(&it.role_name), delete_role;
    ListRolePolicies(ListRolePoliciesRequest) |it| Target::role(&it.role_name), list_role;
}

async fn put(
    call: &mut IamCall<'_>,
    kind: EntityKind,
    name: &str,
    policy: &str,
    document: &str,
) -> Result<(), QueryError> {
    rules::name("policyName", policy, 128)?;
    let mut entity = call.edit.entity(kind, name).await?;
    rules::document(document, Kind::Identity)?;
    entity.inline.insert(policy.to_owned(), document.to_owned());
    let most = kind.inline_quota();
    if entity.inline.values().map(|document| rules::size(document)).sum::<usize>() > most {
        let words = format!("Maximum policy size of {most} bytes exceeded for {} {}", kind.word(), entity.name);
        return Err(QueryError::limit_exceeded(words));
    }
    call.edit.put_entity(kind, &entity);
    Ok(())
}

fn no_such_policy(kind: EntityKind, policy: &str) -> QueryError {
    QueryError::no_such_entity(format!("The {} policy with name {policy} cannot be found.", kind.word()))
}

/// The entity's name as it is written, and the document.
async fn get(
    call: &mut IamCall<'_>,
    kind: EntityKind,
    name: &str,
    policy: &str,
) -> Result<(String, String), QueryError> {
    let entity = call.edit.entity(kind, name).await?;
    let document = entity.inline.get(policy).ok_or_else(|| no_such_policy(kind, policy))?;
    Ok((entity.name.clone(), shapes::encoded(document)))
}

async fn delete(call: &mut IamCall<'_>, kind: EntityKind, name: &str, policy: &str) -> Result<(), QueryError> {
    let mut entity = call.edit.entity(kind, name).await?;
    entity.inline.remove(policy).ok_or_else(|| no_such_policy(kind, policy))?;
    call.edit.put_entity(kind, &entity);
    Ok(())
}

async fn list(
    call: &mut IamCall<'_>,
    kind: EntityKind,
    name: &str,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<(Vec<String>, Option<String>), QueryError> {
    let entity = call.edit.entity(kind, name).await?;
    rules::page(entity.inline.into_keys().collect(), marker, max_items)
}

/// The four operations of one kind.
macro_rules! of_kind {
    ($kind:ident $name:ident: $put:ident($PutIn:ident, $PutOut:ident) $get:ident($GetIn:ident, $GetOut:ident)
     $delete:ident($DeleteIn:ident, $DeleteOut:ident) $list:ident($ListIn:ident, $ListOut:ident)) => {
        async fn $put(call: &mut IamCall<'_>, input: &$PutIn) -> Result<$PutOut, QueryError> {
            put(call, $kind, &input.$name, &input.policy_name, &input.policy_document).await?;
            Ok($PutOut {})
        }

        async fn $get(call: &mut IamCall<'_>, input: &$GetIn) -> Result<$GetOut, QueryError> {
            let ($name, policy_document) = get(call, $kind, &input.$name, &input.policy_name).await?;
            Ok($GetOut { $name, policy_name: input.policy_name.clone(), policy_document })
        }

        async fn $delete(call: &mut IamCall<'_>, input: &$DeleteIn) -> Result<$DeleteOut, QueryError> {
            delete(call, $kind, &input.$name, &input.policy_name).await?;
            Ok($DeleteOut {})
        }

        async fn $list(call: &mut IamCall<'_>, input: &$ListIn) -> Result<$ListOut, QueryError> {
            let page = list(call, $kind, &input.$name, input.marker.as_deref(), input.max_items).await?;
            let (policy_names, marker) = page;
            Ok($ListOut { policy_names, is_truncated: Some(marker.is_some()), marker })
        }
    };
}

of_kind!(User user_name: put_user(PutUserPolicyRequest, PutUserPolicyOutput) get_user(GetUserPolicyRequest, GetUserPolicyResponse)
    delete_user(DeleteUserPolicyRequest, DeleteUserPolicyOutput) list_user(ListUserPoliciesRequest, ListUserPoliciesResponse));
of_kind!(Group group_name: put_group(PutGroupPolicyRequest, PutGroupPolicyOutput) get_group(GetGroupPolicyRequest, GetGroupPolicyResponse)
    delete_group(DeleteGroupPolicyRequest, DeleteGroupPolicyOutput) list_group(ListGroupPoliciesRequest, ListGroupPoliciesResponse));
of_kind!(Role role_name: put_role(PutRolePolicyRequest, PutRolePolicyOutput) get_role(GetRolePolicyRequest, GetRolePolicyResponse)
    delete_role(DeleteRolePolicyRequest, DeleteRolePolicyOutput) list_role(ListRolePoliciesRequest, ListRolePoliciesResponse));
