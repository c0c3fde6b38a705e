//! What each operation does. All but listings and deletes are one edit, done again from its start if what it read has changed.

use coldkeep_auth::canonical_user_id;
use coldkeep_http::{Call, Response};
use coldkeep_identity::{Account as Record, Identity, MAX_TRIES, StoredKey, new_account_id};
use coldkeep_types::{AccountId, Timestamp};
use http::StatusCode;

use crate::delete::delete;
use crate::error::answer as respond;
use crate::held::held;
use crate::shapes::{Account, AccountDetails, Accounts, CreateAccount, Done, Key, KeyList, NewAccount, NewKey};
use crate::{Admin, AdminError, Operation};

/// The most accounts on a page, and how many there are where nothing is said.
const MOST_LISTED: usize = 1000;
/// How many accounts' ids are tried before it is given up: with 12 digits the first is hardly ever taken.
const MOST_IDS: usize = 8;

/// Answers an operation that the caller may have. `account` and `key` are there where its path has them.
pub async fn answer(
    door: &Admin,
    call: &Call,
    operation: Operation,
    account: Option<AccountId>,
    key: Option<&str>,
    body: &[u8],
) -> Result<Response, AdminError> {
    if operation != Operation::CreateAccount && !body.is_empty() {
        return Err(AdminError::invalid("This operation has no body."));
    }
    if operation != Operation::ListAccounts && !call.query.is_empty() {
        return Err(AdminError::invalid("This operation has no parameters."));
    }
    let Some(id) = account else {
        return match operation {
            Operation::CreateAccount => create(&door.identity, body).await,
            _ => list(&door.identity, call).await,
        };
    };
    match operation {
        Operation::GetAccount => details(door, &id).await,
        Operation::ListAccountKeys => {
            Ok(ok(&KeyList { keys: keys(&door.identity, &there(&door.identity, &id).await?).await? }))
        }
        Operation::DeleteAccount => {
            // To its end, whatever becomes of the caller: an account is not to stay suspended because somebody went.
            let (identity, holdings) = (door.identity.clone(), door.holdings.clone());
            let deleting = tokio::spawn(async move { delete(&identity, &holdings, &id).await });
            deleting.await.map_err(|_| AdminError::busy())??;
            Ok(ok(&Done {}))
        }
        _ => edit(&door.identity, operation, &id, key.unwrap_or_default()).await,
    }
}

fn ok(document: &impl serde::Serialize) -> Response {
    respond(StatusCode::OK, document)
}

async fn there(identity: &Identity, id: &AccountId) -> Result<Record, AdminError> {
    identity.account(id).await?.ok_or_else(|| AdminError::no_such_account(id.as_str()))
}

/// The operations that are one edit of one account.
async fn edit(identity: &Identity, operation: Operation, id: &AccountId, key: &str) -> Result<Response, AdminError> {
    if !key.is_empty() && key == identity.operators_key() {
        return Err(AdminError::conflict(
            "This key is in no record: the server is given it by its settings, or by root.toml in its data folder. Change it \
             there; the server must be stopped for that.",
        ));
    }
    for _ in 0..MAX_TRIES {
        let mut edit = identity.edit(id);
        let response = match operation {
            Operation::SuspendAccount => ok(&shown(identity, &edit.suspend(true).await?)),
            Operation::ResumeAccount => ok(&shown(identity, &edit.suspend(false).await?)),
            Operation::CreateAccountKey => {
                let (key, secret) = edit.new_root_key().await?;
                respond(StatusCode::CREATED, &NewKey { access_key_id: key.id, secret_access_key: secret })
            }
            Operation::ActivateAccountKey => ok(&shown_key(identity, &edit.set_root_key(key, true).await?).await?),
            Operation::DeactivateAccountKey => ok(&shown_key(identity, &edit.set_root_key(key, false).await?).await?),
            Operation::DeleteAccountKey => {
                edit.delete_root_key(key).await?;
                ok(&Done {})
            }
            Operation::CreateAccount
            | Operation::ListAccounts
            | Operation::GetAccount
            | Operation::ListAccountKeys
            | Operation::ListQuotas
            | Operation::PutQuota
            | Operation::DeleteAccount => return Err(AdminError::unknown_operation()),
        };
        if edit.done().await? {
            return Ok(response);
        }
    }
    Err(AdminError::busy())
}

/// What a body asks for.
pub fn parsed<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, AdminError> {
    serde_json::from_slice(body).map_err(|error| AdminError::invalid(format!("The body is not understood: {error}.")))
}

