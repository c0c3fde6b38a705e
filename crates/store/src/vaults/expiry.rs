//! Archives that expire by age: a rule that a vault's owner gives it as tags, which any client of the vault API can set and read
//! (decision 0041). Amazon has nothing of the kind.
//!
//! Once a day, at midnight, a vault with a rule is looked at: its oldest archives go that are old enough, but for the newest that
//! it keeps whatever their age. The first that is too young, or that the vault's lock or policy holds, ends the look. What goes is
//! judged in its commit: the vault with its rule, the number of its archives, and each archive are as they were read.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use coldkeep_meta::{Commit, Entry};
use coldkeep_types::{Id, Timestamp};

use super::vault::Vault;
use crate::contents::owners::disown;
use crate::records::{ArchiveRecord, Record};
use crate::upkeep::due::EXPIRE_ARCHIVES;
use crate::{Error, Store, VaultAccess, keys};

/// What the keys of tags begin with that mean something here.
pub const RULE_TAGS: &str = "coldkeep.";
/// The tag that says after how many days archives go, 1 to 36,500.
pub const EXPIRE_AFTER_DAYS: &str = "coldkeep.expire-after-days";
/// The tag that says how many of the newest archives stay all the same, 1 to a billion. Without the other it says nothing.
pub const KEEP_LAST: &str = "coldkeep.keep-last";

const MAX_DAYS: u64 = 36_500;
const MAX_KEPT: u64 = 1_000_000_000;
/// Archives that go in one commit.
const BATCH: u64 = 64;

/// When a vault's archives go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveExpiry {
    /// Days after they were made.
    pub days: u64,
    /// So many of the newest stay.
    pub keep_last: u64,
}

/// Whether a vault's own policies let an archive go.
pub trait ArchiveGuard: Send + Sync {
    /// Whether nothing that binds the vault's owner forbids to delete what was made then. Asked of one that is `now` to go.
    fn lets_go(&self, vault: &Vault, made: Timestamp, now: Timestamp) -> bool;
}

impl ArchiveExpiry {
    /// The rule that a vault's tags are.
    pub fn of(access: &VaultAccess) -> Option<Self> {
        let number = |key| access.tag(key).and_then(|value| number(key, value));
        Some(Self { days: number(EXPIRE_AFTER_DAYS)?, keep_last: number(KEEP_LAST).unwrap_or(0) })
    }
}

/// Whether a tag whose key begins with [`RULE_TAGS`] says something.
pub fn is_rule_tag(key: &str, value: &str) -> bool {
    number(key, value).is_some()
}

fn number(key: &str, value: &str) -> Option<u64> {
    let most = match key {
        EXPIRE_AFTER_DAYS => MAX_DAYS,
        KEEP_LAST => MAX_KEPT,
        _ => return None,
    };
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|number| digits && (1..=most).contains(number))
}

/// What names the work on a vault.
pub(crate) fn work_id(vault: keys::ContainerId) -> Id {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&vault);
    Id::from_bytes(id)
}

/// Adds to the commit that changes a vault that its archives are looked at, if it has a new rule.
pub(super) fn look_soon(commit: &mut Commit, now: Timestamp, vault: &Vault, access: &VaultAccess) {
    let rule = ArchiveExpiry::of(access);
    if rule.is_some() && rule != ArchiveExpiry::of(&vault.access) {
        commit.put(keys::due(now, EXPIRE_ARCHIVES, work_id(vault.id)), vault.key());
    }
}

impl Store {
    /// Has archives that expire asked for here first, from now on. There is one guard for the life of a store. Without one, nothing
    /// goes from a vault that has a policy or a lock.
    pub fn guard_archives(&self, guard: Arc<dyn ArchiveGuard>) {
        if self.0.archive_guard.set(guard).is_err() {
            tracing::warn!("somebody is asked of archives that expire already");
        }
    }

