//! The metadata engine for one machine: a journal that makes commits durable, and a copy-on-write B-tree (`redb`) that is
//! brought up to date behind it.
//!
//! - A commit waits in a bounded queue for the one committer (`committer.rs`), which journals all that wait as one group
//!   with one write and one sync (`journal/`) and then shows it in the overlay (`overlay.rs`).
//! - When the overlay has grown, a checkpoint (`checkpoint.rs`) writes it into the tree (`tree.rs`) in one transaction.
//! - Reads merge overlay and tree (`merged.rs`). They run on the calling thread, also in async code: a cached read costs
//!   microseconds, less than handing it to another thread would, and one that misses the cache costs a few page reads.
//! - Opening reads the journal, some ten MiB at most, whatever the size of the tree, also after a crash.
//!
//! What holds, whatever the disk does:
//!
//! - *Nothing damaged is given out.* A record keeps the checksum that its commit got (`record.rs`), each block of the tree
//!   (`pages/`) and of the journal has one of its own. Damage is an error for who asks for what is damaged, and for nobody else.
//! - *Nothing acknowledged vanishes in silence.* What the journal must have is known from its mark; a folder that lost its tree, or
//!   got an older one back, is not opened.
//! - *Failures do not spread.* Reads go on after every failure. A tree that cannot be written is tried again while the journal
//!   keeps what is newer; a commit without room is refused and changes nothing; only a failed sync of what would be
//!   acknowledged, or bytes of unknown fate, poison the engine.
//! - *A full disk can be worked on.* Segments are made ahead, and the ballast (`ballast.rs`) is given up for what frees room.
//!
//! One server at a time: the folder (`folder.rs`) is locked while it is open. [`Inspector`], [`prove`] and [`salvage`] work on one that
//! no server has open.

mod ballast;
mod build;
mod checkpoint;
mod checksum;
mod committer;
mod folder;
mod format;
mod inspect;
mod journal;
mod merged;
#[cfg(all(test, feature = "shuttle"))]
mod models;
mod overlay;
mod pages;
mod record;
mod salvage;
mod state;
mod tree;
mod upgrade;
mod view;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_disk::{Disk, File, Mode};
use coldkeep_sync::Mutex;

use crate::plan::check_sizes;
use crate::{Commit, Entry, Error, Meta, Version, Visit};
use ballast::Ballast;
use committer::Committer;
use folder::{JOURNAL, TREE, refused};
pub use inspect::{Inspector, prove};
use journal::Journal;
#[cfg(feature = "fuzzing")]
pub use journal::fuzzing;
use pages::Pages;
pub use salvage::{Salvaged, salvage};
pub use state::Stats;
use tree::Tree;

/// How an [`Embedded`] engine is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Memory for cached pages, in bytes.
    pub cache_bytes: usize,
    /// A checkpoint begins when so many bytes are newer than the tree. They are kept in memory and in the journal, up to
    /// about five times as many while a checkpoint is under way or cannot be written.
    pub checkpoint_bytes: usize,
    /// Size of a segment of the journal. Two at least are kept free.
    pub segment_bytes: u64,
    /// Room that is kept to be given up when the disk is full, so that what frees room can still be written down; 0 for none.
    pub ballast_bytes: u64,
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
    /// A cache of 32 MiB, checkpoints at 8 MiB, segments of 4 MiB, a ballast of 16 MiB.
    fn default() -> Self {
        Self {
            cache_bytes: 32 << 20,
            checkpoint_bytes: 8 << 20,
            segment_bytes: 4 << 20,
            ballast_bytes: 16 << 20,
            run: Run::Threads,
        }
    }
}

/// What the engine found in its journal when it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// A group of commits was torn and cut off. It was never acknowledged, as far as can be known: whoever deletes what
    /// nothing names must not do so after a cut.
    pub cut: Option<Cut>,
    /// Versions that were read back from the journal.
    pub replayed: u64,
    /// Damage that took nothing away.
    pub harmless: Vec<String>,
}

/// What was cut off the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// All commits up to this one are there.
    pub after: Version,
    /// Bytes of the journal that were cleared.
    pub bytes: u64,
}

/// The embedded metadata engine. Dropping it waits for the group that is being synced, checkpoints, and closes the files.
pub struct Embedded {
    // Dropped in this order: the lock goes when all else is closed.
    committer: Committer,
    tree: Arc<Tree>,
    recovery: Recovery,
    _lock: Arc<dyn File>,
}

