//! When bytes are moved: as due work that a job of its own does, since it may take hours and nothing else shall wait for it.
//!
//! One blob is under way at a time. A pool that cannot take what is to go there is left alone for a while, and so is an object that is damaged;
//! both stay readable where they are.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use coldkeep_meta::{Commit, Step, Version};
use coldkeep_types::{Id, Timestamp};

use crate::records::Content;
use crate::staging::look_again;
use crate::upkeep::due::MOVE_BYTES;
use crate::{Error, Store, Tier, keys};

/// How long after a failure it is tried again: when a disk has room again, or is itself again.
const AGAIN_MS: i64 = 10 * 60 * 1000;
/// The same of what is damaged, until somebody has mended it.
const AGAIN_DAMAGED_MS: i64 = 24 * 60 * 60 * 1000;
/// Due records that are looked at in one call.
const BATCH: usize = 256;

/// A due record that has come.
#[derive(Clone)]
pub(super) struct Come {
    key: Vec<u8>,
    /// The key that the object would have as a version below the current one.
    pub about: Vec<u8>,
    version: Version,
}

impl Come {
    /// A commit that strikes the record as it was read: an object that is renamed may have come to be due under the same key.
    pub fn struck(&self) -> Commit {
        let mut commit = Commit::default();
        commit.expect(self.key.clone(), Some(self.version)).delete(self.key.clone());
        commit
    }
}

impl Store {
    /// Moves once all bytes that are to follow their class, one blob after another. May take as long as copying them does; dropped at any
    /// await it has done whole blobs. What fails is due later, and does not make this fail unless records cannot be changed.
    pub async fn run_moves(&self) -> Result<(), Error> {
        let mut range = self.come_by_now();
        self.count_waiting(range.clone()).await?;
        let mut failing = BTreeSet::new();
        loop {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { return Ok(()) };
            range.start = keys::after(last.clone());
            for (key, entry) in found {
                if !is_move(&key) {
                    continue;
                }
                let come = Come { key, about: entry.value, version: entry.version };
                if let Err(error) = self.move_object(&come, &mut failing).await {
                    tracing::error!(%error, "the bytes of an object could not be moved to the pool of its class: they stay where they are, and it is tried again");
                    let damaged = matches!(error, Error::Damaged(_));
                    self.put_off(&come, if damaged { AGAIN_DAMAGED_MS } else { AGAIN_MS }).await?;
                }
            }
        }
    }

    /// Notes that a pool could not take what was to go there, and that it is tried again later.
    pub(super) async fn pool_failed(&self, come: &Come, pool: u8, error: &Error) -> Result<(), Error> {
        if self.0.moves.failing.lock().insert(pool) {
            tracing::error!(pool, %error, "a pool does not take what is to be moved there: it stays where it is, and is tried again every ten minutes");
        }
        self.put_off(come, AGAIN_MS).await
    }

    /// Notes that something was moved into a pool.
    pub(super) fn pool_took(&self, pool: u8, bytes: u64) {
        self.0.moves.bytes.fetch_add(bytes, Ordering::Relaxed);
        if self.0.moves.failing.lock().remove(&pool) {
            tracing::info!(pool, "a pool takes again what is to be moved there");
        }
    }

    /// Notes that all of an object is where it belongs.
    pub(super) fn has_moved(&self) {
        self.0.moves.objects.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the record is still as it was read.
    pub(super) async fn is_due(&self, come: &Come) -> Result<bool, Error> {
        Ok(self.get(&come.key).await?.map(|entry| entry.version) == Some(come.version))
    }

    /// Has what is away of an object fetched. Whoever does it lets the object be looked at again.
    pub(super) async fn fetch_first(&self, come: &Come, content: Content) -> Result<(), Error> {
        let Some((_, _, instance)) = keys::parse_due(&come.key) else { return Ok(()) };
        let mut commit = come.struck();
        self.look_at_content(&mut commit, content, Tier::Bulk);
        super::look_at(&mut commit, look_again(self.now()), &come.about, instance);
        self.commit_freeing(commit).await.map(drop)
    }

    /// Lets the work be due later. Whoever did it meanwhile has struck it.
    async fn put_off(&self, come: &Come, pause_ms: i64) -> Result<(), Error> {
        let Some((_, _, instance)) = keys::parse_due(&come.key) else { return Ok(()) };
        let mut commit = come.struck();
        super::look_at(&mut commit, self.now().plus_millis(pause_ms), &come.about, instance);
        self.commit_freeing(commit).await.map(drop)
    }

    /// The due records that have come.
    pub(crate) fn come_by_now(&self) -> std::ops::Range<Vec<u8>> {
        let Timestamp(now) = self.now();
        let end = keys::due(Timestamp(now + 1), 0, Id::from_bytes([0; 16]));
        keys::tagged(b'd').start..end
    }

    async fn count_waiting(&self, range: std::ops::Range<Vec<u8>>) -> Result<(), Error> {
        let mut waiting = 0;
        let mut visit = |seen: coldkeep_meta::Seen<'_>| {
            waiting += u64::from(is_move(seen.key));
            Step::Next
        };
        self.0.meta.walk(range, &mut visit).await?;
        self.0.moves.waiting.store(waiting, Ordering::Relaxed);
        Ok(())
    }

    /// Notes that one of those that waited does not any more.
    pub(super) fn one_less_waits(&self) {
        let less = |waiting: u64| waiting.checked_sub(1);
        let _ = self.0.moves.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}

fn is_move(key: &[u8]) -> bool {
    keys::parse_due(key).is_some_and(|(_, kind, _)| kind == MOVE_BYTES)
}
