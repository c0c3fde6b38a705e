//! Whose an access key is: from memory, else from records or from the session token.
//!
//! What memory knows is at most [`MAX_STALENESS`] old, since other servers may share the store; what this server changes it
//! forgets at once. Memory is bounded, and holds keys of this server's making only: ids that strangers make up fail their check.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_auth::policy::{Account as PolicyAccount, Policy, Principal};
use coldkeep_auth::{AccessKey, Caller, Keys, Refusal, Rights, Witness, canonical_user_id};
use coldkeep_types::{AccountId, Region};
use lru::LruCache;
use parking_lot::Mutex;

use crate::accounts::about_key;
use crate::records::{KeyOwner, Record};
use crate::{Entity, EntityKind, Error, Identity, StoredKey, ids, keys};

/// How long a caller and its policies are taken from memory after they were read: so long may a change made through another
/// server of the same store take to count.
pub const MAX_STALENESS: Duration = Duration::from_secs(1);

/// How many keys are remembered.
const KEPT: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// What is remembered of a key.
#[derive(Clone)]
struct Known {
    /// `None`: it is nobody's, or inactive. An error: its account is suspended.
    key: Result<Option<AccessKey>, Refusal>,
    /// When it was read, in milliseconds; before and after that it counts for nothing.
    from: i64,
    until: i64,
}

/// What is known of keys that were used lately.
pub(crate) struct Memory {
    known: Mutex<LruCache<String, Known>>,
    /// Counts what was changed here: what was read before a change is not remembered after it.
    changes: AtomicU64,
}

impl Default for Memory {
    fn default() -> Self {
        Self { known: Mutex::new(LruCache::new(KEPT)), changes: AtomicU64::new(0) }
    }
}

impl Memory {
    pub fn forget(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.known.lock().clear();
    }

    fn get(&self, access_key: &str, now: i64) -> Option<Known> {
        let mut known = self.known.lock();
        let found = known.get(access_key)?;
        (found.from <= now && now < found.until).then(|| found.clone())
    }

    fn keep(&self, access_key: &str, found: Known, read_at: u64) {
        let mut known = self.known.lock();
        if self.changes.load(Ordering::SeqCst) == read_at {
            known.put(access_key.to_owned(), found);
        }
    }
}

#[async_trait]
impl Keys for Identity {
    fn lookup(&self, access_key: &str) -> Option<AccessKey> {
        if access_key == self.0.root.caller.access_key {
            return Some(self.0.root.clone());
        }
        let now = self.0.clock.now();
        self.0.callers.get(access_key, now.0)?.key.ok()?
    }

    async fn find(&self, access_key: &str, session_token: Option<&str>) -> Result<Option<AccessKey>, Refusal> {
        if !ids::is_ours(access_key, self.0.sealer.id_secret()) {
            return Ok(None);
        }
        let now = self.0.clock.now();
        if let Some(known) = self.0.callers.get(access_key, now.0) {
            return known.key;
        }
        let read_at = self.0.callers.changes.load(Ordering::SeqCst);
        let (found, expires) = if access_key.starts_with("ASIA") {
            // Without its token it is somebody's, but nobody's request.
            let token = session_token.ok_or(Refusal::InvalidToken)?;
            let session = self.open_token(token).ok_or(Refusal::InvalidToken)?;
            if session.access_key != access_key {
                return Err(Refusal::InvalidToken);
            }
            if session.expires <= now.0 {
                return Err(Refusal::ExpiredToken);
            }
            let key = self.session_key(&session, token).await;
            (key.map_err(refusal).and_then(|key| key.ok_or(Refusal::InvalidToken).map(Some)), session.expires)
        } else {
            (self.permanent_key(access_key).await.map_err(refusal), i64::MAX)
        };
        if matches!(found, Ok(_) | Err(Refusal::AccountSuspended)) {
            let until = now.plus_millis(MAX_STALENESS.as_millis() as i64).0.min(expires);
            self.0.callers.keep(access_key, Known { key: found.clone(), from: now.0, until }, read_at);
        }
        found
    }
}

impl Witness for Identity {
    fn proven(&self, access_key: &str, service: &str, region: &Region) {
        if access_key != self.0.root.caller.access_key {
            self.0.last_uses.note(access_key, self.0.clock.now(), service, region.as_str());
        }
    }
}

fn refusal(error: Error) -> Refusal {
    if let Error::Suspended(_) = error {
        return Refusal::AccountSuspended;
    }
    tracing::error!(%error, "a caller could not be looked up");
    Refusal::KeysUnavailable(error.to_string())
}

impl Identity {
    async fn permanent_key(&self, access_key: &str) -> Result<Option<AccessKey>, Error> {
        let Some(owner) = self.key_owner(access_key).await? else { return Ok(None) };
        let account = AccountId::parse(&owner.account).map_err(|error| Error::Damaged(error.to_string()))?;
        let (stored, rights, arn) = match &owner.user {
            Some(id) => {
                let Some(user) = self.stored(&account, EntityKind::User, id).await? else { return Ok(None) };
                let stored = user.keys.iter().find(|key| key.id == access_key).cloned();
                let Some(rights) = self.user_rights(&account, &user).await? else { return Ok(None) };
                (stored, rights, arn_of(&account, EntityKind::User, &user))
            }
            None => {
                let Some(record) = self.active_account(&account).await? else { return Ok(None) };
                let stored = record.keys.iter().find(|key| key.id == access_key).cloned();
                let principal = Principal::Root { account: policy_account(&account) };
                (stored, Rights::of(principal, &record.name), format!("arn:aws:iam::{account}:root"))
            }
        };
        let Some(stored) = stored.filter(|key| key.active) else { return Ok(None) };
        let secret = self.secret(&stored)?;
        let caller = Caller { account, arn, access_key: access_key.to_owned(), rights: rights.into() };
        Ok(Some(AccessKey { secret, session_token: None, caller }))
    }

