//! The store's own state: which run it is, who it is, its secret, and which runs are to be swept.

use super::{Check, damaged};
use crate::migrate::ClosedRecord;
use crate::opening::identity::{InBlobs, InMetadata, StoreRecord, judge};
use crate::upkeep::sweep;
use crate::{Error, keys, opening, servers};
use coldkeep_blob::Identity;
use coldkeep_meta::{Commit, Record, Step};
use coldkeep_types::Id;

use super::remedy::Remedy;

/// Checks one record of the store's own.
pub(super) fn check(key: &[u8], value: &[u8]) -> Result<(), Error> {
    let right = match &key[1..] {
        b"epoch" | b"cut" => value.len() == 4,
        b"secret" => value.len() == 32,
        b"usage" => value.is_empty(),
        b"closed" => ClosedRecord::from_value(value).is_ok(),
        b"store" => StoreRecord::from_value(value).is_ok(),
        name if name.starts_with(b"dirty/") => name.len() == 10 && [0, 8].contains(&value.len()),
        name => servers::is_sound(name, value).unwrap_or(false),
    };
    if right { Ok(()) } else { Err(damaged("the store's own record is unknown or malformed")) }
}

impl Check<'_> {
    /// Metadata and blobs must belong together.
    pub(super) async fn identity(&mut self) -> Result<(), Error> {
        self.report.sweep_withheld = self.meta.get(&sweep::cut_key()).await?.is_some();
        let mismatch = match opening::look(self.meta, self.blobs).await {
            Ok(found) => judge(&found.metadata, &found.blobs).err().map(|mismatch| mismatch.to_string()),
            Err(Error::Damaged(what)) => Some(what),
            Err(error) => return Err(error),
        };
        if let Some(what) = mismatch {
            self.problem(what, Remedy::Adopt).await?;
        }
        let secret = self.meta.get(&keys::state("secret")).await?;
        if secret.is_some_and(|entry| entry.value.len() == 32) || self.is_new().await? {
            return Ok(());
        }
        let what = "the store's secret is missing: identifiers of archives and jobs that were given out are void";
        self.problem(what.into(), Remedy::Secret).await
    }

    /// Whether no server has run on it yet.
    async fn is_new(&self) -> Result<bool, Error> {
        Ok(self.meta.get(&keys::state("epoch")).await?.is_none())
    }

    /// Makes metadata and blobs one store again: of a run that is after all that either has seen.
    #[expect(clippy::disallowed_methods, reason = "nobody may foresee ids")]
    pub(super) async fn adopt(&mut self) -> Result<(), Error> {
        let identity = self.blobs.identity().await?;
        let store = self.meta.get(&keys::state("store")).await?;
        let store = store.and_then(|entry| StoreRecord::from_value(&entry.value).ok());
        if let (Some(store), Some(identity)) = (store, identity)
            && store.id != identity.store
        {
            return Err(damaged("the metadata and the blobs are of two different stores, which no repair makes one"));
        }
        let newest = self.blobs.epochs().await?.last().copied();
        let known = InMetadata { store, epoch: self.newest_named().await?, names_blobs: false };
        if known == InMetadata::default() && (newest.is_some() || identity.is_some()) {
            let blobs = InBlobs { identity, newest };
            let why = judge(&known, &blobs).err().map_or_else(String::new, |mismatch| mismatch.to_string());
            return Err(damaged(why));
        }
        let told = identity.map_or(0, |identity| identity.epoch);
        let epoch = known.epoch.max(newest.unwrap_or(0)).max(told).max(store.map_or(0, |store| store.told));
        let id = store.map(|store| store.id).or(identity.map(|it| it.store)).unwrap_or_else(rand::random);
        let mut commit = Commit::default();
        commit.put(keys::state("epoch"), epoch.to_be_bytes());
        commit.put(keys::state("store"), StoreRecord { id, told }.to_value());
        self.meta.commit(commit).await?;
        self.blobs.claim(Identity { store: id, epoch }).await?;
        self.done(format!("metadata and blobs were made one store again, of run {epoch}"));
        Ok(())
    }

    /// The last run that the metadata knows of, also where its record of that is lost: ids carry the run that gave them.
    async fn newest_named(&self) -> Result<u32, Error> {
        let epoch = self.meta.get(&keys::state("epoch")).await?;
        let mut newest = epoch.and_then(|entry| entry.value.try_into().ok()).map_or(0, u32::from_be_bytes);
        for tag in b"iprwxq" {
            let mut visit = |seen: coldkeep_meta::Seen<'_>| {
                let id = seen.key.get(1..17).and_then(Id::from_slice);
                newest = newest.max(id.map_or(0, |id| id.epoch()));
                Step::Next
            };
            self.meta.walk(keys::tagged(*tag), &mut visit).await?;
        }
        Ok(newest)
    }
}
