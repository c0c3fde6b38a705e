//! Permissions boundaries: the managed policy that what a user or role may is kept within.

use coldkeep_identity::{Entity, EntityKind, Usage};
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;

use crate::target::Target;
use crate::{IamCall, policies};

operations! {
    PutUserPermissionsBoundary(PutUserPermissionsBoundaryRequest) |it| Target::user(&it.user_name), put_user;
    DeleteUserPermissionsBoundary(DeleteUserPermissionsBoundaryRequest) |it| Target::user(&it.user_name), delete_user;
    PutRolePermissionsBoundary(PutRolePermissionsBoundaryRequest) |it| Target::role(&it.role_name), put_role;
    DeleteRolePermissionsBoundary(DeleteRolePermissionsBoundaryRequest) |it| Target::role(&it.role_name), delete_role;
}

/// Sets the boundary of what is still to be put.
pub(crate) async fn set(
    call: &mut IamCall<'_>,
    kind: EntityKind,
    entity: &mut Entity,
    arn: &str,
) -> Result<(), QueryError> {
    policies::attachable(&mut call.edit, arn).await?;
    clear(call, kind, entity);
    call.edit.note_usage(arn, Usage::Boundary, kind, &entity.id, true);
    entity.boundary = Some(arn.to_owned());
    Ok(())
}

/// Takes the boundary away from what is still to be put, or removed.
pub(crate) fn clear(call: &mut IamCall<'_>, kind: EntityKind, entity: &mut Entity) {
    if let Some(arn) = entity.boundary.take() {
        call.edit.note_usage(&arn, Usage::Boundary, kind, &entity.id, false);
    }
}

async fn put(call: &mut IamCall<'_>, kind: EntityKind, name: &str, arn: &str) -> Result<(), QueryError> {
    let mut entity = call.edit.entity(kind, name).await?;
    set(call, kind, &mut entity, arn).await?;
    call.edit.put_entity(kind, &entity);
    Ok(())
}

async fn delete(call: &mut IamCall<'_>, kind: EntityKind, name: &str) -> Result<(), QueryError> {
    let mut entity = call.edit.entity(kind, name).await?;
    if entity.boundary.is_none() {
        let words = format!("The permissions boundary of the {} {name} cannot be found.", kind.word());
        return Err(QueryError::no_such_entity(words));
    }
    clear(call, kind, &mut entity);
    call.edit.put_entity(kind, &entity);
    Ok(())
}

async fn put_user(
    call: &mut IamCall<'_>,
    input: &PutUserPermissionsBoundaryRequest,
) -> Result<PutUserPermissionsBoundaryOutput, QueryError> {
    put(call, EntityKind::User, &input.user_name, &input.permissions_boundary).await?;
    Ok(PutUserPermissionsBoundaryOutput {})
}

async fn delete_user(
    call: &mut IamCall<'_>,
    input: &DeleteUserPermissionsBoundaryRequest,
) -> Result<DeleteUserPermissionsBoundaryOutput, QueryError> {
    delete(call, EntityKind::User, &input.user_name).await?;
    Ok(DeleteUserPermissionsBoundaryOutput {})
}

async fn put_role(
    call: &mut IamCall<'_>,
    input: &PutRolePermissionsBoundaryRequest,
) -> Result<PutRolePermissionsBoundaryOutput, QueryError> {
    put(call, EntityKind::Role, &input.role_name, &input.permissions_boundary).await?;
    Ok(PutRolePermissionsBoundaryOutput {})
}

async fn delete_role(
    call: &mut IamCall<'_>,
    input: &DeleteRolePermissionsBoundaryRequest,
) -> Result<DeleteRolePermissionsBoundaryOutput, QueryError> {
    delete(call, EntityKind::Role, &input.role_name).await?;
    Ok(DeleteRolePermissionsBoundaryOutput {})
}
