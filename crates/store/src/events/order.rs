//! In which order the events of a key are: who comes when, and which sequencer tells it.
//!
//! A sequencer is taken before its commit, so nothing else may happen to the key in between. What was there is required by the commit; what
//! came and went in between cannot be. In a store of one server those who put at a key take turns. Where several servers share
//! a store, the last sequencer of a key is a record: the commit requires it as it was read, and puts its own, which is greater whatever run or clock
//! its server has. So it is refused if anything was told of the key meanwhile. See decision 0062.

use std::hash::{DefaultHasher, Hash, Hasher};

use coldkeep_meta::{Commit, Version};
use coldkeep_types::{Id, ObjectKey};
use tokio::sync::{Mutex, MutexGuard};

use super::Sequencer;
use crate::{Bucket, Error, Store, keys};

/// Keys that share a lock wait for each other without need.
const TURNS: usize = 256;

/// Locks for keys at which something is being put, of buckets that tell events.
#[derive(Debug)]
pub(crate) struct Turns(Vec<Mutex<()>>);

impl Default for Turns {
    fn default() -> Self {
        Self((0..TURNS).map(|_| Mutex::default()).collect())
    }
}

/// The last event of a key, and of those that share its place.
struct Last {
    place: Vec<u8>,
    version: Option<Version>,
    sequencer: Sequencer,
}

impl Store {
    /// To be held from before the state of a key is read until something is put there: nothing where the bucket tells no events.
    pub(crate) async fn turn(&self, bucket: &Bucket, key: &ObjectKey) -> Option<MutexGuard<'_, ()>> {
        if bucket.events.is_empty() || self.is_shared() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (bucket.id, key.as_str()).hash(&mut hasher);
        let turn = self.0.turns.0.get(hasher.finish() as usize % TURNS)?;
        Some(turn.lock().await)
    }

    /// The place in the order for an event of this key, if this commit comes to be.
    pub(super) async fn next_in_order(
        &self,
        commit: &mut Commit,
        bucket: &Bucket,
        key: &ObjectKey,
    ) -> Result<Sequencer, Error> {
        if !self.is_shared() {
            return Ok(Sequencer::of(self.next_id()));
        }
        let last = self.last_event(bucket, key).await?;
        self.0.ids.pass(last.sequencer.moment());
        let sequencer = Sequencer::of(self.next_id()).in_run_of(last.sequencer);
        commit.expect(last.place.clone(), last.version).put(last.place, sequencer.as_bytes());
        Ok(sequencer)
    }

    async fn last_event(&self, bucket: &Bucket, key: &ObjectKey) -> Result<Last, Error> {
        let place = keys::last_event(bucket.id, key);
        Ok(match self.get(&place).await? {
            None => Last { place, version: None, sequencer: Sequencer::default() },
            Some(entry) => {
                let sequencer = read(&entry.value)?;
                Last { place, version: Some(entry.version), sequencer }
            }
        })
    }
}

/// The sequencer that is kept under [`keys::last_event`].
pub(crate) fn read(value: &[u8]) -> Result<Sequencer, Error> {
    let bytes = value.try_into().map_err(|_| Error::Damaged("the last event of a key".into()))?;
    Ok(Sequencer(bytes))
}

impl Sequencer {
    /// An id's run of the server comes first: a clock that went back between two runs orders nothing.
    fn of(id: Id) -> Self {
        let bytes = id.as_bytes();
        let mut sequencer = [0; 12];
        sequencer[..3].copy_from_slice(&bytes[6..9]);
        sequencer[3..9].copy_from_slice(&bytes[..6]);
        sequencer[9..].copy_from_slice(&bytes[9..12]);
        Self(sequencer)
    }

    /// An id of its time and counter, and of no run.
    fn moment(self) -> Id {
        let mut id = [0; 16];
        id[..6].copy_from_slice(&self.0[3..9]);
        id[9..12].copy_from_slice(&self.0[9..]);
        Id::from_bytes(id)
    }

    /// This one, in the run of the one before it if that began later.
    fn in_run_of(mut self, before: Self) -> Self {
        if self.0[..3] < before.0[..3] {
            self.0[..3].copy_from_slice(&before.0[..3]);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use coldkeep_types::{IdGenerator, SystemClock};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn who_comes_later_is_greater_whatever_its_run_and_clock(
            runs in (0_u32..1 << 24, 0_u32..1 << 24),
            last in any::<[u8; 9]>(),
        ) {
            // Half of the times that ids can carry.
            let mut bytes = [0; 12];
            bytes[..3].copy_from_slice(&runs.0.to_be_bytes()[1..]);
            bytes[3..].copy_from_slice(&last);
            bytes[3] &= 1;
            let last = Sequencer(bytes);
            let ids = IdGenerator::new(runs.1);
            ids.pass(last.moment());
            let next = Sequencer::of(ids.next(&SystemClock)).in_run_of(last);
            prop_assert!(next > last, "{next} after {last}");
        }
    }
}