impl Embedded {
    /// Opens the engine in `dir`, which is made if it is missing; its parent is there. A folder of an older format is
    /// upgraded. After a crash what the journal has beyond the tree is read back and made durable.
    ///
    /// Fails with [`Error::Open`] if another server has it open, if a newer version wrote it, if what was acknowledged is missing, or
    /// if the system refuses; with [`Error::Damaged`] if what opening needs is damaged.
    pub fn open(disk: Arc<dyn Disk>, dir: &Path, options: Options) -> Result<Self, Error> {
        let failed = |error: std::io::Error| refused(dir, &error);
        make_dir(&*disk, dir).map_err(failed)?;
        let lock = folder::lock(&*disk, dir, Mode::Create)?;
        folder::prepare(&disk, dir)?;
        // Names that were found are not known to be durable: a server that made them may have been killed before it synced.
        coldkeep_disk::sync_dir(&*disk, dir).map_err(failed)?;
        let file = disk.open(&dir.join(TREE), Mode::ReadWrite).map_err(failed)?;
        Pages::settle(&*file).map_err(failed)?;
        // For reading: nothing is changed before it is known that everything is there. The first checkpoint opens it again.
        let tree = Tree::open(Arc::new(Pages::open(file)?), options.cache_bytes)?;
        let format = tree.format().map_err(|what| refused(dir, &what))?;
        let journal_dir = dir.join(JOURNAL);
        let lost = |what: String| {
            refused(
                dir,
                &format_args!(
                    "{what}. Nothing was changed. Look for the missing files, restore the data folder from a backup, or run \
                     `coldkeep fsck --repair` to go on with what is left"
                ),
            )
        };
        let survey = journal::survey(&*disk, &journal_dir, &format.nonce, format.sequence).map_err(lost)?;
        let verdict = journal::judge(&survey, format.sequence).map_err(lost)?;
        let journal = Journal::open(
            disk.clone(),
            &journal_dir,
            format.nonce,
            options.segment_bytes,
            &survey,
            &verdict,
            format.sequence,
        )
        .map_err(failed)?;
        let recovery = recovery(&verdict, format.sequence);
        let tree = Arc::new(tree);
        if !verdict.slots.is_empty() {
            tree.overlay.apply(verdict.slots, verdict.last);
        }
        let checkpoints = checkpoint::Work {
            disk: disk.clone(),
            tree: tree.clone(),
            journal: Arc::new(Mutex::new(journal)),
            ballast: Ballast::open(disk, dir.to_owned(), options.ballast_bytes),
            state: Arc::default(),
            freeze_bytes: options.checkpoint_bytes,
            retry: checkpoint::Retry::default(),
            late: Arc::default(),
        };
        let committer = Committer::start(checkpoints, verdict.last, &options).map_err(failed)?;
        Ok(Self { committer, tree, recovery, _lock: lock })
    }

    /// Counters, for metrics.
    pub fn stats(&self) -> &Arc<Stats> {
        self.committer.stats()
    }

    /// What opening found in the journal.
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }
}

/// Makes the folder, so that its name survives a crash too.
fn make_dir(disk: &dyn Disk, dir: &Path) -> std::io::Result<()> {
    // Where there is no room, some systems say so also for a folder that is there.
    if !folder::exists(disk, dir)? {
        coldkeep_disk::make_dir(disk, dir)?;
    }
    match dir.parent() {
        Some(parent) if parent != Path::new("") => coldkeep_disk::sync_dir(disk, parent),
        _ => coldkeep_disk::sync_dir(disk, Path::new(".")),
    }
}

fn recovery(verdict: &journal::Verdict, applied: u64) -> Recovery {
    let blocks = verdict.cut().count();
    let bytes = (blocks * journal::BLOCK_BYTES) as u64;
    let cut = (blocks > 0).then_some(Cut { after: Version(verdict.last), bytes });
    if let Some(cut) = cut {
        tracing::warn!(
            bytes = cut.bytes,
            after = cut.after.0,
            "the end of the metadata's journal was torn and is cut; it was never acknowledged"
        );
    }
    for what in &verdict.harmless {
        tracing::warn!(damage = what, "damage in the metadata's journal, where nothing is needed any more");
    }
    Recovery { cut, replayed: verdict.last - applied, harmless: verdict.harmless.clone() }
}

#[async_trait]
impl Meta for Embedded {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        merged::get(&self.tree, key)
    }

    async fn get_unverified(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        merged::get_unverified(&self.tree, key)
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        merged::scan_back(&self.tree, &range, limit)
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        merged::walk(&self.tree, range, visit)
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        check_sizes(&commit)?;
        self.committer.commit(commit).await
    }

    fn health(&self) -> Result<(), Error> {
        self.committer.health()
    }
}
