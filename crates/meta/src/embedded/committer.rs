//! One worker, a thread or a task, that makes all commits durable, as many at a time as are waiting: judged against the newest state, appended
//! to the journal as one group, then shown in the overlay and answered.
//!
//! While one group is synced the next one gathers; there is no timer, so a lone commit never waits. Each commit of a group is
//! judged against the state that the earlier ones leave. Answers go out after the sync, refusals too: what refused them must be
//! readable by the time the caller reads again. The first failure of the storage poisons the engine.
//!
//! Memory is bounded by [`QUEUE_BYTES`]: a commit waits in its caller until that much of the queue is free.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::checkpoint::Checkpointer;
use super::journal::Journal;
use super::overlay::{Generations, Slot, Slots};
use super::records::{Tree, TreeView};
use super::{Options, Run, Stats};
use crate::plan::{View, plan};
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

/// The queue's inlet, and the worker behind it.
pub(super) struct Committer {
    queue: Option<mpsc::UnboundedSender<Waiting>>,
    room: Arc<Semaphore>,
    state: Arc<State>,
    runner: Runner,
    work: SharedWork,
}

/// The worker's state; `None` once the committer is closed.
type SharedWork = Arc<Mutex<Option<Work>>>;

enum Runner {
    Thread(Option<JoinHandle<()>>),
    Task(tokio::task::AbortHandle),
}

/// What the engine's workers share.
#[derive(Default)]
pub(super) struct State {
    poison: Mutex<Option<String>>,
    pub(super) stats: Arc<Stats>,
}

impl Committer {
    /// Starts the worker; `sequence` is the last version given out.
    pub(super) fn start(tree: Arc<Tree>, journal: Journal, sequence: u64, options: Options) -> std::io::Result<Self> {
        // Unbounded in count, bounded in bytes by `room`.
        let (queue, waiting) = mpsc::unbounded_channel();
        let state = Arc::new(State::default());
        let journal = Arc::new(Mutex::new(journal));
        let checkpointer = Checkpointer::start(tree.clone(), journal.clone(), state.clone(), options)?;
        let work = Work { tree, journal, checkpointer, sequence, state: state.clone() };
        let work = Arc::new(Mutex::new(Some(work)));
        let running = run(work.clone(), waiting);
        let runner = match options.run {
            Run::Task => Runner::Task(tokio::spawn(running).abort_handle()),
            Run::Threads => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
                let thread =
                    std::thread::Builder::new().name("meta-commit".into()).spawn(move || runtime.block_on(running))?;
                Runner::Thread(Some(thread))
            }
        };
        Ok(Self { queue: Some(queue), room: Arc::new(Semaphore::new(QUEUE_BYTES)), state, runner, work })
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
        match &mut self.runner {
            Runner::Thread(thread) => {
                // A panic of the thread was already reported to whoever waited for it.
                let _ = thread.take().map(JoinHandle::join);
            }
            Runner::Task(task) => task.abort(),
        }
        // Checkpoints what is left.
        drop(self.work.lock().take());
    }
}

impl State {
    /// Poisons the engine, unless it already is; returns the first reason.
    pub(super) fn poison(&self, what: &str) -> String {
        self.poison.lock().get_or_insert_with(|| what.to_owned()).clone()
    }

    pub(super) fn is_poisoned(&self) -> bool {
        self.poison.lock().is_some()
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

/// Commits what waits, until the queue is closed.
async fn run(work: SharedWork, mut queue: mpsc::UnboundedReceiver<Waiting>) {
    while let Some(first) = queue.recv().await {
        let mut bytes = first.bytes;
        let mut group = vec![first];
        while group.len() < GROUP_COMMITS && bytes < GROUP_BYTES {
            let Ok(next) = queue.try_recv() else { break };
            bytes += next.bytes;
            group.push(next);
        }
        match &mut *work.lock() {
            Some(work) => work.commit(group),
            None => return,
        }
    }
}

/// What the worker owns. Dropped at its end, which checkpoints what is left.
struct Work {
    tree: Arc<Tree>,
    journal: Arc<Mutex<Journal>>,
    checkpointer: Checkpointer,
    sequence: u64,
    state: Arc<State>,
}

impl Work {
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

    /// Journals a group with one sync and shows it. An error leaves unknown what is on the disk.
    fn write(&mut self, commits: Vec<Commit>) -> Result<Vec<Result<(), Error>>, Error> {
        let began = Instant::now();
        let mut sequence = self.sequence;
        let mut pending = Slots::new();
        let mut results = Vec::with_capacity(commits.len());
        {
            let overlay = self.tree.overlay.read();
            let tree = self.tree.view()?;
            for commit in commits {
                results.push(match plan(&Newest { pending: &pending, overlay: &overlay, tree: &tree }, commit) {
                    Ok(outcome) if outcome.is_empty() => Ok(()),
                    Ok(outcome) => {
                        sequence += 1;
                        let version = Version(sequence);
                        pending.extend(outcome.into_iter().map(|(key, value)| (key, Slot { version, value })));
                        Ok(())
                    }
                    Err(refusal) => Err(refusal),
                });
            }
        }
        if sequence != self.sequence {
            let appended = self.journal.lock().append(&pending, self.sequence, sequence);
            appended.map_err(|error| Error::Poisoned(format!("the journal cannot be written: {error}")))?;
            self.sequence = sequence;
            add(&self.state.stats.groups, 1);
            add(&self.state.stats.sync_nanos, began.elapsed().as_nanos() as u64);
            let active_bytes = self.tree.overlay.apply(pending, sequence);
            self.checkpointer.grown(active_bytes);
        }
        let refusals = results.iter().filter(|result| result.is_err()).count();
        add(&self.state.stats.refusals, refusals as u64);
        add(&self.state.stats.commits, (results.len() - refusals) as u64);
        Ok(results)
    }
}

/// The newest state: what earlier commits of the group leave, over the overlay, over the tree.
struct Newest<'a> {
    pending: &'a Slots,
    overlay: &'a Generations,
    tree: &'a TreeView,
}

impl Newest<'_> {
    fn slot(&self, key: &[u8]) -> Option<&Slot> {
        self.pending.get(key).or_else(|| self.overlay.get(key))
    }
}

impl View for Newest<'_> {
    fn version(&self, key: &[u8]) -> Result<Option<Version>, Error> {
        match self.slot(key) {
            Some(slot) => Ok(slot.value.as_ref().map(|_| slot.version)),
            None => self.tree.version(key),
        }
    }

    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        match self.slot(key) {
            Some(slot) => Ok(slot.value.clone()),
            None => Ok(self.tree.get(key)?.map(|entry| entry.value)),
        }
    }

    fn is_empty(&self, range: &Range<Vec<u8>>) -> Result<bool, Error> {
        let live = |(_, slot): (&Vec<u8>, &Slot)| slot.value.is_some();
        if self.pending.range(range.clone()).any(live) {
            return Ok(false);
        }
        let shown = |(key, slot): &(&Vec<u8>, &Slot)| slot.value.is_some() && !self.pending.contains_key(*key);
        if self.overlay.range(range).any(|found| shown(&found)) {
            return Ok(false);
        }
        for stored in self.tree.range(range)? {
            // What the tree has counts unless something newer deleted it.
            if self.slot(&stored?.0).is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn add(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}
