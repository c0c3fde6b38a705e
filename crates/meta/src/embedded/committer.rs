//! One worker, a thread or a task, that makes all commits durable, as many at a time as are waiting: judged against the newest state, appended
//! to the journal as one group, then shown in the overlay and answered.
//!
//! While one group is synced the next one gathers; there is no timer, so a lone commit never waits. Each commit of a group is
//! judged against the state that the earlier ones leave. Answers go out after the sync, refusals too: what refused them must be
//! readable by the time the caller reads again. The first failed sync poisons the engine; a commit
//! for which there is no room is refused.
//!
//! Memory is bounded by [`QUEUE_BYTES`]: a commit waits in its caller until that much of the queue is free.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use coldkeep_sync::Mutex;
use coldkeep_sync::thread::{self, JoinHandle};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::checkpoint::{self, Checkpointer};
use super::journal::{Journal, NotAppended};
use super::overlay::{Generations, Slots};
use super::record::Slot;
use super::state::{State, Stats};
use super::tree::Tree;
use super::{Options, Run};
use crate::plan::{View, plan};
use crate::{Commit, Error, Expect, Version, Write};

/// Commits that wait, in bytes: several groups, so that the next one is complete when the current one is synced.
const QUEUE_BYTES: usize = 32 << 20;
/// The most bytes of a group of several: it fits into a segment of the journal, and bounds the time that its members wait for
/// each other.
const GROUP_BYTES: usize = 3 << 20;
/// The most commits of one group.
const GROUP_COMMITS: usize = 512;
/// After so long without commits the journal's mark is synced.
const QUIET: Duration = Duration::from_millis(100);
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

impl Committer {
    /// Starts the worker; `sequence` is the last version given out.
    pub(super) fn start(checkpoints: checkpoint::Work, sequence: u64, options: &Options) -> std::io::Result<Self> {
        // Unbounded in count, bounded in bytes by `room`.
        let (queue, waiting) = mpsc::unbounded_channel();
        let (tree, journal, state) = (checkpoints.tree.clone(), checkpoints.journal.clone(), checkpoints.state.clone());
        let checkpointer = Checkpointer::start(checkpoints, options)?;
        let work = Work { tree, journal, checkpointer, sequence, active_bytes: 0, state: state.clone() };
        let work = Arc::new(Mutex::new(Some(work)));
        let running = run(work.clone(), waiting);
        let runner = match options.run {
            Run::Task => Runner::Task(tokio::spawn(running).abort_handle()),
            Run::Threads => {
                let waits = coldkeep_sync::Waits::new()?;
                let thread =
                    thread::Builder::new().name("meta-commit".into()).spawn(move || waits.for_end_of(running))?;
                Runner::Thread(Some(thread))
            }
        };
        Ok(Self { queue: Some(queue), room: Arc::new(Semaphore::new(QUEUE_BYTES)), state, runner, work })
    }

    pub(super) fn stats(&self) -> &Arc<Stats> {
        &self.state.stats
    }

    pub(super) fn health(&self) -> Result<(), Error> {
        self.state.health()
    }

    pub(super) async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.state.check()?;
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

/// Commits what waits, until the queue is closed. When nothing came for a while, the journal's mark is synced, once.
async fn run(work: SharedWork, mut queue: mpsc::UnboundedReceiver<Waiting>) {
    let (mut left, mut unsynced) = (None, false);
    let mut last = tokio::time::Instant::now();
    // Set anew when it rings, not for each commit.
    let quiet = tokio::time::sleep(QUIET);
    tokio::pin!(quiet);
    loop {
        let first = match left.take() {
            Some(first) => first,
            None => tokio::select! {
                biased;
                next = queue.recv() => match next {
                    Some(next) => next,
                    None => return,
                },
                () = &mut quiet, if unsynced => {
                    if last.elapsed() < QUIET {
                        quiet.as_mut().reset(last + QUIET);
                    } else if let Some(work) = &mut *work.lock() {
                        work.sync_mark();
                        unsynced = false;
                    }
                    continue;
                }
            },
        };
        let mut bytes = first.bytes;
        let mut group = vec![first];
        while group.len() < GROUP_COMMITS {
            let Ok(next) = queue.try_recv() else { break };
            if bytes + next.bytes > GROUP_BYTES {
                left = Some(next);
                break;
            }
            bytes += next.bytes;
            group.push(next);
        }
        let journaled = match &mut *work.lock() {
            Some(work) => work.commit(group),
            None => return,
        };
        if !journaled {
            continue;
        }
        last = tokio::time::Instant::now();
        if !std::mem::replace(&mut unsynced, true) {
            quiet.as_mut().reset(last + QUIET);
        }
    }
}

/// What the worker owns. Dropped at its end, which checkpoints what is left.
struct Work {
    tree: Arc<Tree>,
    journal: Arc<Mutex<Journal>>,
    checkpointer: Checkpointer,
    sequence: u64,
    /// Of the overlay's active generation, at the last commit.
    active_bytes: usize,
    state: Arc<State>,
}

impl Work {
    fn sync_mark(&mut self) {
        let mut journal = self.journal.lock();
        if journal.mark_is_unsynced()
            && let Err(error) = journal.sync_mark()
        {
            self.state.poison(&format!("the journal's mark cannot be synced: {error}"));
        }
    }

