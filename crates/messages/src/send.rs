//! Messages sent: durable when they are answered.

use std::sync::atomic::Ordering;

use coldkeep_meta::Commit;
use coldkeep_types::{Id, Timestamp};

use crate::records::{Content, Record, State};
use crate::{Error, MAX_TRIES, Messages, Queue, ids, keys};

/// What a value of the metadata may have is less than the largest message with what is around it, so contents are cut.
const PIECE_BYTES: usize = 512 << 10;

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// What it is.
    pub content: Content,
    /// Seconds for which it cannot be seen; `None`: what the queue says.
    pub delay_s: Option<u32>,
}

impl Messages {
    /// Sends messages, all or none: their ids, in this order.
    pub async fn send(&self, queue: &Queue, messages: &[NewMessage]) -> Result<Vec<String>, Error> {
        let mut queue = queue.clone();
        for _ in 0..MAX_TRIES {
            let mut commit = Commit::default();
            queue.require(&mut commit);
            let now = self.now();
            let mut sent: Vec<Id> = messages.iter().map(|_| ids::timed(now)).collect();
            // Of a batch, what stands first is received first, if nothing comes between.
            sent.sort_unstable();
            for (id, message) in sent.iter().zip(messages) {
                put_as(&mut commit, &queue, *id, now, message);
            }
            if self.commit(commit).await? {
                self.came(&queue);
                return Ok(sent.into_iter().map(ids::uuid).collect());
            }
            queue = self.same_queue(&queue).await?;
        }
        Err(Error::Busy)
    }

    /// Adds a message to a commit that requires the queue.
    pub(crate) fn put_new(&self, commit: &mut Commit, queue: &Queue, message: &NewMessage) -> Id {
        let now = self.now();
        let id = ids::timed(now);
        put_as(commit, queue, id, now, message);
        id
    }

    /// Messages came to a queue: who waits for them is woken.
    pub(crate) fn came(&self, queue: &Queue) {
        self.0.waiting.wake(queue.record.id);
        let old = self.now().0 + i64::from(queue.record.retention_s) * 1000;
        if self.0.next_old.fetch_min(old, Ordering::Relaxed) > old {
            self.0.aging.notify_one();
        }
    }
}

fn put_as(commit: &mut Commit, queue: &Queue, id: Id, now: Timestamp, message: &NewMessage) {
    let delay = i64::from(message.delay_s.unwrap_or(queue.record.delay_s)) * 1000;
    let state = State { seen_from: now.0 + delay, receives: 0, first_received: None };
    put(commit, queue, id, &state, &message.content);
}

/// Adds a message, which is not in flight, to a commit.
pub(crate) fn put(commit: &mut Commit, queue: &Queue, id: Id, state: &State, content: &Content) {
    let room = queue.record.room;
    for (number, piece) in (0u8..).zip(content.to_value().chunks(PIECE_BYTES)) {
        commit.put(keys::piece(room, id, number), piece);
    }
    commit.put(keys::state(room, id), state.to_value()).put(keys::seen_from(room, state.seen_from, id), vec![0]);
}

/// Adds to a commit what removes a message.
pub(crate) fn remove(commit: &mut Commit, room: Id, id: Id, state: &State, pieces: usize) {
    commit.delete(keys::state(room, id)).delete(keys::seen_from(room, state.seen_from, id));
    for number in (0u8..).take(pieces) {
        commit.delete(keys::piece(room, id, number));
    }
}

/// The most pieces of a message: of its largest size, with the most that is around it.
pub(crate) const MAX_PIECES: usize = 3;

impl Messages {
    /// A message's content, and in how many pieces it is; `None`: it is gone.
    pub(crate) async fn content(&self, room: Id, id: Id) -> Result<Option<(Content, usize)>, Error> {
        let pieces = self.0.meta.scan(keys::pieces(room, id), MAX_PIECES).await?;
        if pieces.is_empty() {
            return Ok(None);
        }
        let whole: Vec<u8> = pieces.iter().flat_map(|(_, entry)| entry.value.iter().copied()).collect();
        Ok(Some((Content::from_value(&whole)?, pieces.len())))
    }
}
