//! Groups of users, and who is in them. Groups are not in groups.

use coldkeep_identity::{Entity, EntityKind, Unique};
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;

use crate::target::Target;
use crate::users::{must_have_no_policies, new_entity, rename};
use crate::{IamCall, rules, shapes};

/// Groups that a user may be in.
const GROUPS_PER_USER: usize = 10;

operations! {
    CreateGroup(CreateGroupRequest) |it| Target::New(EntityKind::Group, it.path.clone(), it.group_name.clone()), create;
    GetGroup(GetGroupRequest) |it| Target::group(&it.group_name), get;
    UpdateGroup(UpdateGroupRequest) |it| Target::group(&it.group_name), update;
    DeleteGroup(DeleteGroupRequest) |it| Target::group(&it.group_name), delete;
    ListGroups(ListGroupsRequest) |_it| Target::None, list;
    AddUserToGroup(AddUserToGroupRequest) |it| Target::group(&it.group_name), add;
    RemoveUserFromGroup(RemoveUserFromGroupRequest) |it| Target::group(&it.group_name), remove;
}

async fn create(call: &mut IamCall<'_>, input: &CreateGroupRequest) -> Result<CreateGroupResponse, QueryError> {
    rules::entity_name(EntityKind::Group, &input.group_name)?;
    let path = rules::path(input.path.as_deref())?;
    let group = new_entity(call, Unique::Group, &input.group_name, path);
    call.edit.create(EntityKind::Group, &group).await?;
    Ok(CreateGroupResponse { group: shapes::group(call.edit.account(), &group) })
}

async fn get(call: &mut IamCall<'_>, input: &GetGroupRequest) -> Result<GetGroupResponse, QueryError> {
    let group = call.edit.entity(EntityKind::Group, &input.group_name).await?;
    let members = call.edit.members(&group.id).await?;
    let (ids, marker) = rules::page(members, input.marker.as_deref(), input.max_items)?;
    let mut users = Vec::new();
    for id in ids {
        if let Some(user) = call.edit.by_id(EntityKind::User, &id).await? {
            users.push(shapes::user(call.edit.account(), &user, false));
        }
    }
    let group = shapes::group(call.edit.account(), &group);
    Ok(GetGroupResponse { group, users, is_truncated: Some(marker.is_some()), marker })
}

async fn update(call: &mut IamCall<'_>, input: &UpdateGroupRequest) -> Result<UpdateGroupOutput, QueryError> {
    let (path, name) = (input.new_path.as_deref(), input.new_group_name.as_deref());
    rename(call, EntityKind::Group, &input.group_name, path, name).await?;
    Ok(UpdateGroupOutput {})
}

async fn delete(call: &mut IamCall<'_>, input: &DeleteGroupRequest) -> Result<DeleteGroupOutput, QueryError> {
    let group = call.edit.entity(EntityKind::Group, &input.group_name).await?;
    if !call.edit.members(&group.id).await?.is_empty() {
        return Err(QueryError::delete_conflict("Cannot delete entity, must remove users from group first."));
    }
    must_have_no_policies(&group)?;
    call.edit.expect_no_members(&group.id);
    call.edit.remove(EntityKind::Group, &group);
    Ok(DeleteGroupOutput {})
}

async fn list(call: &mut IamCall<'_>, input: &ListGroupsRequest) -> Result<ListGroupsResponse, QueryError> {
    let (most, prefix) = (rules::max_items(input.max_items)?, input.path_prefix.as_deref().unwrap_or("/"));
    let under = |group: &Entity| group.path.starts_with(prefix);
    let page = call.edit.list(EntityKind::Group, input.marker.as_deref(), most, under).await?;
    let groups = page.items.iter().map(|group| shapes::group(call.edit.account(), group)).collect();
    Ok(ListGroupsResponse { groups, is_truncated: Some(page.marker.is_some()), marker: page.marker })
}

async fn add(call: &mut IamCall<'_>, input: &AddUserToGroupRequest) -> Result<AddUserToGroupOutput, QueryError> {
    let group = call.edit.entity(EntityKind::Group, &input.group_name).await?;
    let mut user = call.edit.entity(EntityKind::User, &input.user_name).await?;
    if !user.groups.contains(&group.id) {
        if user.groups.len() == GROUPS_PER_USER {
            let words = format!("Cannot exceed quota for GroupsPerUser: {GROUPS_PER_USER}");
            return Err(QueryError::limit_exceeded(words));
        }
        user.groups.push(group.id.clone());
        call.edit.note_member(&group.id, &user.id, true);
        call.edit.put_entity(EntityKind::User, &user);
    }
    Ok(AddUserToGroupOutput {})
}

async fn remove(
    call: &mut IamCall<'_>,
    input: &RemoveUserFromGroupRequest,
) -> Result<RemoveUserFromGroupOutput, QueryError> {
    let group = call.edit.entity(EntityKind::Group, &input.group_name).await?;
    let mut user = call.edit.entity(EntityKind::User, &input.user_name).await?;
    user.groups.retain(|id| *id != group.id);
    call.edit.note_member(&group.id, &user.id, false);
    call.edit.put_entity(EntityKind::User, &user);
    Ok(RemoveUserFromGroupOutput {})
}
