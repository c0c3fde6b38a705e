//! Who is reading what, so that the reclaimer never takes a content from under a reader.
//!
//! A reader enters, reads the record that names a content, holds that content, and leaves the entrance. The
//! reclaimer takes a released content only when it has no owner, everybody has left who entered before that was seen, and
//! nobody holds the content: later readers cannot find it, since the records that named it went with its owners.
//!
//! This covers readers of this process. Those of other servers are asked by `servers/rounds.rs`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use coldkeep_sync::Mutex;
use coldkeep_types::Id;

/// Reading a record takes microseconds, unless the disk is slow: so often, and so long apart, the reclaimer looks whether it
/// was done, before it leaves the content for its next pass.
const ENTRANCE_LOOKS: usize = 10;
const ENTRANCE_PAUSE: Duration = Duration::from_millis(1);

#[derive(Default)]
struct State {
    next: u64,
    entering: BTreeMap<u64, ()>,
    held: HashMap<Id, usize>,
    /// The sum of `held`.
    holds: usize,
}

/// All readers of a store.
#[derive(Clone, Default)]
pub(crate) struct Readers(Arc<Mutex<State>>);

/// Somebody is between reading a record and holding its content.
pub(crate) struct Entrance {
    readers: Readers,
    ticket: u64,
}

/// A content that must not be reclaimed while this lives.
pub struct Hold {
    readers: Readers,
    content: Id,
}

impl Readers {
    /// Begins to read records.
    pub fn enter(&self) -> Entrance {
        let mut state = self.0.lock();
        let ticket = state.next;
        state.next += 1;
        state.entering.insert(ticket, ());
        Entrance { readers: self.clone(), ticket }
    }

    /// A mark to ask [`passed`](Self::passed) about: all tickets given so far are before it.
    fn mark(&self) -> u64 {
        self.0.lock().next
    }

    /// Whether everybody who entered before `mark` has left.
    fn passed(&self, mark: u64) -> bool {
        self.0.lock().entering.first_key_value().is_none_or(|(ticket, ())| *ticket >= mark)
    }

    /// Of contents that had no owner before this is called: those that nobody reads, nor can come to read. The others are to be
    /// looked at again. In this order, since while there is an owner somebody may still open the content, and be gone as an
    /// owner when it is asked for owners later.
    pub async fn unread<T>(&self, unowned: Vec<T>, id: impl Fn(&T) -> Id) -> Vec<T> {
        match unowned.is_empty() || !self.all_passed().await {
            true => Vec::new(),
            false => unowned.into_iter().filter(|content| !self.holds(id(content))).collect(),
        }
    }

    /// Waits a moment until everybody who entered before now has left; whether they have.
    async fn all_passed(&self) -> bool {
        let mark = self.mark();
        for _ in 0..ENTRANCE_LOOKS {
            if self.passed(mark) {
                return true;
            }
            coldkeep_sync::pause(ENTRANCE_PAUSE).await;
        }
        self.passed(mark)
    }

    /// How many readers hold a content.
    pub fn count(&self) -> usize {
        self.0.lock().holds
    }

    /// Whether somebody reads this content.
    fn holds(&self, content: Id) -> bool {
        self.0.lock().held.contains_key(&content)
    }
}

impl Entrance {
    /// Holds the content that was found, and leaves the entrance.
    pub fn hold(self, content: Id) -> Hold {
        let mut state = self.readers.0.lock();
        *state.held.entry(content).or_default() += 1;
        state.holds += 1;
        drop(state);
        Hold { readers: self.readers.clone(), content }
    }
}

impl Drop for Entrance {
    fn drop(&mut self) {
        self.readers.0.lock().entering.remove(&self.ticket);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.readers.0.lock();
        state.holds -= 1;
        if let Some(count) = state.held.get_mut(&self.content) {
            *count -= 1;
            if *count == 0 {
                state.held.remove(&self.content);
            }
        }
    }
}

#[cfg(all(test, feature = "shuttle"))]
mod models;

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    #[test]
    fn a_mark_passes_when_earlier_readers_left() {
        let readers = Readers::default();
        let first = readers.enter();
        let mark = readers.mark();
        let _second = readers.enter();
        assert!(!readers.passed(mark));
        drop(first);
        assert!(readers.passed(mark));
    }

    #[test]
    fn a_content_is_held_until_its_last_reader_goes() {
        let readers = Readers::default();
        let id = Id::from_bytes([7; 16]);
        let (one, two) = (readers.enter().hold(id), readers.enter().hold(id));
        drop(one);
        assert!(readers.holds(id));
        drop(two);
        assert!(!readers.holds(id) && readers.passed(readers.mark()));
    }
}
