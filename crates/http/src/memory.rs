//! Memory that requests share: documents and the like are taken only when there is room for them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Memory is counted in steps of 1 KiB.
const STEP_BYTES: usize = 1 << 10;

/// An amount of memory that is given out and comes back. Clones are the same memory.
#[derive(Clone)]
pub struct Memory {
    steps: Arc<Semaphore>,
    bytes: usize,
}

/// Some of a [`Memory`], given back when dropped.
#[derive(Debug)]
pub struct Reserved {
    _steps: OwnedSemaphorePermit,
}

impl Memory {
    /// So many bytes.
    pub fn new(bytes: usize) -> Self {
        let bytes = bytes.min(u32::MAX as usize);
        Self { steps: Arc::new(Semaphore::new(bytes.div_ceil(STEP_BYTES))), bytes }
    }

    /// How much there is, given out or not.
    pub fn bytes(&self) -> u64 {
        self.bytes as u64
    }

    /// Some of it, at once or not at all.
    pub fn try_reserve(&self, bytes: u64) -> Option<Reserved> {
        let steps = self.steps(bytes)?;
        Some(Reserved { _steps: self.steps.clone().try_acquire_many_owned(steps).ok()? })
    }

    /// Some of it, after waiting for it up to `patience`. Who came first gets it first.
    pub async fn reserve(&self, bytes: u64, patience: Duration) -> Option<Reserved> {
        let wait = self.steps.clone().acquire_many_owned(self.steps(bytes)?);
        Some(Reserved { _steps: tokio::time::timeout(patience, wait).await.ok()?.ok()? })
    }

    /// `None` when it is more than there is.
    fn steps(&self, bytes: u64) -> Option<u32> {
        let bytes = usize::try_from(bytes).ok().filter(|bytes| *bytes <= self.bytes)?;
        u32::try_from(bytes.div_ceil(STEP_BYTES)).ok()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} bytes)", self.bytes)
    }
}

impl Reserved {
    /// Bytes that keep their memory reserved as long as any clone of them is there.
    pub(crate) fn holding(self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Held { bytes, _reserved: self })
    }
}

struct Held {
    bytes: Bytes,
    _reserved: Reserved,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_given_out_comes_back_with_the_last_clone() {
        let memory = Memory::new(10 << 10);
        assert!(memory.try_reserve(11 << 10).is_none(), "more than there is");
        let held = memory.try_reserve(8 << 10).expect("there is room").holding(Bytes::from("a document"));
        let clone = held.clone();
        assert!(memory.try_reserve(4 << 10).is_none());
        assert!(memory.reserve(4 << 10, Duration::from_millis(20)).await.is_none(), "in vain");
        drop(held);
        assert!(memory.try_reserve(4 << 10).is_none());
        let waiting = memory.reserve(4 << 10, Duration::from_secs(5));
        let (reserved, ()) = tokio::join!(waiting, async { drop(clone) });
        assert!(reserved.is_some());
    }
}
