//! Staged pools: what lies there may be taken away, to tape or to disks at rest, and is fetched again when it is asked for. Decision 0052 says
//! why it is so.
//!
//! Invariants:
//! - Where a blob is, its record says (`e`); without one it is in its folder and was never anywhere else. What may be elsewhere is written
//!   down before the operator's program is told of it: so a file that is missing is never taken for lost, and one that is there never for whole.
//! - Nothing remembers what is to be done with a blob: that is judged anew from its owners each time it is looked at. Whatever may change the
//!   judgement puts a look (`d`, kind 22) in the same commit, and whoever restores or retrieves puts one for all blobs of a list (kind 23).
//! - A blob leaves only while nobody who owns it wants it and nobody reads it: the commit that writes down that it leaves expects all its owners
//!   as they were judged. Restores and retrievals end only when all their blobs are there.
//! - A look stays until the judgement is that nothing is to be done. What the program did not answer, or answered when nobody listened any
//!   more, it is asked (`status`) before anything else.
//! - What was ever taken away is given up (`reclaim`) after its file has gone; only then nothing of it is left.
//! - The program works on the blobs of a pool for one server at a time, and that is this one from before it writes down what it is about to tell until the program has
//!   ended ([`StagingTurn`]). What was answered is written down only where the record is still the one that was told of. So whoever was held up meanwhile tells and writes
//!   nothing that another one has decided otherwise.
//! - Of a store that several servers share the one that leads calls the program, and not before a lease has passed since it began: by then everybody who serves
//!   knows which pools are staged (`servers/pulse.rs`). Who reads is asked as before a blob is freed.

mod batch;
mod looks;
mod owners;
mod record;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use coldkeep_meta::Commit;
use coldkeep_types::{Id, Timestamp};
use parking_lot::Mutex;
use tokio::sync::Notify;

pub(crate) use looks::{is_look, is_value, look_at_blob};
pub(crate) use record::{Place, StagedRecord};

use crate::records::{Content, PartRecord, Record};
use crate::{Error, Store, keys};

/// What the operator's program is told to do with a list of blobs; in the order in which it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StagedWork {
    /// Say where they are.
    Status,
    /// Put them back into the folder.
    Recall,
    /// Give up what there is of them elsewhere; their files are gone already. What is unknown is done.
    Reclaim,
    /// Take them elsewhere, and free their room in the folder.
    Migrate,
}

impl StagedWork {
    /// All of it.
    pub const ALL: [Self; 4] = [Self::Status, Self::Recall, Self::Reclaim, Self::Migrate];

    /// The command's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Recall => "recall",
            Self::Reclaim => "reclaim",
            Self::Migrate => "migrate",
        }
    }
}

/// A blob on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StagedBlob {
    /// Which.
    pub id: Id,
    /// The size of its contents.
    pub bytes: u64,
}

/// What the program says of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StagedAnswer {
    /// It is done, durably.
    Done,
    /// It is not done, for this reason, and may be half done.
    Failed(String),
    /// Its file is whole in the folder.
    Resident,
    /// It is elsewhere.
    Migrated,
    /// It is nowhere that the program knows of.
    Absent,
}

/// What takes blobs away and fetches them: the operator's program, a robot in tests. Servers that share a store have one each, for the same pools.
#[async_trait]
pub trait StagingRobot: Send + Sync {
    /// A turn with a pool: until its call has ended, or it is dropped, nobody else has one, no other server either. It goes on with a call whose server is gone.
    /// Fails, and says why, where somebody else has one.
    async fn turn(&self, pool: u8) -> Result<Box<dyn StagingTurn>, String>;
}

/// A turn with the blobs of one pool, for one call.
#[async_trait]
pub trait StagingTurn: Send + Sync {
    /// Does one piece of work with some of them, as far as it can, and says what became of each. Whatever it is told may have been done already. Dropped, it ends at
    /// once, at any place. Failing as a whole it says why.
    async fn work(self: Box<Self>, work: StagedWork, blobs: &[StagedBlob]) -> Result<Vec<(Id, StagedAnswer)>, String>;
}

/// What staging has done since the start, and what it has before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staged {
    /// For each work, in the order of [`StagedWork::ALL`].
    pub of: [StagedCount; 4],
    /// When the oldest work that is not put off was asked for, in milliseconds since 1970; 0 without any.
    pub oldest_ms: i64,
}

/// The same of one kind of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StagedCount {
    /// Calls of the program.
    pub batches: u64,
    /// Blobs of which it was done.
    pub blobs: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Blobs of which it failed, each time.
    pub failures: u64,
    /// Blobs that waited for it when that was last looked at: of the first few thousand that are not put off.
    pub waiting: u64,
}

