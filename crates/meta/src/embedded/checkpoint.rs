//! Moves the overlay into the tree when it has grown, and recycles the journal behind it: on a thread of its own, or, where
//! the engine has no threads, in the midst of the commit that grew it.
//!
//! A checkpoint is one transaction of the tree with the version up to which it goes, so that after a crash the journal
//! goes on exactly there. It stores the tree's allocator state too: opening after a crash then checks nothing.

use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::{Condvar, Mutex};

use super::committer::State;
use super::journal::Journal;
use super::records::Tree;
use super::{Options, Run};

/// Commits wait for the checkpoint under way when the active generation has so many times the bytes that begin one.
const WAIT_FACTOR: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    /// A checkpoint is wanted or under way.
    Busy,
    /// Checkpoint what is left, then end.
    Ending,
    Ended,
}

#[derive(Clone)]
struct Shared(Arc<(Mutex<Phase>, Condvar)>);

/// Has checkpoints made. Dropped, it makes a last one.
pub(super) struct Checkpointer {
    /// The active generation is frozen when it has so many bytes.
    freeze_bytes: usize,
    runner: Runner,
}

enum Runner {
    Thread { shared: Shared, thread: Option<JoinHandle<()>> },
    Caller(Work),
}

struct Work {
    tree: Arc<Tree>,
    journal: Arc<Mutex<Journal>>,
    state: Arc<State>,
}

impl Checkpointer {
    pub fn start(
        tree: Arc<Tree>,
        journal: Arc<Mutex<Journal>>,
        state: Arc<State>,
        options: Options,
    ) -> std::io::Result<Self> {
        // What the journal gave back is checkpointed at once: else each start that crashes again keeps a segment of its own.
        let work = Work { tree, journal, state };
        let runner = match options.run {
            Run::Task => {
                work.checkpoint_or_poison();
                Runner::Caller(work)
            }
            Run::Threads => {
                let shared = Shared(Arc::new((Mutex::new(Phase::Busy), Condvar::new())));
                let theirs = shared.clone();
                let thread =
                    std::thread::Builder::new().name("meta-checkpoint".into()).spawn(move || work.run(&theirs))?;
                Runner::Thread { shared, thread: Some(thread) }
            }
        };
        Ok(Self { freeze_bytes: options.checkpoint_bytes, runner })
    }

    /// Tells how large the active generation is now: begins a checkpoint, or waits for one that cannot keep up.
    pub fn grown(&self, active_bytes: usize) {
        if active_bytes < self.freeze_bytes {
            return;
        }
        let shared = match &self.runner {
            Runner::Thread { shared, .. } => shared,
            Runner::Caller(work) => return work.checkpoint_or_poison(),
        };
        let (phase, changed) = &*shared.0;
        let mut phase = phase.lock();
        if *phase == Phase::Idle {
            *phase = Phase::Busy;
            changed.notify_all();
        } else if active_bytes >= WAIT_FACTOR * self.freeze_bytes {
            changed.wait_while(&mut phase, |phase| *phase == Phase::Busy);
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        let (shared, thread) = match &mut self.runner {
            Runner::Thread { shared, thread } => (shared, thread.take()),
            Runner::Caller(work) => return work.checkpoint_or_poison(),
        };
        let (phase, changed) = &*shared.0;
        {
            let mut phase = phase.lock();
            changed.wait_while(&mut phase, |phase| *phase == Phase::Busy);
            if *phase == Phase::Idle {
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
    fn run(self, shared: &Shared) {
        let (phase, changed) = &*shared.0;
        // Whatever ends this thread, nobody waits for it for ever.
        let _ended = Ended(shared);
        loop {
            let wanted = {
                let mut phase = phase.lock();
                changed.wait_while(&mut phase, |phase| *phase == Phase::Idle);
                *phase
            };
            self.checkpoint_or_poison();
            if wanted == Phase::Ending || self.state.is_poisoned() {
                return;
            }
            *phase.lock() = Phase::Idle;
            changed.notify_all();
        }
    }

    fn checkpoint_or_poison(&self) {
        if self.state.is_poisoned() {
            return;
        }
        if let Err(error) = self.checkpoint() {
            tracing::error!(error, "the metadata engine is poisoned");
            self.state.poison(&error);
        }
    }

    fn checkpoint(&self) -> Result<(), String> {
        let Some(frozen) = self.tree.overlay.freeze() else { return Ok(()) };
        self.tree.absorb(&frozen).map_err(|error| format!("the tree cannot be written: {error}"))?;
        self.tree.overlay.thawed();
        let recycled = self.journal.lock().recycle(frozen.last);
        recycled.map_err(|error| format!("the journal cannot be recycled: {error}"))
    }
}

struct Ended<'a>(&'a Shared);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let (phase, changed) = &*self.0.0;
        *phase.lock() = Phase::Ended;
        changed.notify_all();
    }
}
