//! Users.

use coldkeep_identity::{Entity, EntityKind, Unique};
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;

use crate::target::{Target, own_name};
use crate::{IamCall, boundaries, rules, shapes};

operations! {
    CreateUser(CreateUserRequest) |it| Target::New(EntityKind::User, it.path.clone(), it.user_name.clone()), create;
    GetUser(GetUserRequest) |it| Target::UserOrSelf(it.user_name.clone()), get;
    UpdateUser(UpdateUserRequest) |it| Target::user(&it.user_name), update;
    DeleteUser(DeleteUserRequest) |it| Target::user(&it.user_name), delete;
    ListUsers(ListUsersRequest) |_it| Target::None, list;
    ListGroupsForUser(ListGroupsForUserRequest) |it| Target::user(&it.user_name), groups;
}

/// A user, group or role that has nothing yet.
pub(crate) fn new_entity(call: &IamCall<'_>, unique: Unique, name: &str, path: String) -> Entity {
    Entity {
        id: unique.new_id(),
        name: name.to_owned(),
        path,
        created: call.edit.now().whole_seconds().0,
        tags: Vec::new(),
        attached: Vec::new(),
        inline: Default::default(),
        boundary: None,
        groups: Vec::new(),
        keys: Vec::new(),
        trust: None,
        description: None,
        max_session_seconds: None,
    }
}

async fn create(call: &mut IamCall<'_>, input: &CreateUserRequest) -> Result<CreateUserResponse, QueryError> {
    rules::entity_name(EntityKind::User, &input.user_name)?;
    let path = rules::path(input.path.as_deref())?;
    let mut user = new_entity(call, Unique::User, &input.user_name, path);
    rules::add_tags(&mut user.tags, &input.tags)?;
    if let Some(arn) = &input.permissions_boundary {
        boundaries::set(call, EntityKind::User, &mut user, arn).await?;
    }
    call.edit.create(EntityKind::User, &user).await?;
    Ok(CreateUserResponse { user: Some(shapes::user(call.edit.account(), &user, true)) })
}

/// GetUser: without a name, of the caller. Root has no record.
async fn get(call: &mut IamCall<'_>, input: &GetUserRequest) -> Result<GetUserResponse, QueryError> {
    let account = call.edit.account().clone();
    let Some(name) = input.user_name.clone().or_else(|| own_name(call.asked)) else {
        if !call.asked.caller.arn.ends_with(":root") {
            return Err(must_name_user());
        }
        let created = call.edit.own_account().await?.created;
        let (user_id, arn) = (account.to_string(), call.asked.caller.arn.clone());
        return Ok(GetUserResponse {
            user: User { user_id, arn, create_date: shapes::time(created), ..User::default() },
        });
    };
    let user = call.edit.entity(EntityKind::User, &name).await?;
    Ok(GetUserResponse { user: shapes::user(&account, &user, true) })
}

pub(crate) fn must_name_user() -> QueryError {
    QueryError::validation("Must specify userName when calling with non-User credentials")
}

async fn update(call: &mut IamCall<'_>, input: &UpdateUserRequest) -> Result<UpdateUserOutput, QueryError> {
    let (path, name) = (input.new_path.as_deref(), input.new_user_name.as_deref());
    rename(call, EntityKind::User, &input.user_name, path, name).await?;
    Ok(UpdateUserOutput {})
}

/// Gives a user or group another path and name.
pub(crate) async fn rename(
    call: &mut IamCall<'_>,
    kind: EntityKind,
    name: &str,
    new_path: Option<&str>,
    new_name: Option<&str>,
) -> Result<(), QueryError> {
    let mut entity = call.edit.entity(kind, name).await?;
    if new_path.is_some() {
        entity.path = rules::path(new_path)?;
    }
    if let Some(new_name) = new_name {
        rules::entity_name(kind, new_name)?;
        call.edit.rename(kind, &mut entity, new_name).await?;
    }
    call.edit.put_entity(kind, &entity);
    Ok(())
}

/// Refuses to delete what policies still hang on.
pub(crate) fn must_have_no_policies(entity: &Entity) -> Result<(), QueryError> {
    if !entity.attached.is_empty() {
        return Err(QueryError::delete_conflict("Cannot delete entity, must detach all policies first."));
    }
    if !entity.inline.is_empty() {
        return Err(QueryError::delete_conflict("Cannot delete entity, must delete policies first."));
    }
    Ok(())
}

async fn delete(call: &mut IamCall<'_>, input: &DeleteUserRequest) -> Result<DeleteUserOutput, QueryError> {
    let mut user = call.edit.entity(EntityKind::User, &input.user_name).await?;
    if !user.keys.is_empty() {
        return Err(QueryError::delete_conflict("Cannot delete entity, must delete access keys first."));
    }
    if !user.groups.is_empty() {
        return Err(QueryError::delete_conflict("Cannot delete entity, must remove users from group first."));
    }
    must_have_no_policies(&user)?;
    boundaries::clear(call, EntityKind::User, &mut user);
    call.edit.remove(EntityKind::User, &user);
    Ok(DeleteUserOutput {})
}

async fn list(call: &mut IamCall<'_>, input: &ListUsersRequest) -> Result<ListUsersResponse, QueryError> {
    let (most, prefix) = (rules::max_items(input.max_items)?, input.path_prefix.as_deref().unwrap_or("/"));
    let under = |user: &Entity| user.path.starts_with(prefix);
    let page = call.edit.list(EntityKind::User, input.marker.as_deref(), most, under).await?;
    let users = page.items.iter().map(|user| shapes::user(call.edit.account(), user, false)).collect();
    Ok(ListUsersResponse { users, is_truncated: Some(page.marker.is_some()), marker: page.marker })
}

async fn groups(
    call: &mut IamCall<'_>,
    input: &ListGroupsForUserRequest,
) -> Result<ListGroupsForUserResponse, QueryError> {
    let user = call.edit.entity(EntityKind::User, &input.user_name).await?;
    let mut groups = Vec::new();
    for id in &user.groups {
        if let Some(group) = call.edit.by_id(EntityKind::Group, id).await? {
            groups.push(shapes::group(call.edit.account(), &group));
        }
    }
    let (groups, marker) = rules::page(groups, input.marker.as_deref(), input.max_items)?;
    Ok(ListGroupsForUserResponse { groups, is_truncated: Some(marker.is_some()), marker })
}
