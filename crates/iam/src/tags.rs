//! Tags of users, roles and policies.

use coldkeep_identity::EntityKind::{self, Role, User};
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;

use crate::target::Target;
use crate::{IamCall, policies, rules, shapes};

operations! {
    TagUser(TagUserRequest) |it| Target::user(&it.user_name), tag_user;
    UntagUser(UntagUserRequest) |it| Target::user(&it.user_name), untag_user;
    ListUserTags(ListUserTagsRequest) |it| Target::user(&it.user_name), list_user;
    TagRole(TagRoleRequest) |it| Target::role(&it.role_name), tag_role;
    UntagRole(UntagRoleRequest) |it| Target::role(&it.role_name), untag_role;
    ListRoleTags(ListRoleTagsRequest) |it| Target::role(&it.role_name), list_role;
    TagPolicy(TagPolicyRequest) |it| Target::policy(&it.policy_arn), tag_policy;
    UntagPolicy(UntagPolicyRequest) |it| Target::policy(&it.policy_arn), untag_policy;
    ListPolicyTags(ListPolicyTagsRequest) |it| Target::policy(&it.policy_arn), list_policy;
}

async fn tag(call: &mut IamCall<'_>, kind: EntityKind, name: &str, tags: &[Tag]) -> Result<(), QueryError> {
    let mut entity = call.edit.entity(kind, name).await?;
    rules::add_tags(&mut entity.tags, tags)?;
    call.edit.put_entity(kind, &entity);
    Ok(())
}

async fn untag(call: &mut IamCall<'_>, kind: EntityKind, name: &str, keys: &[String]) -> Result<(), QueryError> {
    let mut entity = call.edit.entity(kind, name).await?;
    rules::remove_tags(&mut entity.tags, keys);
    call.edit.put_entity(kind, &entity);
    Ok(())
}

async fn tag_user(call: &mut IamCall<'_>, input: &TagUserRequest) -> Result<TagUserOutput, QueryError> {
    tag(call, User, &input.user_name, &input.tags).await?;
    Ok(TagUserOutput {})
}

async fn untag_user(call: &mut IamCall<'_>, input: &UntagUserRequest) -> Result<UntagUserOutput, QueryError> {
    untag(call, User, &input.user_name, &input.tag_keys).await?;
    Ok(UntagUserOutput {})
}

async fn list_user(call: &mut IamCall<'_>, input: &ListUserTagsRequest) -> Result<ListUserTagsResponse, QueryError> {
    let user = call.edit.entity(User, &input.user_name).await?;
    let (tags, marker) = rules::page(shapes::tags(&user.tags), input.marker.as_deref(), input.max_items)?;
    Ok(ListUserTagsResponse { tags, is_truncated: Some(marker.is_some()), marker })
}

async fn tag_role(call: &mut IamCall<'_>, input: &TagRoleRequest) -> Result<TagRoleOutput, QueryError> {
    tag(call, Role, &input.role_name, &input.tags).await?;
    Ok(TagRoleOutput {})
}

async fn untag_role(call: &mut IamCall<'_>, input: &UntagRoleRequest) -> Result<UntagRoleOutput, QueryError> {
    untag(call, Role, &input.role_name, &input.tag_keys).await?;
    Ok(UntagRoleOutput {})
}

async fn list_role(call: &mut IamCall<'_>, input: &ListRoleTagsRequest) -> Result<ListRoleTagsResponse, QueryError> {
    let role = call.edit.entity(Role, &input.role_name).await?;
    let (tags, marker) = rules::page(shapes::tags(&role.tags), input.marker.as_deref(), input.max_items)?;
    Ok(ListRoleTagsResponse { tags, is_truncated: Some(marker.is_some()), marker })
}

async fn tag_policy(call: &mut IamCall<'_>, input: &TagPolicyRequest) -> Result<TagPolicyOutput, QueryError> {
    let mut policy = policies::own(&mut call.edit, &input.policy_arn).await?;
    rules::add_tags(&mut policy.tags, &input.tags)?;
    call.edit.put_policy(&policy);
    Ok(TagPolicyOutput {})
}

async fn untag_policy(call: &mut IamCall<'_>, input: &UntagPolicyRequest) -> Result<UntagPolicyOutput, QueryError> {
    let mut policy = policies::own(&mut call.edit, &input.policy_arn).await?;
    rules::remove_tags(&mut policy.tags, &input.tag_keys);
    call.edit.put_policy(&policy);
    Ok(UntagPolicyOutput {})
}

async fn list_policy(
    call: &mut IamCall<'_>,
    input: &ListPolicyTagsRequest,
) -> Result<ListPolicyTagsResponse, QueryError> {
    let policy = policies::known(&mut call.edit, &input.policy_arn).await?;
    let (tags, marker) = rules::page(shapes::tags(&policy.tags), input.marker.as_deref(), input.max_items)?;
    Ok(ListPolicyTagsResponse { tags, is_truncated: Some(marker.is_some()), marker })
}
