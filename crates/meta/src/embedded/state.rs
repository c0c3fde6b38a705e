//! What the engine's workers tell each other and the outside: whether it still writes, and what it has done.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::Error;

/// So long after a commit was refused for want of room the engine is not healthy: whoever sends commits elsewhere meanwhile must try
/// again some time.
const FULL: Duration = Duration::from_secs(5);

/// What an [`Embedded`](super::Embedded) engine has done since it was opened.
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

/// Whether the engine writes.
#[derive(Debug, Default)]
pub(super) struct State {
    poison: Mutex<Option<String>>,
    /// Why the last commit was refused for want of room, and when.
    full: Mutex<Option<(String, Instant)>>,
    pub stats: Arc<Stats>,
}

impl State {
    /// Poisons the engine, unless it already is; returns the first reason.
    pub fn poison(&self, what: &str) -> String {
        self.poison
            .lock()
            .get_or_insert_with(|| {
                tracing::error!(
                    error = what,
                    "the metadata engine is poisoned: it refuses writes until it is opened again"
                );
                what.to_owned()
            })
            .clone()
    }

    /// `Ok` unless the engine is poisoned.
    pub fn check(&self) -> Result<(), Error> {
        match &*self.poison.lock() {
            Some(what) => Err(Error::Poisoned(what.clone())),
            None => Ok(()),
        }
    }

    /// Says why the last commits were refused for want of room, or that they were not.
    pub fn set_full(&self, what: Option<&str>) {
        let mut full = self.full.lock();
        if let (Some(what), None) = (what, &*full) {
            tracing::warn!(error = what, "the metadata engine has no room for commits");
        }
        *full = what.map(|what| (what.to_owned(), Instant::now()));
    }

    /// `Ok` while commits can succeed, as far as is known: a refusal for want of room counts for a while.
    pub fn health(&self) -> Result<(), Error> {
        self.check()?;
        match &*self.full.lock() {
            Some((what, at)) if at.elapsed() < FULL => Err(Error::Full(what.clone())),
            _ => Ok(()),
        }
    }
}
