//! Bytes follow the class of their object into its pool, in the background. Decision 0049 says why it is so.
//!
//! Invariants:
//! - An object whose class has changed to one of another pool is marked in its record (`to_move`), and has due work (`d`, kind 21) that
//!   names it: put in the commit that changes the class, gone in the one that finds everything where it belongs. `fsck` proves that.
//! - A blob is copied as it is, verified as it is read, under an id of this run, and is durable before one commit names it in place of the
//!   old one, with its owner, and releases the old one. That commit expects the object, and of its parts those that change, as they
//!   were read: whoever was faster wins whole, the copy is discarded, and what a crash leaves of it the sweep finds.
//! - An object of parts moves blob by blob, so it goes on where it was after a restart. Its list must be its own: one that is shared is
//!   split first, which moves no byte. Nobody else's bytes are ever moved.
//! - What is sealed keeps its key, which is made of the id that it was sealed under: records say it (`sealed_as`).
//!
//! What is small lies with the metadata and does not move. Nor does what a changed setting (`Options::class_pools`) would put elsewhere.

mod blob;
mod due;
mod object;
mod parts;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use coldkeep_meta::Commit;
use coldkeep_types::{Id, ObjectKey, Timestamp};
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::objects::class::StorageClass;
use crate::records::{Content, ObjectRecord};
use crate::upkeep::due::MOVE_BYTES;
use crate::{ContainerId, Store, keys};

/// What was moved since the start, and who is to know that there is more.
#[derive(Default)]
pub(crate) struct State {
    objects: AtomicU64,
    bytes: AtomicU64,
    waiting: AtomicU64,
    /// Pools that could not take what was to go there, which was said.
    failing: Mutex<BTreeSet<u8>>,
    due: Notify,
}

/// What was moved between pools since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Objects and versions of which all bytes are where they belong.
    pub objects: u64,
    /// Bytes of blobs.
    pub bytes: u64,
    /// Objects and versions that were still to be moved when that was last looked at.
    pub waiting: u64,
}

impl State {
    /// Tells that something is to be moved.
    pub fn ring(&self) {
        self.due.notify_one();
    }
}

/// Adds to a commit that the bytes of this object are moved. `about` is the key that it would have as a version below the current one:
/// wherever it lies by then, that tells.
pub(crate) fn look_at(commit: &mut Commit, due: Timestamp, about: &[u8], instance: Id) {
    commit.put(keys::due(due, MOVE_BYTES, instance), about.to_vec());
}

impl Store {
    /// Gives an object's record another class, and adds to the commit that puts it that its bytes follow, if they lie in another pool.
    pub(crate) fn follow(
        &self,
        commit: &mut Commit,
        record: &mut ObjectRecord,
        class: StorageClass,
        (bucket, key): (ContainerId, &ObjectKey),
    ) {
        let (before, pool) = (self.pool_of(record), self.0.options.pool_of(class));
        record.class = class.stored();
        let apart = match record.content {
            Content::Inline(_) => false,
            Content::Blob(id) | Content::Slice(id, _) => id.pool() != pool,
            Content::Parts(_) => record.to_move.is_some() || before != pool,
        };
        record.to_move = apart.then_some(true);
        if apart {
            look_at(commit, self.now(), &keys::version(bucket, key, record.instance), record.instance);
        }
    }

    /// The pool in which the bytes of an object belong.
    fn pool_of(&self, record: &ObjectRecord) -> u8 {
        self.0.options.pool_of(record.class.unwrap_or_default())
    }

    /// What was moved between pools since the start.
    pub fn moved(&self) -> Moved {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let State { objects, bytes, waiting, .. } = &self.0.moves;
        Moved { objects: read(objects), bytes: read(bytes), waiting: read(waiting) }
    }

    /// Waits until something may be to be moved.
    pub async fn wait_moves(&self) {
        self.0.moves.due.notified().await;
    }
}
