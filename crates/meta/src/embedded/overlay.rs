//! The records that are newer than the tree: journaled, not yet checkpointed.
//!
//! They stand in two generations. The active one takes what is committed; when it has grown, it is frozen and written
//! into the tree while a new one takes over. A key's newest record is in the active generation, else in the frozen one,
//! else in the tree. Whoever reads both overlay and tree opens the tree while it holds the overlay's lock: then a frozen
//! generation that it did not see is in the tree that it sees.

use std::collections::BTreeMap;
use std::ops::{Bound, Range};
use std::sync::Arc;

use parking_lot::{RwLock, RwLockReadGuard};

use super::record::Slot;

/// Records by key.
pub(super) type Slots = BTreeMap<Vec<u8>, Slot>;

/// Records up to a version.
#[derive(Debug, Default)]
pub(super) struct Generation {
    pub slots: Slots,
    /// Roughly their memory.
    pub bytes: usize,
    /// The newest version in it.
    pub last: u64,
}

/// What a record costs beyond its key and value, roughly.
const OVERHEAD_BYTES: usize = 100;

/// Both generations.
#[derive(Default)]
pub(super) struct Generations {
    active: Generation,
    frozen: Option<Arc<Generation>>,
}

/// The overlay.
#[derive(Default)]
pub(super) struct Overlay(RwLock<Generations>);

impl Overlay {
    pub fn read(&self) -> RwLockReadGuard<'_, Generations> {
        self.0.read()
    }

    /// Takes what a group of commits leaves; returns the bytes of the active generation.
    pub fn apply(&self, slots: Slots, last: u64) -> usize {
        let mut generations = self.0.write();
        let active = &mut generations.active;
        for (key, slot) in slots {
            active.bytes += key.len() + slot.value.as_ref().map_or(0, Vec::len) + OVERHEAD_BYTES;
            active.slots.insert(key, slot);
        }
        active.last = last;
        active.bytes
    }

    /// The generation to be written into the tree: the frozen one, else the active one, which is frozen, unless there is
    /// nothing in it.
    pub fn freeze(&self) -> Option<Arc<Generation>> {
        let mut generations = self.0.write();
        if generations.frozen.is_none() && !generations.active.slots.is_empty() {
            generations.frozen = Some(Arc::new(std::mem::take(&mut generations.active)));
        }
        generations.frozen.clone()
    }

    /// Bytes of the active generation.
    pub fn active_bytes(&self) -> usize {
        self.0.read().active.bytes
    }

    /// Whether everything is in the tree.
    pub fn is_empty(&self) -> bool {
        let generations = self.0.read();
        generations.frozen.is_none() && generations.active.slots.is_empty()
    }

    /// Forgets the frozen generation, which is in the tree now.
    pub fn thawed(&self) {
        let gone = self.0.write().frozen.take();
        // Freed outside the lock.
        drop(gone);
    }
}

impl Generations {
    /// The newest record of a key, if the overlay has one.
    pub fn get(&self, key: &[u8]) -> Option<&Slot> {
        self.active.slots.get(key).or_else(|| self.frozen.as_ref()?.slots.get(key))
    }

    /// The records of a range, newest where both generations have one, in ascending order.
    pub fn range<'a>(&'a self, range: &Range<Vec<u8>>) -> impl Iterator<Item = (&'a Vec<u8>, &'a Slot)> + use<'a> {
        newest(slots(&self.active, range), slots(self.frozen.as_deref().unwrap_or(&NONE), range), |a, b| a < b)
    }

    /// The same in descending order.
    pub fn range_back(&self, range: &Range<Vec<u8>>) -> impl Iterator<Item = (&Vec<u8>, &Slot)> {
        let frozen = slots(self.frozen.as_deref().unwrap_or(&NONE), range);
        newest(slots(&self.active, range).rev(), frozen.rev(), |a, b| a > b)
    }
}

static NONE: Generation = Generation { slots: BTreeMap::new(), bytes: 0, last: 0 };

fn slots<'a>(
    generation: &'a Generation,
    range: &Range<Vec<u8>>,
) -> impl DoubleEndedIterator<Item = (&'a Vec<u8>, &'a Slot)> + use<'a> {
    let bounds = (Bound::Included(range.start.as_slice()), Bound::Excluded(range.end.as_slice()));
    generation.slots.range::<[u8], _>(bounds)
}

/// Merges two sorted runs; where both have a key, the newer one's record counts.
fn newest<'a>(
    newer: impl Iterator<Item = (&'a Vec<u8>, &'a Slot)>,
    older: impl Iterator<Item = (&'a Vec<u8>, &'a Slot)>,
    before: fn(&[u8], &[u8]) -> bool,
) -> impl Iterator<Item = (&'a Vec<u8>, &'a Slot)> {
    let (mut newer, mut older) = (newer.peekable(), older.peekable());
    std::iter::from_fn(move || match (newer.peek(), older.peek()) {
        (Some((new, _)), Some((old, _))) if before(old, new) => older.next(),
        (Some((new, _)), Some((old, _))) => {
            if new == old {
                older.next();
            }
            newer.next()
        }
        (Some(_), None) => newer.next(),
        (None, _) => older.next(),
    })
}