    /// Commits a group and answers its members; whether the journal's mark is to be synced.
    fn commit(&mut self, group: Vec<Waiting>) -> bool {
        // Its room in the queue is held until it is answered.
        let (commits, answers): (Vec<_>, Vec<_>) =
            group.into_iter().map(|waiting| (waiting.commit, (waiting.answer, waiting._room))).unzip();
        let before = self.sequence;
        let results = self.state.check().and_then(|()| self.write(commits));
        match &results {
            Err(Error::Full(what)) => {
                self.state.set_full(Some(what));
                // What keeps it full may be over.
                self.checkpointer.grown(self.active_bytes);
            }
            Err(Error::Poisoned(what)) => _ = self.state.poison(what),
            _ => self.state.set_full(None),
        }
        // Whoever dropped its future does not want the answer.
        match results {
            Ok(results) => answers.into_iter().zip(results).for_each(|((answer, _room), result)| {
                let _ = answer.send(result);
            }),
            Err(error) => answers.into_iter().for_each(|(answer, _room)| {
                let _ = answer.send(Err(error.clone()));
            }),
        }
        self.sequence != before
    }

    /// Journals a group with one sync and shows it. [`Error::Full`] has changed nothing; after another error it is unknown
    /// what is on the disk.
    #[expect(clippy::disallowed_methods, reason = "only measured by it, for metrics")]
    fn write(&mut self, commits: Vec<Commit>) -> Result<Vec<Result<(), Error>>, Error> {
        let began = Instant::now();
        if let Some(what) = self.checkpointer.overfull(self.active_bytes) {
            return Err(Error::Full(what));
        }
        let mut sequence = self.sequence;
        let mut pending = Slots::new();
        let mut results = Vec::with_capacity(commits.len());
        {
            let overlay = self.tree.overlay.read();
            for commit in commits {
                results.push(match plan(&Newest { pending: &pending, overlay: &overlay, tree: &self.tree }, commit) {
                    Ok(outcome) if outcome.is_empty() => Ok(()),
                    Ok(outcome) => {
                        sequence += 1;
                        let version = Version(sequence);
                        pending.extend(outcome.into_iter().map(|(key, value)| {
                            let slot = Slot::new(&key, version, value);
                            (key, slot)
                        }));
                        Ok(())
                    }
                    Err(refusal) => Err(refusal),
                });
            }
        }
        if sequence != self.sequence {
            let appended = self.journal.lock().append(&pending, self.sequence, sequence);
            appended.map_err(|error| match error {
                NotAppended::Full(what) => Error::Full(what),
                NotAppended::Broken(what) => Error::Poisoned(what),
            })?;
            self.sequence = sequence;
            add(&self.state.stats.groups, 1);
            add(&self.state.stats.sync_nanos, began.elapsed().as_nanos() as u64);
            self.active_bytes = self.tree.overlay.apply(pending, sequence);
            self.checkpointer.grown(self.active_bytes);
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
    tree: &'a Tree,
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
            None => self.tree.read(|tree| tree.version(key)),
        }
    }

    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        match self.slot(key) {
            Some(slot) => Ok(slot.value(key)?.map(<[u8]>::to_vec)),
            None => Ok(self.tree.read(|tree| tree.get(key))?.map(|entry| entry.value)),
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
        self.tree.read(|tree| {
            for stored in tree.range(range)? {
                // What the tree has counts unless something newer deleted it.
                if self.slot(&stored?.0).is_none() {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }
}

fn add(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}
