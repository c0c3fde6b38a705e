//! Sweeping after an unclean stop: blobs that a dead server wrote and that no record came to name.
//!
//! Blob ids carry the epoch of their writer and are never reused, so only epochs that did not end cleanly need a
//! look, once, and nothing of an epoch whose server runs is ever touched. Of a server of several the numbers are known that it may have left (`windows/`): only those are
//! asked for. What a server that is alone left is listed, from its own folder. A server of several that was declared dead may only have been held up, and end
//! a write later: its epoch is looked at a second time, a quarter of an hour after the first.
//!
//! What is swept is not deleted but goes to quarantine, and from there, when nobody missed it for a week, for good: that work
//! is written down before the first blob moves. Where the metadata lost its newest records, blobs that they named would look
//! like garbage: nothing of the runs before is swept until an operator has had it checked.

use coldkeep_blob::{LISTED_AT_ONCE, Quarantined};
use coldkeep_meta::Commit;
use coldkeep_types::{Id, Timestamp};

use crate::upkeep::due;
use crate::windows::{self, WindowRecord};
use crate::{Error, Store, keys};

/// Blobs taken out of service by one commit.
const BATCH: usize = 512;
/// Numbers asked for at once.
const ASKED_AT_ONCE: usize = 1024;
/// How long after a first look at what a dead server left, of several, the second comes.
const SECOND_LOOK_MS: i64 = 15 * 60 * 1000;

/// The key that stands while an epoch may have left blobs without owner.
pub(crate) fn dirty_key(epoch: u32) -> Vec<u8> {
    let mut key = keys::state("dirty/");
    key.extend_from_slice(&epoch.to_be_bytes());
    key
}

/// The key that stands while epochs before the one it holds are not swept.
pub(crate) fn cut_key() -> Vec<u8> {
    keys::state("cut")
}

impl Store {
    /// Moves the blobs without owner of all earlier epochs that did not end cleanly to quarantine; returns how many.
    pub async fn sweep(&self) -> Result<usize, Error> {
        let mut swept = 0;
        let first = self.first_swept().await?;
        let dirty = self.0.meta.scan(coldkeep_meta::prefix_range(&keys::state("dirty/")), usize::MAX).await?;
        for (key, entry) in dirty {
            let epoch = key.last_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes));
            let epoch = epoch.ok_or_else(|| Error::Damaged("the mark of a run".into()))?;
            if epoch == self.0.ids.epoch() || self.is_alive(epoch).await? {
                continue;
            }
            let looked = entry.value.first_chunk::<8>().map(|bytes| Timestamp(i64::from_be_bytes(*bytes)));
            if looked.is_some_and(|time| self.now() < time.plus_millis(SECOND_LOOK_MS)) {
                continue;
            }
            if epoch < first {
                tracing::warn!(
                    run = epoch,
                    "not swept, since metadata was lost: nothing is removed until `coldkeep fsck --repair` has run"
                );
                continue;
            }
            let windows = windows::of_run(&*self.0.meta, epoch).await?;
            swept += match windows.is_empty() {
                true => self.sweep_listed(epoch).await?,
                false => self.sweep_windows(epoch, &windows).await?,
            };
            // Names that were removed without a sync could come back.
            if self.0.blobs.settle(epoch).await? {
                let mut commit = Commit::default();
                match looked.is_none() && self.is_shared() {
                    true => commit.put(key, self.now().0.to_be_bytes()),
                    false => {
                        for (window, ..) in windows {
                            commit.delete(window);
                        }
                        commit.delete(key)
                    }
                };
                self.commit(commit).await?;
            }
        }
        Ok(swept)
    }

    /// Sweeps what is listed of an epoch: of a server that was alone, or that did not reserve the numbers of its blobs yet.
    async fn sweep_listed(&self, epoch: u32) -> Result<usize, Error> {
        let (mut swept, mut after) = (0, None);
        loop {
            let found = self.0.blobs.list(epoch, after, LISTED_AT_ONCE).await?;
            let Some(last) = found.last() else { return Ok(swept) };
            after = Some(*last);
            swept += self.sweep_unowned(found).await?;
        }
    }

    /// Sweeps what is there of the numbers that a server may have left open.
    async fn sweep_windows(&self, epoch: u32, windows: &[(Vec<u8>, u8, WindowRecord)]) -> Result<usize, Error> {
        let mut swept = 0;
        for (_, pool, record) in windows {
            let mut ids = record.numbers().map(|number| windows::id_of(&self.0.secret, epoch, *pool, number));
            loop {
                let some: Vec<Id> = ids.by_ref().take(ASKED_AT_ONCE).collect();
                if some.is_empty() {
                    break;
                }
                swept += self.sweep_unowned(self.0.blobs.present(&some).await?).await?;
            }
        }
        Ok(swept)
    }

    /// Takes those of these blobs out of service that nobody owns.
    async fn sweep_unowned(&self, found: Vec<Id>) -> Result<usize, Error> {
        let mut unowned = Vec::new();
        for id in found {
            let owned = !self.0.meta.scan(keys::owners(id), 1).await?.is_empty();
            // What is given up elsewhere may have come back to its folder once more.
            let known = [keys::released(id), keys::staged(id)];
            if !owned && self.get(&known[0]).await?.is_none() && self.get(&known[1]).await?.is_none() {
                unowned.push(id);
            }
        }
        for some in unowned.chunks(BATCH) {
            self.quarantine(some).await?;
        }
        Ok(unowned.len())
    }

    /// Takes blobs out of service, for some days.
    async fn quarantine(&self, blobs: &[Id]) -> Result<(), Error> {
        let until = self.now().plus_millis(self.0.options.quarantine_ms);
        let mut commit = Commit::default();
        for id in blobs {
            commit.put(keys::due(until, due::PURGE_BLOB, *id), Vec::new());
        }
        self.commit(commit).await?;
        for id in blobs {
            self.0.blobs.quarantine(*id).await?;
        }
        Ok(())
    }

    /// The first epoch that may be swept.
    async fn first_swept(&self) -> Result<u32, Error> {
        match self.get(&cut_key()).await? {
            None => Ok(0),
            Some(entry) => {
                let epoch =
                    entry.value.as_slice().try_into().map_err(|_| Error::Damaged("the mark of a cut".into()))?;
                Ok(u32::from_be_bytes(epoch))
            }
        }
    }

    /// Whether blobs that no record names are left where they are because metadata was lost.
    pub async fn sweep_withheld(&self) -> Result<bool, Error> {
        Ok(self.get(&cut_key()).await?.is_some())
    }

    /// What is in quarantine.
    pub async fn quarantined(&self) -> Result<Quarantined, Error> {
        Ok(self.0.blobs.quarantined().await?)
    }
}
