//! The metadata engine for tests: a map behind a mutex. Nothing of it survives the process.
//!
//! It can be told to fail a coming commit ([`Memory::fail_after`]), with or without the commit having taken effect,
//! and can be reopened after that as a server would reopen its disk.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;

use crate::plan::{View, check_sizes, plan};
use crate::{Commit, Entry, Error, Meta, Seen, Step, Version, Visit};

/// What becomes of the commit that is made to fail. Its caller cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has no effect.
    Lost,
    /// It takes effect, but its answer is [`Error::Poisoned`].
    Applied,
}

/// A metadata engine in memory.
#[derive(Default)]
pub struct Memory {
    disk: Arc<Mutex<Disk>>,
    faults: Mutex<Faults>,
    time: Mutex<Option<i64>>,
}

/// What outlives a reopening.
#[derive(Default)]
struct Disk {
    entries: BTreeMap<Vec<u8>, Entry>,
    sequence: u64,
}

#[derive(Default)]
struct Faults {
    due: Option<(u64, Fault)>,
    poisoned: bool,
}

impl Memory {
    /// An empty engine.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets `commits` more commits through and fails the next one; from then on the engine is poisoned.
    pub fn fail_after(&self, commits: u64, fault: Fault) {
        self.faults.lock().due = Some((commits, fault));
    }

    /// The engine as a restarted server finds it: same records, healthy. The old one should be dropped.
    pub fn reopen(&self) -> Self {
        Self { disk: self.disk.clone(), ..Self::default() }
    }

    /// Sets what [`Meta::time`] says.
    pub fn set_time(&self, millis: Option<i64>) {
        *self.time.lock() = millis;
    }

    /// Counts a commit that is about to be applied down; `Some` if it is the one to fail.
    fn fault(&self) -> Option<Fault> {
        let mut faults = self.faults.lock();
        match &mut faults.due {
            Some((0, fault)) => {
                let fault = *fault;
                faults.poisoned = true;
                Some(fault)
            }
            Some((left, _)) => {
                *left -= 1;
                None
            }
            None => None,
        }
    }
}

fn poisoned() -> Error {
    Error::Poisoned("a test made a commit fail".into())
}

impl Disk {
    fn range(&self, range: &Range<Vec<u8>>) -> impl DoubleEndedIterator<Item = (&Vec<u8>, &Entry)> {
        let sound = range.start < range.end;
        sound.then(|| self.entries.range(range.clone())).into_iter().flatten()
    }
}

impl View for Disk {
    fn version(&self, key: &[u8]) -> Result<Option<Version>, Error> {
        Ok(self.entries.get(key).map(|entry| entry.version))
    }

    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.entries.get(key).map(|entry| entry.value.clone()))
    }

    fn is_empty(&self, range: &Range<Vec<u8>>) -> Result<bool, Error> {
        Ok(self.range(range).next().is_none())
    }
}

#[async_trait]
impl Meta for Memory {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        Ok(self.disk.lock().entries.get(key).cloned())
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        let disk = self.disk.lock();
        Ok(disk.range(&range).rev().take(limit).map(|(key, entry)| (key.clone(), entry.clone())).collect())
    }

    async fn walk(&self, mut range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        let disk = self.disk.lock();
        loop {
            let mut jump = None;
            for (key, Entry { value, version }) in disk.range(&range) {
                match visit(Seen { key, value, version: *version }) {
                    Step::Next => {}
                    Step::Stop => return Ok(()),
                    Step::Seek(to) if to <= *key => {}
                    Step::Seek(to) => {
                        jump = Some(to);
                        break;
                    }
                }
            }
            match jump {
                Some(to) => range.start = to,
                None => return Ok(()),
            }
        }
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        check_sizes(&commit)?;
        let mut disk = self.disk.lock();
        self.health()?;
        let outcome = plan(&*disk, commit)?;
        let fault = self.fault();
        if fault == Some(Fault::Lost) {
            return Err(poisoned());
        }
        disk.sequence += 1;
        let version = Version(disk.sequence);
        for (key, value) in outcome {
            match value {
                Some(value) => disk.entries.insert(key, Entry { value, version }),
                None => disk.entries.remove(&key),
            };
        }
        if fault.is_some() { Err(poisoned()) } else { Ok(()) }
    }

    async fn time(&self) -> Result<Option<i64>, Error> {
        Ok(*self.time.lock())
    }

    fn health(&self) -> Result<(), Error> {
        if self.faults.lock().poisoned { Err(poisoned()) } else { Ok(()) }
    }
}
