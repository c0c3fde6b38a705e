//! Who signs in goldens and in the matrix: the roots of two accounts, a user of each whose policies a test sets.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use async_trait::async_trait;
use coldkeep_auth::policy::{Account, Kind, Policy, Principal};
use coldkeep_auth::{AccessKey, Caller, Keys, Refusal, Rights, canonical_user_id};
use coldkeep_s3::Accounts;
use coldkeep_types::AccountId;

use crate::world::SECRET;

pub const ROOT: &str = "012345678901";
pub const STRANGER: &str = "999999999999";

/// The callers by their access keys.
pub struct Callers(RwLock<HashMap<&'static str, Caller>>);

pub fn account(id: &str) -> Account {
    let id = AccountId::parse(id).expect("12 digits");
    Account { canonical_id: canonical_user_id(&id).into(), id }
}

/// A policy of a user's, by its JSON.
pub fn policy(json: &str) -> Arc<Policy> {
    Arc::new(Policy::parse(json, Kind::Identity).expect("a policy of a user"))
}

fn user(id: &str, of: &str, key: &str, name: &str) -> Caller {
    let arn = format!("arn:aws:iam::{id}:user/{name}");
    let (account, user_id) = (account(id), format!("AIDA{key}"));
    let principal =
        Principal::User { account: account.clone(), arn: arn.as_str().into(), id: user_id.into(), name: name.into() };
    Caller { account: account.id, arn, access_key: key.to_owned(), rights: Arc::new(Rights::of(principal, of)) }
}

impl Callers {
    pub fn new() -> Self {
        let root = |id: &str, key, name| {
            let rights = Rights::of(Principal::Root { account: account(id) }, name).into();
            Caller { rights, ..Caller::root(account(id).id, key) }
        };
        Self(RwLock::new(HashMap::from([
            ("ROOT", root(ROOT, "ROOT", "root")),
            ("STRANGER", root(STRANGER, "STRANGER", "stranger")),
            ("USER", user(ROOT, "root", "USER", "ann")),
            ("FOREIGNER", user(STRANGER, "stranger", "FOREIGNER", "bob")),
        ])))
    }

    /// The caller of this key has this one policy from now on.
    pub fn allow(&self, key: &str, json: &str) {
        self.change(key, |rights| rights.identity = Box::new([policy(json)]));
    }

    pub fn change(&self, key: &str, change: impl FnOnce(&mut Rights)) {
        let mut callers = self.0.write().expect("no poison");
        let caller = callers.get_mut(key).expect("a caller");
        let mut rights = Rights::clone(&caller.rights);
        change(&mut rights);
        caller.rights = Arc::new(rights);
    }
}

#[async_trait]
impl Keys for Callers {
    fn lookup(&self, access_key: &str) -> Option<AccessKey> {
        let caller = self.0.read().expect("no poison").get(access_key)?.clone();
        Some(AccessKey { secret: SECRET.to_owned(), session_token: None, caller })
    }

    async fn find(&self, access_key: &str, _session_token: Option<&str>) -> Result<Option<AccessKey>, Refusal> {
        match access_key {
            "EXPIRED" => Err(Refusal::ExpiredToken),
            "SUSPENDED" => Err(Refusal::AccountSuspended),
            _ => Ok(None),
        }
    }
}

/// The accounts of all of them.
pub struct TwoAccounts;

#[async_trait]
impl Accounts for TwoAccounts {
    async fn name(&self, canonical_id: &str) -> Result<Option<String>, coldkeep_store::Error> {
        let named = [(ROOT, "root"), (STRANGER, "stranger")];
        let named = named.iter().find(|(id, _)| *account(id).canonical_id == *canonical_id);
        Ok(named.map(|(_, name)| (*name).to_owned()))
    }

    async fn by_email(&self, address: &str) -> Result<Option<String>, coldkeep_store::Error> {
        Ok((address == "stranger@example.com").then(|| account(STRANGER).canonical_id.to_string()))
    }

    async fn is_active(&self, account: &AccountId) -> Result<bool, coldkeep_store::Error> {
        Ok([ROOT, STRANGER].contains(&account.as_str()))
    }
}
