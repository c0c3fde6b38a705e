//! Commits that wait for a lane, and whether commits are taken at all.

use std::collections::VecDeque;

use coldkeep_meta::Error;
use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use crate::group::{Folded, Group};

/// What became of a commit.
pub(crate) type Outcome = Result<(), Error>;

#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Default)]
struct State {
    /// In the order of their numbers.
    waiting: VecDeque<Waiting>,
    next: u64,
    /// No commit is taken any more.
    poisoned: Option<Error>,
    /// A lane does not reach the database.
    away: Option<Error>,
    closed: bool,
}

struct Waiting {
    number: u64,
    commit: Folded,
    deadline: Instant,
    answer: oneshot::Sender<Outcome>,
}

/// What a lane sends as one, and who waits for it.
pub(crate) struct Next {
    pub(crate) group: Group,
    pub(crate) answers: Vec<oneshot::Sender<Outcome>>,
    /// The latest of its commits.
    pub(crate) deadline: Instant,
}

impl Queue {
    /// Puts a commit in, under a number; its outcome comes through what is returned.
    pub(crate) fn push(&self, commit: Folded, deadline: Instant) -> Result<(u64, oneshot::Receiver<Outcome>), Error> {
        let (answer, outcome) = oneshot::channel();
        let mut state = self.state.lock();
        if let Some(error) = &state.poisoned {
            return Err(error.clone());
        }
        let number = state.next;
        state.next += 1;
        state.waiting.push_back(Waiting { number, commit, deadline, answer });
        self.arrived.notify_one();
        Ok((number, outcome))
    }

    /// Takes a commit out that was not sent yet; `false` if a lane has it.
    pub(crate) fn withdraw(&self, number: u64) -> bool {
        let mut state = self.state.lock();
        let found = state.waiting.binary_search_by_key(&number, |waiting| waiting.number);
        found.is_ok_and(|place| state.waiting.remove(place).is_some())
    }

    /// The next group; `None` once the engine is gone.
    pub(crate) async fn next(&self) -> Option<Next> {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.arrived.notified().await;
        }
    }

    fn take(&self) -> Option<Option<Next>> {
        let mut state = self.state.lock();
        let mut next = Next { group: Group::default(), answers: Vec::new(), deadline: Instant::now() };
        while let Some(waiting) = state.waiting.pop_front() {
            let Waiting { number, commit, deadline, answer } = waiting;
            // Who gave up need not be served.
            if answer.is_closed() {
                continue;
            }
            if let Err(commit) = next.group.take(commit) {
                state.waiting.push_front(Waiting { number, commit: *commit, deadline, answer });
                break;
            }
            next.answers.push(answer);
            next.deadline = deadline;
        }
        // The other lane takes what is left, or sees that the engine is gone.
        if !state.waiting.is_empty() || state.closed {
            self.arrived.notify_one();
        }
        match next.answers.is_empty() {
            false => Some(Some(next)),
            true => state.closed.then_some(None),
        }
    }

    /// Takes no commit from now on. Those that wait were never sent, and are refused with the same error.
    pub(crate) fn poison(&self, error: &Error) {
        let mut state = self.state.lock();
        state.poisoned.get_or_insert_with(|| error.clone());
        for waiting in state.waiting.drain(..) {
            _ = waiting.answer.send(Err(error.clone()));
        }
    }

    /// Says whether lanes reach the database.
    pub(crate) fn reaches(&self, outcome: Result<(), String>) {
        self.state.lock().away = outcome.err().map(Error::Away);
    }

    /// The lanes end when nothing waits any more.
    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.arrived.notify_one();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    pub(crate) fn health(&self) -> Result<(), Error> {
        let state = self.state.lock();
        state.poisoned.clone().or_else(|| state.away.clone()).map_or(Ok(()), Err)
    }
}
