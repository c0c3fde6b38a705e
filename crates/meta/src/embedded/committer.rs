//! One thread that makes all commits durable, as many at a time as are waiting.
//!
//! While one group is synced the next one gathers; there is no timer, so a lone commit never waits. Each commit of a group is
//! judged against the state that the earlier ones leave. Answers go out after the sync, refusals too: what refused them must be
//! readable by the time the caller reads again. The first failure of the storage poisons the engine.
//!
//! Memory is bounded by [`QUEUE_BYTES`]: a commit waits in its caller until that much of the queue is free.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use parking_lot::Mutex;
use redb::{Database, Durability};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::Stats;
use super::records::{Records, save_sequence};
use crate::plan::plan;
use crate::{Commit, Error, Expect, Version, Write};

/// Commits that wait, in bytes: two groups, so that the next one is complete when the current one is synced.
const QUEUE_BYTES: usize = 2 * GROUP_BYTES;
/// The most bytes of one group: bounds memory and the time that its members wait for each other.
const GROUP_BYTES: usize = 16 << 20;
/// The most commits of one group.
const GROUP_COMMITS: usize = 512;
/// What a commit, an expectation or a write costs beyond its keys and values, roughly.
const OVERHEAD_BYTES: usize = 64;

type Answer = oneshot::Sender<Result<(), Error>>;

struct Waiting {
    commit: Commit,
    bytes: usize,
    answer: Answer,
    _room: OwnedSemaphorePermit,
}

/// The queue's inlet, and the thread behind it.
pub(super) struct Committer {
    queue: Option<mpsc::UnboundedSender<Waiting>>,
    room: Arc<Semaphore>,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    poison: Mutex<Option<String>>,
    stats: Arc<Stats>,
}

impl Committer {
    /// Starts the thread; `sequence` is the last version given out.
    pub(super) fn start(database: Arc<Database>, sequence: u64) -> std::io::Result<Self> {
        // Unbounded in count, bounded in bytes by `room`.
        let (queue, waiting) = mpsc::unbounded_channel();
        let state = Arc::new(State::default());
        let work = Work { database, sequence, state: state.clone() };
        let thread = std::thread::Builder::new().name("meta-commit".into()).spawn(move || work.run(waiting))?;
        Ok(Self { queue: Some(queue), room: Arc::new(Semaphore::new(QUEUE_BYTES)), state, thread: Some(thread) })
    }

    pub(super) fn stats(&self) -> &Arc<Stats> {
        &self.state.stats
    }

    pub(super) fn health(&self) -> Result<(), Error> {
        match &*self.state.poison.lock() {
            Some(what) => Err(Error::Poisoned(what.clone())),
            None => Ok(()),
        }
    }

    pub(super) async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.health()?;
        let bytes = weight(&commit);
        let stopped = || Error::Poisoned(self.state.poison("the committer stopped"));
        let room = self.room.clone().acquire_many_owned(bytes.min(QUEUE_BYTES) as u32).await;
        let room = room.map_err(|_| stopped())?;
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(Waiting { commit, bytes, answer, _room: room }).map_err(|_| stopped())?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was already reported to whoever waited for it.
            let _ = thread.join();
        }
    }
}

impl State {
    /// Poisons the engine, unless it already is; returns the first reason.
    fn poison(&self, what: &str) -> String {
        self.poison.lock().get_or_insert_with(|| what.to_owned()).clone()
    }
}

fn weight(commit: &Commit) -> usize {
    let expects = commit.expects.iter().map(|expect| match expect {
        Expect::Version { key, .. } => key.len(),
        Expect::Empty { range } => range.start.len() + range.end.len(),
    });
    let writes = commit.writes.iter().map(|write| match write {
        Write::Put { key, value } => key.len() + value.len(),
        Write::Delete { key } | Write::Add { key, .. } => key.len(),
    });
    expects.chain(writes).fold(OVERHEAD_BYTES, |sum, bytes| sum + bytes + OVERHEAD_BYTES)
}

/// What the thread owns.
struct Work {
    database: Arc<Database>,
    sequence: u64,
    state: Arc<State>,
}

impl Work {
    fn run(mut self, mut queue: mpsc::UnboundedReceiver<Waiting>) {
        while let Some(first) = queue.blocking_recv() {
            let mut bytes = first.bytes;
            let mut group = vec![first];
            while group.len() < GROUP_COMMITS && bytes < GROUP_BYTES {
                let Ok(next) = queue.try_recv() else { break };
                bytes += next.bytes;
                group.push(next);
            }
            self.commit(group);
        }
    }

    /// Commits a group and answers its members.
    fn commit(&mut self, group: Vec<Waiting>) {
        // Its room in the queue is held until it is answered.
        let (commits, answers): (Vec<_>, Vec<_>) =
            group.into_iter().map(|waiting| (waiting.commit, (waiting.answer, waiting._room))).unzip();
        let poison = self.state.poison.lock().clone();
        let results = match poison {
            Some(what) => Err(what),
            None => self.write(commits).map_err(|error| {
                tracing::error!(%error, "the metadata engine is poisoned");
                self.state.poison(&error.to_string())
            }),
        };
        match results {
            // Whoever dropped its future does not want the answer.
            Ok(results) => answers.into_iter().zip(results).for_each(|((answer, _room), result)| {
                let _ = answer.send(result);
            }),
            Err(what) => answers.into_iter().for_each(|(answer, _room)| {
                let _ = answer.send(Err(Error::Poisoned(what.clone())));
            }),
        }
    }

    /// Writes a group in one transaction and syncs it. An error leaves unknown what is on the disk.
    fn write(&mut self, commits: Vec<Commit>) -> Result<Vec<Result<(), Error>>, redb::Error> {
        let began = Instant::now();
        let mut sequence = self.sequence;
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(Durability::Immediate)?;
        let mut records = Records::open(&transaction)?;
        let mut results = Vec::with_capacity(commits.len());
        for commit in commits {
            results.push(match plan(&records, commit) {
                Ok(outcome) if outcome.is_empty() => Ok(()),
                Ok(outcome) => {
                    sequence += 1;
                    records.apply(outcome, Version(sequence))?;
                    Ok(())
                }
                Err(refusal) => Err(refusal),
            });
        }
        drop(records);
        if sequence == self.sequence {
            transaction.abort()?;
        } else {
            save_sequence(&transaction, sequence)?;
            transaction.commit()?;
            self.sequence = sequence;
            add(&self.state.stats.groups, 1);
            add(&self.state.stats.sync_nanos, began.elapsed().as_nanos() as u64);
        }
        let refusals = results.iter().filter(|result| result.is_err()).count();
        add(&self.state.stats.refusals, refusals as u64);
        add(&self.state.stats.commits, (results.len() - refusals) as u64);
        Ok(results)
    }
}

fn add(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}
