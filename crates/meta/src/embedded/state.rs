//! What the engine's workers tell each other and the outside: whether it still writes, and what it has done.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use parking_lot::Mutex;

use crate::Error;

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
    /// Why commits are refused until there is room.
    full: Mutex<Option<String>>,
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
        if full.as_deref() != what {
            *full = what.map(str::to_owned);
        }
    }

    /// `Ok` while commits can succeed.
    pub fn health(&self) -> Result<(), Error> {
        self.check()?;
        match &*self.full.lock() {
            Some(what) => Err(Error::Full(what.clone())),
            None => Ok(()),
        }
    }
}