async fn create(identity: &Identity, body: &[u8]) -> Result<Response, AdminError> {
    let asked: CreateAccount = parsed(body)?;
    must_be_name(&asked.name)?;
    asked.email.as_deref().map_or(Ok(()), must_be_email)?;
    let wanted = asked.id.as_deref().map(AccountId::parse).transpose();
    let wanted = wanted.map_err(|_| AdminError::invalid("An account's id has 12 digits."))?;
    for _ in 0..MOST_IDS {
        let id = match &wanted {
            Some(id) => id.clone(),
            None => new_account_id().map_err(|error| AdminError::invalid(error.to_string()))?,
        };
        if wanted.is_none() && identity.account(&id).await?.is_some() {
            continue;
        }
        let mut edit = identity.edit(&id);
        let (account, secret) = edit.create_account(&asked.name, asked.email.as_deref()).await?;
        if edit.done().await? {
            let access_key_id = account.keys.first().map(|key| key.id.clone()).unwrap_or_default();
            let key = NewKey { access_key_id, secret_access_key: secret };
            return Ok(respond(StatusCode::CREATED, &NewAccount { account: shown(identity, &account), key }));
        }
    }
    Err(AdminError::busy())
}

fn must_be_name(name: &str) -> Result<(), AdminError> {
    let fits = (1..=64).contains(&name.chars().count()) && name.trim() == name && !name.contains(char::is_control);
    let words = "An account's name has 1 to 64 characters, none of them a control character, and no space at its ends.";
    if fits { Ok(()) } else { Err(AdminError::invalid(words)) }
}

fn must_be_email(address: &str) -> Result<(), AdminError> {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic());
    let fits = address.len() <= 254
        && address.split_once('@').is_some_and(|(name, host)| plain(name) && plain(host) && !host.contains('@'));
    let words = format!("{address:?} is no e-mail address.");
    if fits { Ok(()) } else { Err(AdminError::invalid(words)) }
}

async fn list(identity: &Identity, call: &Call) -> Result<Response, AdminError> {
    if let Some((name, _)) = call.query.iter().find(|(name, _)| !["after", "max"].contains(&name.as_str())) {
        return Err(AdminError::invalid(format!("There is no parameter {name:?}.")));
    }
    let after = call.parameter("after").map(AccountId::parse).transpose();
    let after = after.map_err(|_| AdminError::invalid("The parameter after is an account's id: 12 digits."))?;
    let max = call.parameter("max").map_or(Some(MOST_LISTED), |max| max.parse().ok());
    let max = max.filter(|max| (1..=MOST_LISTED).contains(max));
    let max =
        max.ok_or_else(|| AdminError::invalid(format!("The parameter max is a number from 1 to {MOST_LISTED}.")))?;
    let page = identity.accounts(after.as_ref(), max).await?;
    let accounts = page.items.iter().map(|account| shown(identity, account)).collect();
    Ok(ok(&Accounts { accounts, next: page.marker }))
}

async fn details(door: &Admin, id: &AccountId) -> Result<Response, AdminError> {
    let record = there(&door.identity, id).await?;
    let (keys, holds) = (keys(&door.identity, &record).await?, held(&door.identity, &door.holdings, id).await?);
    Ok(ok(&AccountDetails { account: shown(&door.identity, &record), keys, holds }))
}

/// The keys of a root user; the operator's has one that is in no record.
async fn keys(identity: &Identity, account: &Record) -> Result<Vec<Key>, AdminError> {
    let mut all = Vec::new();
    if account.id == identity.operator().as_str() {
        let access_key_id = identity.operators_key().to_owned();
        all.push(Key { access_key_id, active: true, of_settings: true, created: None, last_used: None });
    }
    for key in &account.keys {
        all.push(shown_key(identity, key).await?);
    }
    Ok(all)
}

async fn shown_key(identity: &Identity, key: &StoredKey) -> Result<Key, AdminError> {
    let last_used = identity.last_use(&key.id).await?.map(|used| used.at.iso_seconds());
    let created = Some(Timestamp(key.created).iso_seconds());
    Ok(Key { access_key_id: key.id.clone(), active: key.active, of_settings: false, created, last_used })
}

fn shown(identity: &Identity, account: &Record) -> Account {
    let id = AccountId::parse(&account.id);
    Account {
        canonical_id: id.as_ref().map(canonical_user_id).unwrap_or_default(),
        operator: account.id == identity.operator().as_str(),
        id: account.id.clone(),
        name: account.name.clone(),
        email: account.email.clone(),
        alias: account.alias.clone(),
        suspended: account.suspended,
        created: (account.created > 0).then(|| Timestamp(account.created).iso_seconds()),
    }
}
