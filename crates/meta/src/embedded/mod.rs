//! The metadata engine for one machine: a copy-on-write B-tree (`redb`) in one file, behind one committer.
//!
//! Reads run on the calling thread, also in async code: a cached read costs microseconds, less than handing it to
//! another thread would, and one that misses the cache costs a few page reads. Commits wait in a bounded queue
//! (`committer.rs`) and are made durable in groups. Records are laid out in `records.rs`.
//!
//! One server at a time: the file is locked while it is open.

mod committer;
mod records;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use async_trait::async_trait;
use redb::{Database, DatabaseError, ReadOnlyTable, ReadableDatabase, ReadableTable};

use crate::plan::check_sizes;
use crate::{Commit, Entry, Error, Meta};
use committer::Committer;
use records::{Key, RECORDS, Value, entry};

/// How an [`Embedded`] engine is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Memory for cached pages, in bytes.
    pub cache_bytes: usize,
}

impl Default for Options {
    /// A cache of 32 MiB.
    fn default() -> Self {
        Self { cache_bytes: 32 << 20 }
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
    /// Nanoseconds spent writing and syncing groups.
    pub sync_nanos: AtomicU64,
}

/// The embedded metadata engine. Dropping it waits for the group that is being synced, then closes the file.
pub struct Embedded {
    committer: Committer,
    database: Arc<Database>,
}

impl Embedded {
    /// Opens the engine in `dir`, which is made if it is missing. After a crash the whole tree is checked first; progress
    /// is logged.
    ///
    /// Fails with [`Error::Open`] if another server has it open, if a newer version wrote it, or if the system refuses.
    pub fn open(dir: &Path, options: Options) -> Result<Self, Error> {
        let path = dir.join("metadata.redb");
        let failed = |what: &dyn std::fmt::Display| Error::Open(format!("{}: {what}", path.display()));
        std::fs::create_dir_all(dir).map_err(|error| failed(&error))?;
        let mut builder = Database::builder();
        builder.set_cache_size(options.cache_bytes).set_repair_callback(|session| {
            tracing::info!(percent = (session.progress() * 100.0) as u64, "checking metadata after an unclean stop");
        });
        let database = builder.create(&path).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => failed(&"in use by another server"),
            other => failed(&other),
        })?;
        // The file's own name must survive a crash too.
        std::fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(|error| failed(&error))?;
        let sequence = records::check_format(&database).map_err(|what| failed(&what))?;
        let database = Arc::new(database);
        let committer = Committer::start(database.clone(), sequence).map_err(|error| failed(&error))?;
        Ok(Self { committer, database })
    }

    /// Counters, for metrics.
    pub fn stats(&self) -> &Arc<Stats> {
        self.committer.stats()
    }

    fn records(&self) -> Result<ReadOnlyTable<Key, Value>, Error> {
        let transaction = self.database.begin_read().map_err(records::read_error)?;
        transaction.open_table(RECORDS).map_err(records::read_error)
    }
}

#[async_trait]
impl Meta for Embedded {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        let records = self.records()?;
        let stored = records.get(key).map_err(records::read_error)?;
        stored.map(|stored| entry(stored.value())).transpose()
    }

    async fn scan(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        let records = self.records()?;
        let found = ReadableTable::range(&records, range.start.as_slice()..range.end.as_slice());
        found.map_err(records::read_error)?.take(limit).map(records::pair).collect()
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        let records = self.records()?;
        let found = ReadableTable::range(&records, range.start.as_slice()..range.end.as_slice());
        found.map_err(records::read_error)?.rev().take(limit).map(records::pair).collect()
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        check_sizes(&commit)?;
        self.committer.commit(commit).await
    }

    fn health(&self) -> Result<(), Error> {
        self.committer.health()
    }
}