    /// Looks at a vault's archives, and says when to look again: at midnight, however often it is asked, so that there is one such
    /// record of a vault in the end. While there is more to do, this work stays due.
    pub(crate) async fn expire_archives(&self, key: &[u8], entry: &Entry, now: Timestamp) -> Result<(), Error> {
        let damaged = || Error::Damaged("the expiry of a vault's archives".into());
        let (account, region, name) = keys::parse_vault(&entry.value).ok_or_else(damaged)?;
        let mut commit = Commit::default();
        commit.expect(key, Some(entry.version)).delete(key);
        let vault = match self.vault(&account, &region, &name).await {
            Err(Error::NoSuchVault) => None,
            found => Some(found?),
        };
        let id = keys::parse_due(key).map(|(_, _, id)| id);
        // Of another vault of this name this work says nothing.
        let ruled = vault.filter(|vault| id == Some(work_id(vault.id)));
        let ruled = ruled.and_then(|vault| ArchiveExpiry::of(&vault.access).map(|rule| (vault, rule)));
        if let Some((vault, rule)) = ruled {
            if self.drop_oldest(&vault, rule, now).await? {
                return Ok(());
            }
            let day_ms = self.0.options.lifecycle_day_ms;
            let midnight = Timestamp((now.0.div_euclid(day_ms) + 1) * day_ms);
            commit.put(keys::due(midnight, EXPIRE_ARCHIVES, work_id(vault.id)), entry.value.clone());
        }
        self.commit(commit).await.map(drop)
    }

    /// Drops a batch at most of what is to go; says whether there may be more.
    async fn drop_oldest(&self, vault: &Vault, rule: ArchiveExpiry, now: Timestamp) -> Result<bool, Error> {
        let counter = keys::vault_archives_count(vault.id);
        let counted = self.get(&counter).await?.map(|entry| entry.version);
        let archives = self.number(&counter).await?.unwrap_or(0).max(0) as u64;
        let most = archives.saturating_sub(rule.keep_last).min(BATCH) as usize;
        if most == 0 {
            return Ok(false);
        }
        let old = now.plus_millis(-(rule.days as i64).saturating_mul(self.0.options.lifecycle_day_ms));
        let mut commit = Commit::default();
        vault.require(&mut commit);
        commit.expect(counter, counted);
        let mut dropped = 0;
        for (key, entry) in self.0.meta.scan(keys::archives(vault.id), most).await? {
            let record = ArchiveRecord::from_value(&entry.value)?;
            let made = Timestamp(record.created_ms);
            if made > old || !self.lets_go(vault, made, now) {
                break;
            }
            let id = keys::trailing_id(&key).ok_or_else(|| Error::Damaged("an archive's key".into()))?;
            commit.expect(key.clone(), Some(entry.version)).delete(key);
            disown(&mut commit, record.content, id);
            vault.count(&mut commit, -1, record.bytes, now);
            dropped += 1;
        }
        if dropped == 0 {
            return Ok(false);
        }
        // What somebody else changed meanwhile is looked at anew.
        if self.commit(commit).await? {
            self.0.lifecycle.archives.fetch_add(dropped, Ordering::Relaxed);
        }
        Ok(true)
    }

    fn lets_go(&self, vault: &Vault, made: Timestamp, now: Timestamp) -> bool {
        match self.0.archive_guard.get() {
            Some(guard) => guard.lets_go(vault, made, now),
            None => vault.access.policy.is_none() && vault.access.lock(now).is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_from_tags() {
        let of = |tags: &[(&str, &str)]| {
            let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            ArchiveExpiry::of(&VaultAccess { tags, ..VaultAccess::default() }).map(|rule| (rule.days, rule.keep_last))
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(KEEP_LAST, "3")]), None);
        assert_eq!(of(&[(EXPIRE_AFTER_DAYS, "30")]), Some((30, 0)));
        assert_eq!(of(&[(EXPIRE_AFTER_DAYS, "36500"), (KEEP_LAST, "007")]), Some((36_500, 7)));
        for wrong in ["", "0", "36501", "-1", "+1", "1.5", " 1", "one", "99999999999999999999"] {
            assert_eq!(of(&[(EXPIRE_AFTER_DAYS, wrong)]), None, "{wrong}");
            assert!(!is_rule_tag(EXPIRE_AFTER_DAYS, wrong), "{wrong}");
        }
        assert!(is_rule_tag(KEEP_LAST, "1000000000") && !is_rule_tag("coldkeep.other", "1"));
    }
}
