//! Access keys of users, and of the account's root user where it asks itself: two each, active or not. The secret is told once.

use coldkeep_identity::{Account, Entity, EntityKind, StoredKey};
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;
use http::StatusCode;

use crate::target::{Target, own_name};
use crate::users::must_name_user;
use crate::{IamCall, rules, shapes};

/// Keys that one may have, besides the operator's given one.
const KEYS_EACH: usize = 2;

operations! {
    CreateAccessKey(CreateAccessKeyRequest) |it| Target::UserOrSelf(it.user_name.clone()), create;
    UpdateAccessKey(UpdateAccessKeyRequest) |it| Target::UserOrSelf(it.user_name.clone()), update;
    DeleteAccessKey(DeleteAccessKeyRequest) |it| Target::UserOrSelf(it.user_name.clone()), delete;
    ListAccessKeys(ListAccessKeysRequest) |it| Target::UserOrSelf(it.user_name.clone()), list;
    GetAccessKeyLastUsed(GetAccessKeyLastUsedRequest) |it| Target::OwnerOf(it.access_key_id.clone()), last_used;
}

/// Who has keys. "If you do not specify a user name, IAM determines the user name implicitly", and so "you can use this operation to
/// manage AWS account root user credentials" (CreateAccessKey).
enum Holder {
    User(Entity),
    Root(Account),
}

impl Holder {
    /// The user of this name, or else the caller.
    async fn of(call: &mut IamCall<'_>, name: Option<&String>) -> Result<Self, QueryError> {
        match name.cloned().or_else(|| own_name(call.asked)) {
            Some(name) => Ok(Self::User(call.edit.entity(EntityKind::User, &name).await?)),
            None if call.asked.caller.arn.ends_with(":root") => Ok(Self::Root(call.edit.own_account().await?)),
            None => Err(must_name_user()),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::User(user) => &user.name,
            Self::Root(account) => &account.name,
        }
    }

    /// The id of a user; root has none.
    fn id(&self) -> Option<&str> {
        match self {
            Self::User(user) => Some(&user.id),
            Self::Root(_) => None,
        }
    }

    fn keys(&mut self) -> &mut Vec<StoredKey> {
        match self {
            Self::User(user) => &mut user.keys,
            Self::Root(account) => &mut account.keys,
        }
    }

    /// The key that the server's operator has by its settings or its data folder, and that is in no record.
    fn given_key(&self, call: &IamCall<'_>) -> Option<String> {
        let identity = call.edit.identity();
        let operator = matches!(self, Self::Root(_)) && call.edit.account() == identity.operator();
        operator.then(|| identity.operators_key().to_owned())
    }

    /// The place of a key that may be changed.
    fn place(&mut self, call: &IamCall<'_>, id: &str) -> Result<usize, QueryError> {
        if self.given_key(call).as_deref() == Some(id) {
            let words = format!(
                "The access key {id} is the operator's own. It is changed in the settings of the server, or in root.toml of its data folder."
            );
            return Err(QueryError::new(StatusCode::BAD_REQUEST, "UnmodifiableEntity", words));
        }
        self.keys().iter().position(|key| key.id == id).ok_or_else(|| no_such_key(id))
    }

    fn put(&self, call: &mut IamCall<'_>) {
        match self {
            Self::User(user) => call.edit.put_entity(EntityKind::User, user),
            Self::Root(account) => call.edit.put_account(account),
        }
    }
}

fn no_such_key(id: &str) -> QueryError {
    QueryError::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

fn status(active: bool) -> String {
    if active { "Active" } else { "Inactive" }.to_owned()
}

async fn create(call: &mut IamCall<'_>, input: &CreateAccessKeyRequest) -> Result<CreateAccessKeyResponse, QueryError> {
    let mut holder = Holder::of(call, input.user_name.as_ref()).await?;
    if holder.keys().len() == KEYS_EACH {
        let words = format!("Cannot exceed quota for AccessKeysPerUser: {KEYS_EACH}");
        return Err(QueryError::limit_exceeded(words));
    }
    let (key, secret_access_key) = call.edit.new_key(holder.id()).await?;
    let access_key = AccessKey {
        user_name: holder.name().to_owned(),
        access_key_id: key.id.clone(),
        status: status(key.active),
        secret_access_key,
        create_date: shapes::time(key.created),
    };
    holder.keys().push(key);
    holder.put(call);
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
    let mut holder = Holder::of(call, input.user_name.as_ref()).await?;
    let at = holder.place(call, &input.access_key_id)?;
    holder.keys()[at].active = active;
    holder.put(call);
    Ok(UpdateAccessKeyOutput {})
}

async fn delete(call: &mut IamCall<'_>, input: &DeleteAccessKeyRequest) -> Result<DeleteAccessKeyOutput, QueryError> {
    let mut holder = Holder::of(call, input.user_name.as_ref()).await?;
    let at = holder.place(call, &input.access_key_id)?;
    holder.keys().remove(at);
    call.edit.forget_key(&input.access_key_id);
    holder.put(call);
    Ok(DeleteAccessKeyOutput {})
}

async fn list(call: &mut IamCall<'_>, input: &ListAccessKeysRequest) -> Result<ListAccessKeysResponse, QueryError> {
    let mut holder = Holder::of(call, input.user_name.as_ref()).await?;
    let name = holder.name().to_owned();
    let row = |id: String, active, create_date| AccessKeyMetadata {
        user_name: Some(name.clone()),
        access_key_id: Some(id),
        status: Some(status(active)),
        create_date,
    };
    // When the given one was made is not known.
    let given = holder.given_key(call).map(|id| row(id, true, None));
    let kept = holder.keys().iter().map(|key| row(key.id.clone(), key.active, shapes::time(key.created)));
    let (access_key_metadata, marker) =
        rules::page(given.into_iter().chain(kept).collect(), input.marker.as_deref(), input.max_items)?;
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
