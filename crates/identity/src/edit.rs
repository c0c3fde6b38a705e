//! One operation's reads and writes: everything read is expected to be unchanged when the writes happen, all together.
//!
//! An edit that is dropped did nothing. [`Edit::done`] says whether it took effect; if not, a record changed meanwhile, and the
//! operation is to be done again from its start.

use std::ops::Range;

use coldkeep_meta::{Commit, Version};
use coldkeep_types::{AccountId, Timestamp};

use crate::records::Record;
use crate::{Entity, EntityKind, Error, Identity, ManagedPolicy, Usage, keys};

/// How often an operation is tried again when records change under it: each time means that another one succeeded.
pub const MAX_TRIES: usize = 1000;

/// An operation under way.
pub struct Edit {
    pub(crate) identity: Identity,
    account: AccountId,
    commit: Commit,
}

/// A page of a listing.
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins; `None`: this was the last.
    pub marker: Option<String>,
}

impl Edit {
    pub(crate) fn new(identity: Identity, account: AccountId) -> Self {
        Self { identity, account, commit: Commit::default() }
    }

    /// Whose records are edited.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.identity.0.clock.now()
    }

    /// What the records belong to.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Makes the writes happen. `false`: a record changed since it was read.
    pub async fn done(self) -> Result<bool, Error> {
        if self.commit.writes.is_empty() {
            return Ok(true);
        }
        match self.identity.0.meta.commit(self.commit).await {
            Ok(()) => {
                // What this server changed, it knows at once.
                self.identity.0.callers.forget();
                Ok(true)
            }
            Err(coldkeep_meta::Error::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn read(&mut self, key: Vec<u8>) -> Result<Option<(Vec<u8>, Version)>, Error> {
        let entry = self.identity.0.meta.get(&key).await?;
        self.commit.expect(key, entry.as_ref().map(|entry| entry.version));
        Ok(entry.map(|entry| (entry.value, entry.version)))
    }

    pub(crate) async fn record<R: Record>(&mut self, key: Vec<u8>) -> Result<Option<R>, Error> {
        Ok(self.read(key).await?.map(|(value, _)| R::from_value(&value)).transpose()?)
    }

    pub(crate) async fn text(&mut self, key: Vec<u8>) -> Result<Option<String>, Error> {
        let text = |(value, _)| String::from_utf8(value).map_err(|_| Error::Damaged("a name's record".into()));
        self.read(key).await?.map(text).transpose()
    }

    pub(crate) fn put<R: Record>(&mut self, key: Vec<u8>, record: &R) {
        self.commit.put(key, record.to_value());
    }

    pub(crate) fn put_raw(&mut self, key: Vec<u8>, value: impl Into<Vec<u8>>) {
        self.commit.put(key, value);
    }

    pub(crate) fn delete(&mut self, key: Vec<u8>) {
        self.commit.delete(key);
    }

    pub(crate) fn expect_empty(&mut self, range: Range<Vec<u8>>) {
        self.commit.expect_empty(range);
    }

    /// How many there are of a kind; of managed policies for `None`.
    pub async fn count(&self, kind: Option<EntityKind>) -> Result<i64, Error> {
        let entry = self.identity.0.meta.get(&keys::count(&self.account, kind)).await?;
        let bytes = entry.and_then(|entry| <[u8; 8]>::try_from(entry.value).ok());
        Ok(bytes.map_or(0, i64::from_be_bytes))
    }

    fn add(&mut self, kind: Option<EntityKind>, delta: i64) {
        self.commit.add(keys::count(&self.account, kind), delta);
    }

    /// A user, group or role by its name.
    pub async fn find(&mut self, kind: EntityKind, name: &str) -> Result<Option<Entity>, Error> {
        let Some(id) = self.text(keys::name(&self.account, kind, name)).await? else { return Ok(None) };
        self.record(keys::entity(&self.account, kind, &id)).await
    }

    /// A user, group or role by its id.
    pub async fn by_id(&mut self, kind: EntityKind, id: &str) -> Result<Option<Entity>, Error> {
        self.record(keys::entity(&self.account, kind, id)).await
    }

    /// The user, group or role of this name, or that there is none.
    pub async fn entity(&mut self, kind: EntityKind, name: &str) -> Result<Entity, Error> {
        let none = || Error::NoSuchEntity(format!("The {} with name {name} cannot be found.", kind.word()));
        self.find(kind, name).await?.ok_or_else(none)
    }

    /// Adds a user, group or role.
    pub async fn create(&mut self, kind: EntityKind, entity: &Entity) -> Result<(), Error> {
        self.own_account().await?;
        let name = keys::name(&self.account, kind, &entity.name);
        if self.text(name.clone()).await?.is_some() {
            let (word, name) = (capital(kind.word()), &entity.name);
            return Err(Error::AlreadyExists(format!("{word} with name {name} already exists.")));
        }
        if self.count(Some(kind)).await? >= kind.quota() {
            let (quota, most) = (kind.quota_name(), kind.quota());
            return Err(Error::LimitExceeded(format!("Cannot exceed quota for {quota}: {most}")));
        }
        self.put_raw(name, entity.id.as_str());
        self.put_entity(kind, entity);
        self.add(Some(kind), 1);
        Ok(())
    }

    /// Writes a user, group or role that was read.
    pub fn put_entity(&mut self, kind: EntityKind, entity: &Entity) {
        self.put(keys::entity(&self.account, kind, &entity.id), entity);
    }

    /// Gives an entity another name; it is still to be put.
    pub async fn rename(&mut self, kind: EntityKind, entity: &mut Entity, new: &str) -> Result<(), Error> {
        let (old_key, new_key) = (keys::name(&self.account, kind, &entity.name), keys::name(&self.account, kind, new));
        if old_key != new_key {
            if self.text(new_key.clone()).await?.is_some() {
                let word = capital(kind.word());
                return Err(Error::AlreadyExists(format!("{word} with name {new} already exists.")));
            }
            self.delete(old_key);
            self.put_raw(new_key, entity.id.as_str());
        }
        entity.name = new.to_owned();
        Ok(())
    }

    /// Removes an entity that nothing hangs on any more.
    pub fn remove(&mut self, kind: EntityKind, entity: &Entity) {
        self.delete(keys::name(&self.account, kind, &entity.name));
        self.delete(keys::entity(&self.account, kind, &entity.id));
        self.add(Some(kind), -1);
    }

    /// Users, groups or roles in the order of their names, behind the name `after`: those that `wanted` says, at most `max`.
    pub async fn list(
        &self,
        kind: EntityKind,
        after: Option<&str>,
        max: usize,
        wanted: impl Fn(&Entity) -> bool,
    ) -> Result<Page<Entity>, Error> {
        let meta = &self.identity.0.meta;
        let mut range = keys::names(&self.account, kind);
        if let Some(after) = after {
            range.start = behind(keys::name(&self.account, kind, after));
        }
        let mut items: Vec<Entity> = Vec::new();
        loop {
            let names = meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = names.last() else { return Ok(Page { items, marker: None }) };
            range.start = behind(last.clone());
            for (_, id) in names {
                let id = String::from_utf8(id.value).map_err(|_| Error::Damaged("a name's record".into()))?;
                // One that was removed meanwhile is not there.
                let Some(entry) = meta.get(&keys::entity(&self.account, kind, &id)).await? else { continue };
                let entity = Entity::from_value(&entry.value)?;
                if !wanted(&entity) {
                    continue;
                }
                if items.len() == max {
                    return Ok(Page { marker: items.last().map(|last| last.name.clone()), items });
                }
                items.push(entity);
            }
        }
    }

    /// A managed policy of the account by its name.
    pub async fn policy(&mut self, name: &str) -> Result<Option<ManagedPolicy>, Error> {
        self.record(keys::policy(&self.account, name)).await
    }

    /// Adds a managed policy.
    pub async fn create_policy(&mut self, policy: &ManagedPolicy) -> Result<(), Error> {
        const QUOTA: i64 = 1500;
        self.own_account().await?;
        if self.policy(&policy.name).await?.is_some() {
            let name = &policy.name;
            let words = format!("A policy called {name} already exists. Duplicate names are not allowed.");
            return Err(Error::AlreadyExists(words));
        }
        if self.count(None).await? >= QUOTA {
            return Err(Error::LimitExceeded(format!("Cannot exceed quota for PoliciesPerAccount: {QUOTA}")));
        }
        self.put_policy(policy);
        self.add(None, 1);
        Ok(())
    }

    /// Writes a managed policy that was read.
    pub fn put_policy(&mut self, policy: &ManagedPolicy) {
        self.put(keys::policy(&self.account, &policy.name), policy);
    }

    /// Removes a managed policy, unless something came to use it meanwhile.
    pub fn remove_policy(&mut self, policy: &ManagedPolicy, arn: &str) {
        self.expect_empty(keys::attachments(&self.account, arn, None));
        self.delete(keys::policy(&self.account, &policy.name));
        self.add(None, -1);
    }

    /// Managed policies of the account in the order of their names, as [`list`](Self::list).
    pub async fn list_policies(&self, after: Option<&str>, max: usize) -> Result<Page<ManagedPolicy>, Error> {
        let mut range = keys::policies(&self.account);
        if let Some(after) = after {
            range.start = behind(keys::policy(&self.account, after));
        }
        let found = self.identity.0.meta.scan(range, max + 1).await?;
        let more = found.len() > max;
        let items = found.iter().take(max).map(|(_, entry)| ManagedPolicy::from_value(&entry.value));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        Ok(Page { marker: items.last().filter(|_| more).map(|last| last.name.clone()), items })
    }

    /// Notes that the entity uses the policy with this ARN, or no longer does.
    pub fn note_usage(&mut self, arn: &str, usage: Usage, kind: EntityKind, id: &str, used: bool) {
        let key = keys::attachment(&self.account, arn, usage, kind, id);
        if used { self.put_raw(key, Vec::new()) } else { self.delete(key) }
    }

    /// Who uses the policy with this ARN: at most as many as an account may have of all kinds.
    pub async fn users_of(&self, arn: &str, usage: Usage) -> Result<Vec<(EntityKind, String)>, Error> {
        let range = keys::attachments(&self.account, arn, Some(usage));
        let mut found = Vec::new();
        for (key, _) in self.all(range).await? {
            let (_, kind, id) =
                keys::parse_attachment(&key).ok_or_else(|| Error::Damaged("an attachment's key".into()))?;
            found.push((kind, id.to_owned()));
        }
        Ok(found)
    }

    /// Notes that the user is in the group, or no longer is. The user's record says so too.
    pub fn note_member(&mut self, group: &str, user: &str, is_in: bool) {
        let key = keys::member(&self.account, group, user);
        if is_in { self.put_raw(key, Vec::new()) } else { self.delete(key) }
    }

    /// The ids of the users in a group.
    pub async fn members(&self, group: &str) -> Result<Vec<String>, Error> {
        let range = keys::members(&self.account, group);
        let prefix = range.start.len();
        let id = |key: &[u8]| String::from_utf8_lossy(&key[prefix..]).into_owned();
        Ok(self.all(range).await?.iter().map(|(key, _)| id(key)).collect())
    }

    /// Refuses to take effect when somebody joined the group meanwhile.
    pub fn expect_no_members(&mut self, group: &str) {
        self.expect_empty(keys::members(&self.account, group));
    }

    pub(crate) async fn all(&self, mut range: Range<Vec<u8>>) -> Result<Vec<(Vec<u8>, coldkeep_meta::Entry)>, Error> {
        let mut all = Vec::new();
        loop {
            let found = self.identity.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { return Ok(all) };
            range.start = behind(last.clone());
            all.extend(found);
        }
    }
}

/// Records read at once.
const BATCH: usize = 256;

fn behind(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}
