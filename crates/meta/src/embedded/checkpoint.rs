//! Moves the overlay into the tree when it has grown, and recycles the journal behind it: on a thread of its own, or, where
//! the engine has no threads, in the midst of the commit that grew it. It also makes the journal's segments ahead and keeps
//! the ballast.
//!
//! A checkpoint is one transaction of the tree with the version up to which it goes, so that after a crash the journal
//! goes on exactly there. It stores the tree's allocator state too: opening after a crash then checks nothing.
//!
//! A checkpoint that cannot be written is tried again, at growing intervals: nothing is lost, all of it is in the journal and
//! in the overlay. One that could not be synced poisons the engine.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_disk::Disk;
use coldkeep_sync::thread::{self, JoinHandle};
use coldkeep_sync::{Condvar, Mutex};
use tokio::time::Instant;

use super::ballast::Ballast;
use super::journal::Journal;
use super::state::State;
use super::tree::{NotWritten, Tree};
use super::{Options, Run};

/// Commits wait for the checkpoint under way when the active generation has so many times the bytes that begin one; while
/// none can be written, they are refused then.
const WAIT_FACTOR: usize = 4;
/// How long to wait before a checkpoint that failed is tried again: at first, and at most.
const RETRY: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    /// A checkpoint is wanted or under way.
    Busy,
    /// A checkpoint failed, and is tried again.
    Late,
    /// Checkpoint what is left, then end.
    Ending,
    Ended,
}

type Shared = Arc<(Mutex<Phase>, Condvar)>;

/// Has checkpoints made. Dropped, it makes a last one.
pub(super) struct Checkpointer {
    freeze_bytes: usize,
    journal: Arc<Mutex<Journal>>,
    late: Late,
    runner: Runner,
}

/// Why the last checkpoint could not be written.
type Late = Arc<Mutex<Option<String>>>;

enum Runner {
    Thread { shared: Shared, thread: Option<JoinHandle<()>> },
    Caller(Work),
}

/// What checkpoints need.
pub(super) struct Work {
    pub disk: Arc<dyn Disk>,
    pub tree: Arc<Tree>,
    pub journal: Arc<Mutex<Journal>>,
    pub ballast: Ballast,
    pub state: Arc<State>,
    /// A checkpoint is made when the active generation has so many bytes.
    pub freeze_bytes: usize,
    pub retry: Retry,
    pub late: Late,
}

/// When to try again.
#[derive(Debug)]
pub(super) struct Retry {
    wait: Duration,
    next: Instant,
    /// Before then no segment is made ahead.
    ahead: Instant,
}

impl Default for Retry {
    fn default() -> Self {
        Self { wait: RETRY[0], next: Instant::now(), ahead: Instant::now() }
    }
}

impl Checkpointer {
    /// Before it returns, the journal has its segments ahead if there is room for them.
    pub fn start(mut work: Work, options: &Options) -> std::io::Result<Self> {
        work.make_ahead();
        let (freeze_bytes, journal, late) = (work.freeze_bytes, work.journal.clone(), work.late.clone());
        let runner = match options.run {
            Run::Task => {
                work.begin();
                Runner::Caller(work)
            }
            Run::Threads => {
                let shared: Shared = Arc::new((Mutex::new(Phase::Busy), Condvar::new()));
                let theirs = shared.clone();
                let thread = thread::Builder::new().name("meta-checkpoint".into()).spawn(move || work.run(&theirs))?;
                Runner::Thread { shared, thread: Some(thread) }
            }
        };
        Ok(Self { freeze_bytes, journal, late, runner })
    }

    /// Tells how large the active generation is now: begins what is to be done, or waits for a checkpoint that cannot keep up.
    pub fn grown(&mut self, active_bytes: usize) {
        let is_due = |journal: &Journal| journal.is_short() || journal.is_crowded();
        if active_bytes < self.freeze_bytes && !is_due(&self.journal.lock()) {
            return;
        }
        let shared = match &mut self.runner {
            Runner::Thread { shared, .. } => shared,
            Runner::Caller(work) => return work.go_on(),
        };
        let (phase, changed) = &**shared;
        let mut phase = phase.lock();
        if *phase == Phase::Idle {
            *phase = Phase::Busy;
            changed.notify_all();
        } else if active_bytes >= WAIT_FACTOR * self.freeze_bytes {
            changed.wait_while(&mut phase, |phase| *phase == Phase::Busy);
        }
    }

