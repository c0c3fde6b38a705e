//! Receivers that wait for messages of a queue, and how they are woken.

use std::collections::HashMap;
use std::sync::Arc;

use coldkeep_types::Id;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// Who waits, by queue. A queue for which nobody waits costs nothing.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<HashMap<Id, (Arc<Notify>, usize)>>);

/// One that waits; it is forgotten when this goes.
pub(crate) struct Waiter<'a> {
    waiting: &'a Waiting,
    queue: Id,
    pub bell: Arc<Notify>,
}

impl Waiting {
    /// Begins to wait: what happens from now on rings [`Waiter::bell`].
    pub fn wait(&self, queue: Id) -> Waiter<'_> {
        let mut all = self.0.lock();
        let (bell, number) = all.entry(queue).or_default();
        *number += 1;
        Waiter { waiting: self, queue, bell: bell.clone() }
    }

    /// Wakes all that wait for this queue.
    pub fn wake(&self, queue: Id) {
        if let Some((bell, _)) = self.0.lock().get(&queue) {
            bell.notify_waiters();
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut all = self.waiting.0.lock();
        if let Some((_, number)) = all.get_mut(&self.queue) {
            *number -= 1;
            if *number == 0 {
                all.remove(&self.queue);
            }
        }
    }
}
