//! Access keys of users: two each, active or not. The secret is told once.

use coldkeep_identity::{Entity, EntityKind};
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;

use crate::target::{Target, own_name};
use crate::users::must_name_user;
use crate::{IamCall, rules, shapes};

/// Keys that a user may have.
const KEYS_PER_USER: usize = 2;

operations! {
    CreateAccessKey(CreateAccessKeyRequest) |it| Target::UserOrSelf(it.user_name.clone()), create;
    UpdateAccessKey(UpdateAccessKeyRequest) |it| Target::UserOrSelf(it.user_name.clone()), update;
    DeleteAccessKey(DeleteAccessKeyRequest) |it| Target::UserOrSelf(it.user_name.clone()), delete;
    ListAccessKeys(ListAccessKeysRequest) |it| Target::UserOrSelf(it.user_name.clone()), list;
    GetAccessKeyLastUsed(GetAccessKeyLastUsedRequest) |it| Target::OwnerOf(it.access_key_id.clone()), last_used;
}

/// The user of this name, or else the caller.
async fn user(call: &mut IamCall<'_>, name: Option<&String>) -> Result<Entity, QueryError> {
    let name = name.cloned().or_else(|| own_name(call.asked)).ok_or_else(must_name_user)?;
    Ok(call.edit.entity(EntityKind::User, &name).await?)
}

fn no_such_key(id: &str) -> QueryError {
    QueryError::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

fn status(active: bool) -> String {
    if active { "Active" } else { "Inactive" }.to_owned()
}

async fn create(call: &mut IamCall<'_>, input: &CreateAccessKeyRequest) -> Result<CreateAccessKeyResponse, QueryError> {
    let mut user = user(call, input.user_name.as_ref()).await?;
    if user.keys.len() == KEYS_PER_USER {
        let words = format!("Cannot exceed quota for AccessKeysPerUser: {KEYS_PER_USER}");
        return Err(QueryError::limit_exceeded(words));
    }
    let (key, secret_access_key) = call.edit.new_key(Some(&user.id)).await?;
    let access_key = AccessKey {
        user_name: user.name.clone(),
        access_key_id: key.id.clone(),
        status: status(key.active),
        secret_access_key,
        create_date: shapes::time(key.created),
    };
    user.keys.push(key);
    call.edit.put_entity(EntityKind::User, &user);
    Ok(CreateAccessKeyResponse { access_key })
}

async fn update(call: &mut IamCall<'_>, input: &UpdateAccessKeyRequest) -> Result<UpdateAccessKeyOutput, QueryError> {
    let active = match input.status.as_str() {
        "Active" => true,
        "Inactive" => false,
        other => {
            return Err(QueryError::validation(format!(
                "1 validation error detected: Value '{other}' at 'status' failed to satisfy constraint: Member must \
                 satisfy enum value set: [Active, Inactive]"
            )));
        }
    };
    let mut user = user(call, input.user_name.as_ref()).await?;
    let key = user.keys.iter_mut().find(|key| key.id == input.access_key_id);
    key.ok_or_else(|| no_such_key(&input.access_key_id))?.active = active;
    call.edit.put_entity(EntityKind::User, &user);
    Ok(UpdateAccessKeyOutput {})
}

async fn delete(call: &mut IamCall<'_>, input: &DeleteAccessKeyRequest) -> Result<DeleteAccessKeyOutput, QueryError> {
    let mut user = user(call, input.user_name.as_ref()).await?;
    let at = user.keys.iter().position(|key| key.id == input.access_key_id);
    user.keys.remove(at.ok_or_else(|| no_such_key(&input.access_key_id))?);
    call.edit.forget_key(&input.access_key_id);
    call.edit.put_entity(EntityKind::User, &user);
    Ok(DeleteAccessKeyOutput {})
}

async fn list(call: &mut IamCall<'_>, input: &ListAccessKeysRequest) -> Result<ListAccessKeysResponse, QueryError> {
    let user = user(call, input.user_name.as_ref()).await?;
    let keys = user.keys.iter().map(|key| AccessKeyMetadata {
        user_name: Some(user.name.clone()),
        access_key_id: Some(key.id.clone()),
        status: Some(status(key.active)),
        create_date: shapes::time(key.created),
    });
    let (access_key_metadata, marker) = rules::page(keys.collect(), input.marker.as_deref(), input.max_items)?;
    Ok(ListAccessKeysResponse { access_key_metadata, is_truncated: Some(marker.is_some()), marker })
}

/// GetAccessKeyLastUsed, of keys of the caller's account. Of a key never used, service and region are `N/A`.
async fn last_used(
    call: &mut IamCall<'_>,
    input: &GetAccessKeyLastUsedRequest,
) -> Result<GetAccessKeyLastUsedResponse, QueryError> {
    let identity = call.edit.identity().clone();
    let owner = identity.user_of_key(&input.access_key_id).await?;
    let (_, user) = owner
        .filter(|(account, _)| account == call.edit.account().as_str())
        .ok_or_else(|| no_such_key(&input.access_key_id))?;
    let user = call.edit.by_id(EntityKind::User, &user).await?.ok_or_else(|| no_such_key(&input.access_key_id))?;
    let used = identity.last_use(&input.access_key_id).await?;
    let told =
        |text: Option<&String>| text.filter(|text| !text.is_empty()).cloned().unwrap_or_else(|| "N/A".to_owned());
    let access_key_last_used = Some(AccessKeyLastUsed {
        last_used_date: used.as_ref().map(|used| used.at),
        service_name: told(used.as_ref().map(|used| &used.service)),
        region: told(used.as_ref().map(|used| &used.region)),
    });
    Ok(GetAccessKeyLastUsedResponse { user_name: Some(user.name), access_key_last_used })
}