    /// Why nothing more may be kept in memory, if that is so: the active generation has that many bytes.
    pub fn overfull(&mut self, active_bytes: usize) -> Option<String> {
        if active_bytes < WAIT_FACTOR * self.freeze_bytes {
            return None;
        }
        if let Runner::Caller(work) = &mut self.runner {
            work.go_on();
        }
        self.late.lock().clone()
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        let (shared, thread) = match &mut self.runner {
            Runner::Thread { shared, thread } => (shared, thread.take()),
            Runner::Caller(work) => return work.end(),
        };
        let (phase, changed) = &**shared;
        {
            let mut phase = phase.lock();
            changed.wait_while(&mut phase, |phase| *phase == Phase::Busy);
            if *phase != Phase::Ended {
                *phase = Phase::Ending;
            }
            changed.notify_all();
        }
        if let Some(thread) = thread {
            // A panic of the thread has poisoned nothing that is still used.
            let _ = thread.join();
        }
    }
}

impl Work {
    fn run(mut self, shared: &Shared) {
        let (phase, changed) = &**shared;
        // Whatever ends this thread, nobody waits for it for ever.
        let _ended = Ended(shared);
        self.begin();
        loop {
            let next = if self.late.lock().is_some() { Phase::Late } else { Phase::Idle };
            {
                let mut phase = phase.lock();
                if *phase == Phase::Busy {
                    *phase = next;
                }
                changed.notify_all();
                changed.wait_while(&mut phase, |phase| *phase == Phase::Idle);
                while *phase == Phase::Late {
                    if changed.wait_until(&mut phase, self.retry.next.into_std()).timed_out() && *phase == Phase::Late {
                        *phase = Phase::Busy;
                    }
                }
                if *phase == Phase::Ending {
                    drop(phase);
                    return self.end();
                }
            }
            self.go_on();
        }
    }

    /// What the journal gave back is checkpointed at once: else each start that crashes again keeps a segment of its own.
    fn begin(&mut self) {
        self.checkpoint();
        self.make_ahead();
        self.ballast.make();
    }

    /// Does what is to be done now.
    fn go_on(&mut self) {
        if self.late.lock().is_some() && Instant::now() < self.retry.next {
            return;
        }
        if self.journal.lock().is_short() {
            self.make_ahead();
        }
        if self.late.lock().is_some()
            || self.tree.overlay.active_bytes() >= self.freeze_bytes
            || self.journal.lock().is_crowded()
        {
            self.checkpoint();
        }
    }

    /// Makes a last checkpoint, and says that the engine was closed if everything is in the tree.
    fn end(&mut self) {
        self.checkpoint();
        if self.state.check().is_ok()
            && self.tree.overlay.is_empty()
            && let Err(error) = self.journal.lock().close()
        {
            tracing::warn!(%error, "the journal's mark was not closed; the next start reads the journal as after a crash");
        }
    }

    fn checkpoint(&mut self) {
        if self.state.check().is_err() {
            return;
        }
        let mut outcome = self.try_checkpoint();
        if matches!(outcome, Err(NotWritten::Yet(_))) && self.ballast.give_up() {
            outcome = self.try_checkpoint();
        }
        match outcome {
            Ok(()) => {
                if self.late.lock().take().is_some() {
                    tracing::info!("the metadata's tree can be written again");
                }
                self.retry.wait = RETRY[0];
                self.ballast.make();
            }
            Err(NotWritten::Yet(what)) => {
                if self.late.lock().replace(what.clone()).is_none() {
                    tracing::warn!(
                        error = what,
                        "the metadata's tree cannot be written now; the journal keeps what is newer"
                    );
                }
                self.retry.next = Instant::now() + self.retry.wait;
                self.retry.wait = RETRY[1].min(2 * self.retry.wait);
            }
            Err(NotWritten::Ever(what)) => {
                self.state.poison(&what);
            }
        }
    }

    fn try_checkpoint(&self) -> Result<(), NotWritten> {
        let Some(frozen) = self.tree.overlay.freeze() else { return Ok(()) };
        self.tree.absorb(&frozen)?;
        self.tree.overlay.thawed();
        let retired = self.journal.lock().recycle(frozen.last);
        let retired =
            retired.map_err(|error| NotWritten::Yet(format!("the journal's mark cannot be written: {error}")))?;
        retired
            .remove(&*self.disk)
            .map_err(|error| NotWritten::Ever(format!("the journal's mark cannot be synced: {error}")))
    }

    /// Makes segments ahead until there are enough. Where that fails, it is tried again, not too soon.
    fn make_ahead(&mut self) {
        while Instant::now() >= self.retry.ahead {
            let Some(wanted) = self.journal.lock().wanted() else { return };
            match wanted.make() {
                Ok(segment) => self.journal.lock().add(segment),
                Err(error) => {
                    tracing::warn!(%error, "no segment of the journal was made ahead");
                    self.retry.ahead = Instant::now() + RETRY[1];
                }
            }
        }
    }
}

struct Ended<'a>(&'a Shared);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let (phase, changed) = &**self.0;
        *phase.lock() = Phase::Ended;
        changed.notify_all();
    }
}
