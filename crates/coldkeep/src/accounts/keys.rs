//! `coldkeep account keys`: the access keys of a root user. A lost one is replaced by making another and deleting it.

use clap::{Args, Subcommand};
use coldkeep_admin::shapes::{Done, Key, KeyList, NewKey};
use coldkeep_types::AccountId;
use http::Method;

use super::{NOTHING, of};
use crate::Failure;
use crate::client::Client;
use crate::shown::{self, key_pair, table};

/// `coldkeep account keys`.
#[derive(Args, Debug)]
pub struct Keys {
    /// The account's id, 12 digits
    #[arg(value_parser = AccountId::parse)]
    id: AccountId,
    #[command(subcommand)]
    what: Option<ForKey>,
}

/// What to do with keys; without it they are listed.
#[derive(Subcommand, Clone, Debug)]
pub enum ForKey {
    /// Makes another key and prints it; there are two at most
    Create,
    /// Lets a key sign again
    Activate {
        /// Its access key id
        key: String,
    },
    /// Refuses a key from now on
    Deactivate {
        /// Its access key id
        key: String,
    },
    /// Deletes a key
    Delete {
        /// Its access key id
        key: String,
    },
}

impl ForKey {
    /// What became of the key, in words.
    pub fn told(&self) -> String {
        match self {
            Self::Create => String::new(),
            Self::Activate { key } => format!("The key {key} may sign.\n"),
            Self::Deactivate { key } => format!("The key {key} is refused from now on.\n"),
            Self::Delete { key } => format!("The key {key} is deleted.\n"),
        }
    }
}

pub(super) async fn ask(client: &Client, keys: &Keys, json: bool) -> Result<(), Failure> {
    let id = &keys.id;
    let target = |key: &str, what: &str| {
        let key = coldkeep_auth::uri::encode(key.as_bytes());
        of(id, &format!("/keys/{key}{what}"))
    };
    match &keys.what {
        None => {
            let list: KeyList = client.admin(Method::GET, &of(id, "/keys"), NOTHING).await?;
            shown::print(json, &list, || listed(&list.keys))
        }
        Some(ForKey::Create) => {
            let key: NewKey = client.admin(Method::POST, &of(id, "/keys"), NOTHING).await?;
            shown::print(json, &key, || key_pair(client, &key.access_key_id, &key.secret_access_key))
        }
        Some(what @ ForKey::Activate { key }) => {
            let key: Key = client.admin(Method::POST, &target(key, "/activate"), NOTHING).await?;
            shown::print(json, &key, || what.told())
        }
        Some(what @ ForKey::Deactivate { key }) => {
            let key: Key = client.admin(Method::POST, &target(key, "/deactivate"), NOTHING).await?;
            shown::print(json, &key, || what.told())
        }
        Some(what @ ForKey::Delete { key }) => {
            let done: Done = client.admin(Method::DELETE, &target(key, ""), NOTHING).await?;
            shown::print(json, &done, || what.told())
        }
    }
}

/// Keys as a table.
pub(super) fn listed(keys: &[Key]) -> String {
    let head = ["ACCESS KEY", "STATE", "CREATED", "LAST USED"].map(str::to_owned).to_vec();
    let line = |key: &Key| {
        let state = match (key.of_settings, key.active) {
            (true, _) => "of the server's settings",
            (false, true) => "active",
            (false, false) => "inactive",
        };
        let time = |time: &Option<String>| time.clone().unwrap_or_else(|| "-".into());
        vec![key.access_key_id.clone(), state.into(), time(&key.created), time(&key.last_used)]
    };
    table(&std::iter::once(head).chain(keys.iter().map(line)).collect::<Vec<_>>())
}
