//! The metadata engine for one machine: a journal that makes commits durable, and a copy-on-write B-tree (`redb`) that is
//! brought up to date behind it.
//!
//! - A commit waits in a bounded queue for the one committer (`committer.rs`), which journals all that wait as one group
//!   with one write and one sync (`journal.rs`) and then shows it in the overlay (`overlay.rs`).
//! - When the overlay has grown, a checkpoint (`checkpoint.rs`) writes it into the tree (`records.rs`) in one transaction.
//! - Reads merge overlay and tree. They run on the calling thread, also in async code: a cached read costs microseconds,
//!   less than handing it to another thread would, and one that misses the cache costs a few page reads.
//! - Opening reads the journal's rest, some MiB at most, whatever the size of the tree, also after a crash.
//!
//! One server at a time: the tree's file is locked while it is open.

mod checkpoint;
mod committer;
mod journal;
mod overlay;
mod pages;
mod records;
mod walk;

use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use async_trait::async_trait;
use coldkeep_disk::{Disk, File, Mode};
use redb::Database;

use crate::plan::check_sizes;
use crate::{Commit, Entry, Error, Meta, Visit};
use committer::Committer;
use journal::Journal;
use overlay::merge_back;
use records::Tree;

/// How an [`Embedded`] engine is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Memory for cached pages, in bytes.
    pub cache_bytes: usize,
    /// A checkpoint begins when so many bytes are newer than the tree. They are kept in memory and in the journal, up to
    /// about five times as many while a checkpoint is under way.
    pub checkpoint_bytes: usize,
    /// How the engine's own work is run.
    pub run: Run,
}

/// Who does the engine's own work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Threads of the engine: for servers.
    Threads,
    /// A task of the current runtime, which also checkpoints: for simulations, in which nothing may depend on how threads
    /// are scheduled. It holds its thread up while it waits for the disk.
    Task,
}

impl Default for Options {
    /// A cache of 32 MiB, and checkpoints at 8 MiB.
    fn default() -> Self {
        Self { cache_bytes: 32 << 20, checkpoint_bytes: 8 << 20, run: Run::Threads }
    }
}

/// What an [`Embedded`] engine has done since it was opened.
#[derive(Debug, Default)]
pub struct Stats {
    /// Commits that were applied.
    pub commits: AtomicU64,
    /// Commits that were refused.
    pub refusals: AtomicU64,
    /// Groups of commits, that is syncs.
    pub groups: AtomicU64,
    /// Nanoseconds spent judging, writing and syncing groups.
    pub sync_nanos: AtomicU64,
}

/// The embedded metadata engine. Dropping it waits for the group that is being synced, checkpoints, and closes the files.
pub struct Embedded {
    // Dropped in this order: the lock goes when all else is closed.
    committer: Committer,
    tree: Arc<Tree>,
    _lock: Arc<dyn File>,
}

/// Makes the folder and opens its lock, held, and the tree's file.
fn files(disk: &dyn Disk, dir: &Path) -> io::Result<(Arc<dyn File>, Arc<dyn File>)> {
    coldkeep_disk::make_dir(disk, dir)?;
    let lock = disk.open(&dir.join("lock"), Mode::Create)?;
    let tree = disk.open(&dir.join("metadata.redb"), Mode::Create)?;
    // A server from before there was a lock file locks the tree.
    if !lock.try_lock()? || !tree.try_lock()? {
        return Err(io::Error::other("in use by another server"));
    }
    // The files' own names must survive a crash too.
    coldkeep_disk::sync_dir(disk, dir)?;
    Ok((lock, tree))
}

impl Embedded {
    /// Opens the engine in `dir`, which is made if it is missing; its parent is there. After a crash what the
    /// journal has beyond the tree is read back.
    ///
    /// Fails with [`Error::Open`] if another server has it open, if a newer version wrote it, or if the system refuses.
    pub fn open(disk: Arc<dyn Disk>, dir: &Path, options: Options) -> Result<Self, Error> {
        let failed = |what: &dyn std::fmt::Display| Error::Open(format!("{}: {what}", dir.display()));
        let (lock, file) = files(&*disk, dir).map_err(|error| failed(&error))?;
        let mut builder = Database::builder();
        builder.set_cache_size(options.cache_bytes).set_repair_callback(|session| {
            tracing::info!(percent = (session.progress() * 100.0) as u64, "checking metadata after an unclean stop");
        });
        let database = builder.create_with_backend(pages::Pages(file)).map_err(|error| failed(&error))?;
        let format = records::check_format(&database).map_err(|what| failed(&what))?;
        let opened = Journal::open(disk, &dir.join("journal"), format.nonce, format.sequence);
        let (journal, slots, sequence) = opened.map_err(|error| failed(&error))?;
        let tree = Arc::new(Tree::new(database));
        if !slots.is_empty() {
            tree.overlay.apply(slots, sequence);
        }
        let committer = Committer::start(tree.clone(), journal, sequence, options).map_err(|error| failed(&error))?;
        Ok(Self { committer, tree, _lock: lock })
    }

    /// Counters, for metrics.
    pub fn stats(&self) -> &Arc<Stats> {
        self.committer.stats()
    }
}

#[async_trait]
impl Meta for Embedded {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        let tree = {
            let overlay = self.tree.overlay.read();
            if let Some(slot) = overlay.get(key) {
                return Ok(slot.value.clone().map(|value| Entry { value, version: slot.version }));
            }
            self.tree.view()?
        };
        tree.get(key)
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        let overlay = self.tree.overlay.read();
        let tree = self.tree.view()?;
        merge_back(overlay.range_back(&range), tree.range(&range)?.rev(), limit)
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        let overlay = self.tree.overlay.read();
        let tree = self.tree.view()?;
        walk::walk(&overlay, &tree, range, visit)
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        check_sizes(&commit)?;
        self.committer.commit(commit).await
    }

    fn health(&self) -> Result<(), Error> {
        self.committer.health()
    }
}