/// What a store has for its staged pools.
#[derive(Default)]
pub(crate) struct State {
    /// A bit for each pool that is staged.
    pools: AtomicU64,
    robot: OnceLock<Arc<dyn StagingRobot>>,
    counts: Mutex<Staged>,
    due: Notify,
}

impl State {
    /// Of a store with these staged pools.
    pub fn of(pools: &BTreeSet<u8>) -> Self {
        let state = Self::default();
        pools.iter().for_each(|pool| state.add(*pool));
        state
    }

    /// This pool is staged, as it stays.
    pub fn add(&self, pool: u8) {
        self.pools.fetch_or(1 << pool, Ordering::SeqCst);
    }

    fn has(&self, pool: u8) -> bool {
        self.pools.load(Ordering::SeqCst) & (1 << pool) != 0
    }

    fn is_empty(&self) -> bool {
        self.pools.load(Ordering::SeqCst) == 0
    }

    /// Tells that a blob is to be looked at.
    pub fn ring(&self) {
        self.due.notify_one();
    }

    /// Counts something of a kind of work.
    fn count(&self, work: StagedWork, count: impl FnOnce(&mut StagedCount)) {
        count(&mut self.counts.lock().of[work as usize]);
    }
}

/// When those whose bytes are away look for them again, if nobody says before that they have come: ten to twenty minutes from now. All at the
/// same times, so that no matter how often they look, one due record of each is kept.
pub(crate) fn look_again(now: Timestamp) -> Timestamp {
    const EVERY_MS: i64 = 10 * 60 * 1000;
    Timestamp((now.0 / EVERY_MS + 2) * EVERY_MS)
}

impl Store {
    /// Gives the blobs of staged pools to this robot from now on. There is one for the life of a store; another is not heard.
    pub fn stage_with(&self, robot: Arc<dyn StagingRobot>) {
        if self.0.staging.robot.set(robot).is_err() {
            tracing::error!("staged pools have a robot already");
        }
    }

    /// Waits until a blob of a staged pool may be to be looked at.
    pub async fn wait_staging(&self) {
        self.0.staging.due.notified().await;
    }

    /// What staging has done and has before it.
    pub fn staged(&self) -> Staged {
        self.0.staging.counts.lock().clone()
    }

    /// Whether blobs of this id may be taken away.
    fn is_staged(&self, blob: Id) -> bool {
        self.0.staging.has(blob.pool())
    }

    /// Whether all bytes of a content are where they can be read.
    pub(crate) async fn is_resident(&self, content: Content) -> Result<bool, Error> {
        match content {
            _ if self.0.staging.is_empty() => Ok(true),
            Content::Inline(_) => Ok(true),
            Content::Blob(id) | Content::Slice(id, _) if !self.is_staged(id) => Ok(true),
            Content::Blob(id) | Content::Slice(id, _) => {
                Ok(self.staged_record(id).await?.is_none_or(|(record, _)| record.place == Place::Resident))
            }
            Content::Parts(list) => {
                let mut range = keys::parts(list);
                loop {
                    let found = self.0.meta.scan(range.clone(), looks::BATCH).await?;
                    let Some((last, _)) = found.last() else { return Ok(true) };
                    range.start = keys::after(last.clone());
                    for (_, entry) in &found {
                        let part = PartRecord::from_value(&entry.value)?;
                        if !Box::pin(self.is_resident(part.content)).await? {
                            return Ok(false);
                        }
                    }
                }
            }
        }
    }

    /// Adds to a commit that what there may be elsewhere of a blob is given up, whose file was deleted and who has no owner any more.
    pub(crate) async fn give_up_elsewhere(&self, commit: &mut Commit, blob: Id) -> Result<(), Error> {
        if self.is_staged(blob)
            && let Some((record, _)) = self.staged_record(blob).await?
        {
            let gone = StagedRecord { place: Place::Gone, failures: 0, ..record };
            commit.put(keys::staged(blob), gone.to_value());
            look_at_blob(commit, blob, self.now(), self.now());
        }
        Ok(())
    }

    /// Where a blob is, if that was ever written down.
    async fn staged_record(&self, blob: Id) -> Result<Option<(StagedRecord, coldkeep_meta::Version)>, Error> {
        let Some(entry) = self.get(&keys::staged(blob)).await? else { return Ok(None) };
        Ok(Some((StagedRecord::from_value(&entry.value)?, entry.version)))
    }
}
