//! The quotas in memory: all that there are, read when the store is opened, and changed with their records.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use coldkeep_meta::{Entry, Meta};
use parking_lot::{Mutex, RwLock};

use super::{Quota, QuotaOf, QuotaRecord};
use crate::Error;
use crate::keys::{self, ContainerId};
use crate::records::Record;

/// A quota that is set.
#[derive(Debug)]
pub(super) struct Set {
    pub of: QuotaOf,
    pub quota: Quota,
    /// The bucket or vault, where it is of one.
    pub container: Option<ContainerId>,
    /// Whether it was said already that the soft limit is passed.
    pub told: AtomicBool,
}

/// All of them, by the keys of their records.
#[derive(Debug, Default)]
pub(crate) struct Table {
    sets: RwLock<BTreeMap<Vec<u8>, Arc<Set>>>,
    number: AtomicUsize,
    /// Whose a bucket or vault is, as far as it was asked. An id is never given twice, so that does not change.
    pub(super) owners: Mutex<HashMap<ContainerId, String>>,
    /// Held while a record and its entry here change together.
    pub(super) changing: tokio::sync::Mutex<()>,
}

impl Table {
    /// What a store's records say.
    pub async fn read(meta: &dyn Meta) -> Result<Self, Error> {
        let table = Self::default();
        let mut failed = None;
        let mut visit = |seen: coldkeep_meta::Seen<'_>| {
            let entry = Entry { value: seen.value.to_vec(), version: seen.version };
            failed = table.note(seen.key, Some(&entry)).err();
            if failed.is_none() { coldkeep_meta::Step::Next } else { coldkeep_meta::Step::Stop }
        };
        meta.walk(keys::tagged(keys::QUOTAS), &mut visit).await?;
        failed.map_or(Ok(table), Err)
    }

    /// Reads them all again, since other servers may have changed them.
    pub async fn read_again(&self, meta: &dyn Meta) -> Result<(), Error> {
        let _changing = self.changing.lock().await;
        let found = meta.scan(keys::tagged(keys::QUOTAS), super::MAX_QUOTAS).await?;
        let known: Vec<Vec<u8>> = self.sets.read().keys().cloned().collect();
        for key in known.iter().filter(|known| !found.iter().any(|(key, _)| key == *known)) {
            self.note(key, None)?;
        }
        for (key, entry) in &found {
            // What is as it was keeps its mark of having been told.
            if self.at(key).is_none_or(|known| set(key, &entry.value).is_ok_and(|set| set.quota != known.quota)) {
                self.note(key, Some(entry))?;
            }
        }
        Ok(())
    }

    /// Takes over what is at a key.
    pub fn note(&self, key: &[u8], entry: Option<&Entry>) -> Result<(), Error> {
        let set = entry.map(|entry| set(key, &entry.value)).transpose()?;
        let mut sets = self.sets.write();
        match set {
            Some(set) => sets.insert(key.to_vec(), Arc::new(set)),
            None => sets.remove(key),
        };
        if sets.is_empty() {
            // Nobody looks for new buckets and vaults while there is no quota.
            self.owners.lock().clear();
        }
        self.number.store(sets.len(), Ordering::Release);
        Ok(())
    }

    /// Whether there is none at all.
    pub fn is_empty(&self) -> bool {
        self.number.load(Ordering::Acquire) == 0
    }

    pub(super) fn len(&self) -> usize {
        self.number.load(Ordering::Acquire)
    }

    pub(super) fn at(&self, key: &[u8]) -> Option<Arc<Set>> {
        self.sets.read().get(key).cloned()
    }

    pub(super) fn all(&self) -> Vec<Arc<Set>> {
        self.sets.read().values().cloned().collect()
    }

    /// Whether an account has one.
    pub(super) fn has_accounts(&self) -> bool {
        let sets = self.sets.read();
        sets.values().any(|set| set.container.is_none())
    }
}

/// What a record says.
pub(super) fn set(key: &[u8], value: &[u8]) -> Result<Set, Error> {
    let record = QuotaRecord::from_value(value)?;
    let damaged = || Error::Damaged("of what a quota is".into());
    let of = QuotaOf::parse(&record.of).ok_or_else(damaged)?;
    let container = match &of {
        QuotaOf::Account(_) => None,
        QuotaOf::Bucket(_) | QuotaOf::Vault(..) => Some(keys::quota_container(key).ok_or_else(damaged)?),
    };
    Ok(Set { of, quota: record.quota, container, told: AtomicBool::new(false) })
}
