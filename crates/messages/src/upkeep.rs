//! What is dropped in the background: messages past their retention, and rooms that queues left.

use std::sync::atomic::Ordering;

use coldkeep_meta::Commit;
use coldkeep_types::{Id, Timestamp};

use crate::records::{QueueRecord, Record, State};
use crate::{Error, Messages, ids, keys, send};

/// Records that one commit drops.
const BATCH: usize = 256;

/// How far a pass came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// How much was done.
    pub done: u64,
    /// When the next thing is due.
    pub next: Option<Timestamp>,
}

impl Messages {
    /// Waits until there may be something to drop that was not before.
    pub async fn wait_aging(&self) {
        self.0.aging.notified().await;
    }

    /// Drops what is past its time by `sure`: a time that has surely come, for what is dropped is gone for good.
    pub async fn drop_old(&self, sure: Timestamp) -> Result<Due, Error> {
        // What comes from here on rings.
        self.0.next_old.store(i64::MAX, Ordering::Relaxed);
        let mut due = Due::default();
        self.empty_rooms(&mut due).await?;
        let mut range = keys::all_queues();
        loop {
            let queues = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = queues.last() else { break };
            range.start = keys::behind(last.clone());
            for (_, entry) in &queues {
                let record = QueueRecord::from_value(&entry.value)?;
                let keep_ms = i64::from(record.retention_s) * 1000;
                if let Some(oldest) = self.drop_of(record.room, sure.0 - keep_ms, &mut due).await? {
                    let next = Timestamp(oldest + keep_ms);
                    due.next = Some(due.next.map_or(next, |known| known.min(next)));
                }
            }
        }
        if let Some(next) = due.next {
            self.0.next_old.fetch_min(next.0, Ordering::Relaxed);
        }
        Ok(due)
    }

    /// Drops the messages of a room that were sent at this time or before; when the oldest of the others was sent.
    async fn drop_of(&self, room: Id, until: i64, due: &mut Due) -> Result<Option<i64>, Error> {
        loop {
            let found = self.0.meta.scan(keys::states(room), BATCH).await?;
            let mut commit = Commit::default();
            for (key, entry) in &found {
                let id = keys::last_id(key).ok_or_else(|| Error::Damaged("the key of a message".into()))?;
                if ids::time_of(id) > until {
                    break;
                }
                let state = State::from_value(&entry.value)?;
                commit.expect(key.clone(), Some(entry.version));
                send::remove(&mut commit, room, id, &state, send::MAX_PIECES);
            }
            let dropped = commit.expects.len();
            if dropped == 0 {
                return Ok(found.first().and_then(|(key, _)| keys::last_id(key)).map(ids::time_of));
            }
            // One that was received meanwhile is dropped in the next round.
            if self.commit(commit).await? {
                due.done += dropped as u64;
            }
        }
    }

    /// Drops all that is in rooms that queues left.
    async fn empty_rooms(&self, due: &mut Due) -> Result<(), Error> {
        for (key, _) in self.0.meta.scan(keys::all_left(), BATCH).await? {
            let room = keys::last_id(&key).ok_or_else(|| Error::Damaged("the key of a room".into()))?;
            for kind in [b'b', b's', b'v'] {
                loop {
                    let found = self.0.meta.scan(keys::in_room(kind, room), BATCH).await?;
                    if found.is_empty() {
                        break;
                    }
                    let mut commit = Commit::default();
                    found.iter().for_each(|(key, _)| {
                        commit.delete(key.clone());
                    });
                    self.commit(commit).await?;
                }
            }
            let mut commit = Commit::default();
            commit.delete(key);
            self.commit(commit).await?;
            due.done += 1;
        }
        Ok(())
    }
}
