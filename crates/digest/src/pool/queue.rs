//! The jobs that wait, and the tickets on which their callers wait.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use bytes::Bytes;
use coldkeep_sync::{Condvar, Mutex};

use crate::Hasher;

/// A hasher and the block to take in.
pub(super) struct Work {
    pub(super) hasher: Hasher,
    pub(super) block: Bytes,
}

/// Work on its way through the pool. Dropped before it is done, it tells its caller that it is lost.
pub(super) struct Job {
    /// Both until it is done or handed back.
    work: Option<Box<Work>>,
    /// How much of the block was taken in.
    offset: usize,
    ticket: Arc<Ticket>,
}

/// Where a job's outcome is put down.
pub(super) struct Ticket(Mutex<Slot>);

enum Slot {
    Waiting(Option<Waker>),
    Done(Option<Box<Work>>),
    Lost,
}

/// What has become of a job.
pub(super) enum Outcome {
    Pending,
    /// With the block let go.
    Done(Box<Work>),
    Lost,
}

impl Ticket {
    /// The outcome, which is given once; while there is none, `waker` is to be woken.
    pub(super) fn poll(&self, waker: &Waker) -> Outcome {
        let mut slot = self.0.lock();
        match &mut *slot {
            Slot::Waiting(of) => {
                match of {
                    Some(known) => known.clone_from(waker),
                    None => *of = Some(waker.clone()),
                }
                Outcome::Pending
            }
            Slot::Done(work) => work.take().map_or(Outcome::Lost, Outcome::Done),
            Slot::Lost => Outcome::Lost,
        }
    }

    fn settle(&self, outcome: Slot) {
        let before = std::mem::replace(&mut *self.0.lock(), outcome);
        if let Slot::Waiting(Some(waker)) = before {
            waker.wake();
        }
    }
}

impl Job {
    pub(super) fn new(work: Box<Work>) -> (Self, Arc<Ticket>) {
        let ticket = Arc::new(Ticket(Mutex::new(Slot::Waiting(None))));
        (Self { work: Some(work), offset: 0, ticket: ticket.clone() }, ticket)
    }

    /// The work of a job that was not let in. Its ticket is of no more use.
    pub(super) fn into_work(mut self) -> Box<Work> {
        self.work.take().expect("a job has its work until it is done")
    }

    /// The hasher and the bytes that it has still to take in.
    pub(super) fn rest(&mut self) -> Option<(&mut Hasher, &[u8])> {
        let offset = self.offset;
        self.work.as_mut().map(|work| (&mut work.hasher, &work.block[offset..]))
    }

    /// Notes how many bytes are left.
    pub(super) fn set_left(&mut self, left: usize) {
        self.offset = self.work.as_ref().map_or(0, |work| work.block.len() - left);
    }

    /// Whether the whole block was taken in.
    pub(super) fn is_done(&self) -> bool {
        self.work.as_ref().is_none_or(|work| self.offset == work.block.len())
    }

    /// Gives the hasher back to the caller.
    pub(super) fn complete(mut self) {
        if let Some(mut work) = self.work.take() {
            work.block = Bytes::new();
            self.ticket.settle(Slot::Done(Some(work)));
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.work.take().is_some() {
            self.ticket.settle(Slot::Lost);
        }
    }
}

/// How long jobs wait for company when nobody asks for them.
const COMPANY_WAIT: Duration = Duration::from_millis(20);

/// Jobs that wait, at most as many as its capacity.
pub(super) struct Queue {
    capacity: usize,
    state: Mutex<State>,
    arrived: Condvar,
}

struct State {
    jobs: VecDeque<Job>,
    /// Callers that found the queue full.
    outside: Vec<Waker>,
    /// With fewer jobs than this, no thread is to be woken, unless somebody is in a hurry.
    wanted: usize,
    /// Somebody waits for a job.
    hurry: bool,
    closed: bool,
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Self {
        let state = State { jobs: VecDeque::new(), outside: Vec::new(), wanted: 1, hurry: false, closed: false };
        Self { capacity, state: Mutex::new(state), arrived: Condvar::new() }
    }

    /// Lets a job in. If there is no room it is given back, and `waker` is woken when there is.
    pub(super) fn push(&self, job: Job, waker: &Waker) -> Result<(), Job> {
        let mut state = self.state.lock();
        if state.jobs.len() >= self.capacity {
            if !state.outside.iter().any(|known| known.will_wake(waker)) {
                state.outside.push(waker.clone());
            }
            return Err(job);
        }
        state.jobs.push_back(job);
        let enough = state.jobs.len() >= state.wanted;
        drop(state);
        if enough {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// What waits is to be done now.
    pub(super) fn hurry(&self) {
        let mut state = self.state.lock();
        if state.jobs.is_empty() {
            return;
        }
        state.hurry = true;
        drop(state);
        self.arrived.notify_one();
    }

    /// Moves a thread's share of the waiting jobs to `active`, up to `most` there. Waits for one if `active` is empty;
    /// false if then none will come, as the queue is closed. With fewer than `company` jobs it waits for others, until
    /// somebody is in a hurry.
    #[expect(clippy::disallowed_methods, reason = "a thread waits by it, not a task")]
    pub(super) fn take(&self, active: &mut Vec<Job>, most: usize, threads: usize, company: usize) -> bool {
        let mut state = self.state.lock();
        while active.is_empty() && state.jobs.is_empty() {
            if state.closed {
                return false;
            }
            self.arrived.wait(&mut state);
        }
        let wanted = company.saturating_sub(active.len()) * threads;
        let until = Instant::now() + COMPANY_WAIT;
        while state.jobs.len() < wanted && !state.hurry && !state.closed {
            state.wanted = wanted;
            let waited = self.arrived.wait_until(&mut state, until);
            state.wanted = 1;
            if waited.timed_out() {
                break;
            }
        }
        let share = state.jobs.len().div_ceil(threads).min(most.saturating_sub(active.len()));
        active.extend(state.jobs.drain(..share));
        let woken = if share > 0 { std::mem::take(&mut state.outside) } else { Vec::new() };
        let more = !state.jobs.is_empty();
        state.hurry &= more;
        drop(state);
        if more {
            self.arrived.notify_one();
        }
        woken.into_iter().for_each(Waker::wake);
        true
    }

    /// No more jobs will come; those that wait are still done.
    pub(super) fn close(&self) {
        self.state.lock().closed = true;
        self.arrived.notify_all();
    }
}
