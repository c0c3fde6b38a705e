//! Where the messages of a room begin. What was received leaves marks in the engine until its next checkpoint, and each receiver would
//! walk over those of all before it.
//!
//! A hint, believed for a second: a commit that was slow, or another clock, may put a message before it. Who finds nothing from there on
//! looks from the beginning, so nobody waits for a message that is there.

use coldkeep_types::Id;
use lru::LruCache;
use parking_lot::Mutex;

use crate::KEPT;

/// For how long a beginning is believed.
const BELIEVED_MS: i64 = 1000;

/// Of a room: when it was looked at from its beginning, and the first key there was.
pub(crate) struct Heads(Mutex<LruCache<Id, (i64, Vec<u8>)>>);

impl Default for Heads {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Heads {
    /// Where to begin, if that was found lately.
    pub fn of(&self, room: Id, now: i64) -> Option<Vec<u8>> {
        let mut heads = self.0.lock();
        let (looked, key) = heads.get(&room)?;
        (0..BELIEVED_MS).contains(&(now - looked)).then(|| key.clone())
    }

    /// Who looked from the beginning, or from where [`Heads::of`] said, found this key first.
    pub fn found(&self, room: Id, now: i64, from_beginning: bool, key: &[u8]) {
        let mut heads = self.0.lock();
        if from_beginning {
            heads.put(room, (now, key.to_vec()));
        } else if let Some((_, head)) = heads.get_mut(&room) {
            key.clone_into(head);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_moves_on_and_is_believed_for_a_second_only() {
        let (heads, room) = (Heads::default(), Id::from_bytes([1; 16]));
        heads.found(room, 5000, false, b"a");
        assert_eq!(heads.of(room, 5000), None, "nobody has looked from the beginning");
        heads.found(room, 5000, true, b"b");
        heads.found(room, 5900, false, b"c");
        assert_eq!(heads.of(room, 5999).as_deref(), Some(&b"c"[..]));
        assert_eq!(heads.of(room, 6000), None);
        assert_eq!(heads.of(room, 4999), None, "the clock went back");
        assert_eq!(heads.of(Id::from_bytes([2; 16]), 5000), None);
    }
}