    /// The account and, if not the root user's, the user's id that an access key leads to.
    pub(crate) async fn key_owner(&self, access_key: &str) -> Result<Option<KeyOwner>, Error> {
        let entry = self.0.meta.get(&keys::access_key(access_key)).await?;
        Ok(entry.map(|entry| KeyOwner::from_value(&entry.value)).transpose()?)
    }

    /// The account that an access key of this server leads to, whoever made it up.
    pub async fn account_of_key(&self, access_key: &str) -> Result<Option<String>, Error> {
        if access_key == self.0.root.caller.access_key {
            return Ok(Some(self.operator().to_string()));
        }
        if !ids::is_ours(access_key, self.0.sealer.id_secret()) {
            return Ok(None);
        }
        Ok(self.key_owner(access_key).await?.map(|owner| owner.account))
    }

    /// The id of the user that an access key leads to, with its account.
    pub async fn user_of_key(&self, access_key: &str) -> Result<Option<(String, String)>, Error> {
        Ok(self.key_owner(access_key).await?.and_then(|owner| Some((owner.account, owner.user?))))
    }

    fn secret(&self, stored: &StoredKey) -> Result<String, Error> {
        let plain = self.0.sealer.open(&stored.sealed, &about_key(&stored.id))?;
        std::str::from_utf8(&plain).map(str::to_owned).map_err(|_| Error::Damaged("a secret".into()))
    }

    pub(crate) async fn stored(
        &self,
        account: &AccountId,
        kind: EntityKind,
        id: &str,
    ) -> Result<Option<Entity>, Error> {
        let entry = self.0.meta.get(&keys::entity(account, kind, id)).await?;
        Ok(entry.map(|entry| Entity::from_value(&entry.value)).transpose()?)
    }

    /// What a user may; `None`: its account is gone.
    pub(crate) async fn user_rights(&self, account: &AccountId, user: &Entity) -> Result<Option<Rights>, Error> {
        let principal = Principal::User {
            account: policy_account(account),
            arn: arn_of(account, EntityKind::User, user).into(),
            id: user.id.as_str().into(),
            name: user.name.as_str().into(),
        };
        self.rights(account, user, principal).await
    }

    /// The rights of who is, or has taken on, this user or role.
    pub(crate) async fn rights(
        &self,
        account: &AccountId,
        entity: &Entity,
        principal: Principal,
    ) -> Result<Option<Rights>, Error> {
        let Some(record) = self.active_account(account).await? else { return Ok(None) };
        let (identity, boundary) = self.entity_policies(account, entity).await?;
        let tags = entity.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
        let identity = identity.into();
        Ok(Some(Rights { identity, boundary, tags, ..Rights::of(principal, &record.name) }))
    }

    /// All policies of a user or role, its groups' too, and its boundary.
    pub async fn entity_policies(
        &self,
        account: &AccountId,
        entity: &Entity,
    ) -> Result<(Vec<Arc<Policy>>, Option<Arc<Policy>>), Error> {
        let mut policies = Vec::new();
        self.add_policies(account, entity, &mut policies).await?;
        for group in &entity.groups {
            if let Some(group) = self.stored(account, EntityKind::Group, group).await? {
                self.add_policies(account, &group, &mut policies).await?;
            }
        }
        let boundary = match &entity.boundary {
            // A boundary that is gone bounds everything.
            Some(arn) => Some(match self.managed(account, arn).await? {
                Some(policy) => policy,
                None => self.compiled(arn, NOTHING)?,
            }),
            None => None,
        };
        Ok((policies, boundary))
    }

    async fn add_policies(
        &self,
        account: &AccountId,
        entity: &Entity,
        policies: &mut Vec<Arc<Policy>>,
    ) -> Result<(), Error> {
        for (name, document) in &entity.inline {
            policies.push(self.compiled(name, document)?);
        }
        for arn in &entity.attached {
            policies.extend(self.managed(account, arn).await?);
        }
        Ok(())
    }
}

/// A policy that allows nothing.
const NOTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;

/// The account as policies know it.
pub(crate) fn policy_account(account: &AccountId) -> PolicyAccount {
    PolicyAccount { id: account.clone(), canonical_id: canonical_user_id(account).into() }
}

/// `arn:aws:iam::012345678901:user/path/name`.
pub(crate) fn arn_of(account: &AccountId, kind: EntityKind, entity: &Entity) -> String {
    format!("arn:aws:iam::{account}:{}{}{}", kind.word(), entity.path, entity.name)
}

impl Entity {
    /// Its ARN in this account.
    pub fn arn(&self, account: &AccountId, kind: EntityKind) -> String {
        arn_of(account, kind, self)
    }
}
