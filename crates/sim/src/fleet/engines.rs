//! The engines that all servers share, in memory, and what is watched where everything passes: that nothing comes through of a server that was declared dead,
//! and that nobody is declared dead who beats.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Commit, Error, Meta, Write};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::clients::Wrong;
use crate::clock::SimulatedClock;
use crate::trace::Trace;

/// How long a server may be silent.
pub const LEASE: Duration = Duration::from_secs(10);

/// Where the record of a living server lies, and its beat: `crates/store/src/servers/mod.rs`.
const SERVER: &[u8] = b"sserver/";
const BEAT: &[u8] = b"sbeat/";

/// Both engines.
pub struct Engines {
    /// The metadata.
    pub meta: coldkeep_meta::Memory,
    /// The blobs.
    pub blobs: coldkeep_blob::Memory,
    /// The database's clock, and the true time.
    pub clock: Arc<SimulatedClock>,
    /// What happens.
    pub trace: Arc<Trace>,
    /// When the last beat of each run came through.
    beats: Mutex<BTreeMap<u32, Instant>>,
    wrongs: Mutex<Vec<Wrong>>,
}

impl Engines {
    /// Empty ones.
    pub fn new(clock: Arc<SimulatedClock>, trace: Arc<Trace>) -> Arc<Self> {
        let (meta, blobs) = (coldkeep_meta::Memory::new(), coldkeep_blob::Memory::new());
        let (beats, wrongs) = (Mutex::default(), Mutex::default());
        Arc::new(Self { meta, blobs, clock, trace, beats, wrongs })
    }

    /// Notes what must not be.
    pub fn wrong(&self, what: Wrong) {
        self.trace.note(format!("wrong: {what}"));
        self.wrongs.lock().push(what);
    }

    /// The first thing that must not be.
    pub fn judge(&self) -> Result<(), Wrong> {
        self.wrongs.lock().first().map_or(Ok(()), |wrong| Err(wrong.clone()))
    }

    /// Whether the server of a run has not been declared dead, and has not left.
    pub async fn lives(&self, run: u32) -> bool {
        let key = [SERVER, &run.to_be_bytes()].concat();
        matches!(self.meta.get(&key).await, Ok(Some(_)))
    }

    /// A commit arrives, from the server of this run, if it knows it yet. Nothing else happens meanwhile: the engine does not wait.
    pub async fn commit(&self, run: Option<u32>, commit: Commit) -> Result<(), Error> {
        let lived = match run {
            Some(run) => self.lives(run).await,
            None => true,
        };
        let (mut beats, mut ends) = (Vec::new(), Vec::new());
        for write in &commit.writes {
            match write {
                Write::Put { key, .. } => beats.extend(run_of(key, BEAT)),
                Write::Delete { key } => ends.extend(run_of(key, SERVER)),
                Write::Add { .. } => {}
            }
        }
        let first = commit.writes.first().map_or("nothing".to_owned(), |write| at(write).escape_ascii().to_string());
        let line = format!("  run {run:?} writes {} records, from {first} on", commit.writes.len());
        let done = self.meta.commit(commit).await;
        // Beats are many and say little.
        match beats.is_empty() {
            true => self.trace.note(format!("{line}: {done:?}")),
            false => self.trace.mark(&line),
        }
        if done.is_ok() {
            if !lived {
                self.wrong(format!("fence: the server of run {run:?} changed something after it was declared dead"));
            }
            ends.into_iter().filter(|end| Some(*end) != run).for_each(|end| self.declared_dead(end));
            let now = Instant::now();
            self.beats.lock().extend(beats.into_iter().map(|run| (run, now)));
        }
        done
    }

    fn declared_dead(&self, run: u32) {
        self.trace.note(format!("run {run} is declared dead"));
        let still = self.beats.lock().get(&run).map(Instant::elapsed);
        if still.is_none_or(|still| still < LEASE) {
            self.wrong(format!("lease: the server of run {run} was declared dead {still:?} after it beat"));
        }
    }
}

fn at(write: &Write) -> &[u8] {
    match write {
        Write::Put { key, .. } | Write::Delete { key } | Write::Add { key, .. } => key,
    }
}

fn run_of(key: &[u8], tag: &[u8]) -> Option<u32> {
    let run = key.strip_prefix(tag)?;
    run.try_into().ok().map(u32::from_be_bytes)
}
