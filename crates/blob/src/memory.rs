//! The blob engine for tests: a map behind a mutex. Nothing of it survives the process.
//!
//! It can be given a size, so that it runs full, and told to damage a blob.

use std::collections::{BTreeMap, HashSet};
use std::ops::{Bound, Range};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use coldkeep_types::Id;
use parking_lot::Mutex;

use crate::{Blob, Blobs, Draft, Error, Identity, Label, MAX_LABEL_BYTES, MAX_READ_BYTES, Quarantined, Space};

/// A blob engine in memory. Clones share their blobs.
#[derive(Clone)]
pub struct Memory {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    blobs: BTreeMap<Id, Arc<Stored>>,
    quarantine: BTreeMap<Id, Arc<Stored>>,
    identity: Option<Identity>,
    drafts: HashSet<Id>,
    damaged: HashSet<Id>,
    total_bytes: u64,
    used_bytes: u64,
}

struct Stored {
    label: Label,
    bytes: Bytes,
}

impl Memory {
    /// An empty engine that holds 1 GiB.
    pub fn new() -> Self {
        Self::with_capacity(1 << 30)
    }

    /// An empty engine that holds so many bytes, drafts included.
    pub fn with_capacity(total_bytes: u64) -> Self {
        Self { state: Arc::new(Mutex::new(State { total_bytes, ..State::default() })) }
    }

    /// From now on every read of this blob is [`Error::Damaged`].
    pub fn damage(&self, id: Id) {
        self.state.lock().damaged.insert(id);
    }

    /// Has it say that it was claimed for this last, as an old copy would.
    pub fn set_identity(&self, identity: Identity) {
        self.state.lock().identity = Some(identity);
    }

    /// How many finished blobs there are.
    pub fn blobs(&self) -> usize {
        self.state.lock().blobs.len()
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Blobs for Memory {
    async fn create(&self, id: Id, label: Label, _size_hint: Option<u64>) -> Result<Box<dyn Draft>, Error> {
        if label.0.len() > MAX_LABEL_BYTES {
            return Err(Error::Invalid("a label is longer than 2048 bytes"));
        }
        let mut state = self.state.lock();
        if state.blobs.contains_key(&id) || !state.drafts.insert(id) {
            return Err(Error::Invalid("a blob id is used twice"));
        }
        Ok(Box::new(MemoryDraft { memory: self.clone(), id, label, bytes: BytesMut::new(), failed: false }))
    }

    async fn open(&self, id: Id) -> Result<Box<dyn Blob>, Error> {
        let stored = self.state.lock().blobs.get(&id).cloned().ok_or(Error::NotFound(id))?;
        Ok(Box::new(MemoryBlob { memory: self.clone(), id, stored }))
    }

    async fn settle(&self, epoch: u32) -> Result<bool, Error> {
        Ok(!self.state.lock().drafts.iter().any(|id| id.epoch() == epoch))
    }

    async fn delete(&self, id: Id) -> Result<(), Error> {
        let mut state = self.state.lock();
        if let Some(stored) = state.blobs.remove(&id) {
            state.used_bytes -= stored.bytes.len() as u64;
        }
        Ok(())
    }

    async fn quarantine(&self, id: Id) -> Result<(), Error> {
        let mut state = self.state.lock();
        if let Some(stored) = state.blobs.remove(&id) {
            state.quarantine.insert(id, stored);
        }
        Ok(())
    }

    async fn restore(&self, id: Id) -> Result<bool, Error> {
        let mut state = self.state.lock();
        let Some(stored) = state.quarantine.remove(&id) else { return Ok(false) };
        state.blobs.insert(id, stored);
        Ok(true)
    }

    async fn purge(&self, id: Id) -> Result<(), Error> {
        let mut state = self.state.lock();
        if let Some(stored) = state.quarantine.remove(&id) {
            state.used_bytes -= stored.bytes.len() as u64;
        }
        Ok(())
    }

    async fn quarantined(&self) -> Result<Quarantined, Error> {
        let state = self.state.lock();
        let bytes = state.quarantine.values().map(|stored| stored.bytes.len() as u64).sum();
        Ok(Quarantined { blobs: state.quarantine.len() as u64, bytes })
    }

    async fn identity(&self) -> Result<Option<Identity>, Error> {
        Ok(self.state.lock().identity)
    }

    async fn claim(&self, identity: Identity) -> Result<(), Error> {
        let mut state = self.state.lock();
        // As those do that servers share: of those that claim for one store at once, the last run counts.
        let known = state.identity.filter(|known| known.store == identity.store).map_or(0, |known| known.epoch);
        state.identity = Some(Identity { epoch: identity.epoch.max(known), ..identity });
        Ok(())
    }

    async fn epochs(&self) -> Result<Vec<u32>, Error> {
        let mut epochs: Vec<u32> = self.state.lock().blobs.keys().map(Id::epoch).collect();
        epochs.sort_unstable();
        epochs.dedup();
        Ok(epochs)
    }

    async fn list(&self, epoch: u32, after: Option<Id>, limit: usize) -> Result<Vec<Id>, Error> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let state = self.state.lock();
        let ids = state.blobs.range((start, Bound::Unbounded)).map(|(id, _)| *id);
        Ok(ids.filter(|id| id.epoch() == epoch).take(limit).collect())
    }

    async fn present(&self, ids: &[Id]) -> Result<Vec<Id>, Error> {
        let state = self.state.lock();
        Ok(ids.iter().copied().filter(|id| state.blobs.contains_key(id) || state.drafts.contains(id)).collect())
    }

    async fn label(&self, id: Id) -> Result<Label, Error> {
        self.state.lock().blobs.get(&id).map(|stored| stored.label.clone()).ok_or(Error::NotFound(id))
    }

    async fn space(&self) -> Result<Space, Error> {
        let state = self.state.lock();
        Ok(Space { free_bytes: state.total_bytes - state.used_bytes, total_bytes: state.total_bytes })
    }
}

struct MemoryDraft {
    memory: Memory,
    id: Id,
    label: Label,
    bytes: BytesMut,
    failed: bool,
}

#[async_trait]
impl Draft for MemoryDraft {
    async fn write(&mut self, block: Bytes) -> Result<(), Error> {
        let mut state = self.memory.state.lock();
        if self.failed || state.total_bytes - state.used_bytes < block.len() as u64 {
            self.failed = true;
            return Err(Error::Full);
        }
        state.used_bytes += block.len() as u64;
        self.bytes.extend_from_slice(&block);
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<u64, Error> {
        if self.failed {
            return Err(Error::Full);
        }
        let bytes = std::mem::take(&mut self.bytes).freeze();
        let size = bytes.len() as u64;
        let stored = Stored { label: std::mem::take(&mut self.label), bytes };
        self.memory.state.lock().blobs.insert(self.id, Arc::new(stored));
        Ok(size)
    }
}

impl Drop for MemoryDraft {
    fn drop(&mut self) {
        let mut state = self.memory.state.lock();
        state.drafts.remove(&self.id);
        state.used_bytes -= self.bytes.len() as u64;
    }
}

struct MemoryBlob {
    memory: Memory,
    id: Id,
    stored: Arc<Stored>,
}

#[async_trait]
impl Blob for MemoryBlob {
    fn size(&self) -> u64 {
        self.stored.bytes.len() as u64
    }

    async fn prove_frame(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn read(&self, range: Range<u64>) -> Result<Bytes, Error> {
        if range.start > range.end || range.end > self.size() || range.end - range.start > MAX_READ_BYTES {
            return Err(Error::Invalid("a range is not within the blob, or is longer than 16 MiB"));
        }
        if self.memory.state.lock().damaged.contains(&self.id) {
            return Err(Error::Damaged { id: self.id, what: "a test damaged it".into() });
        }
        Ok(self.stored.bytes.slice(range.start as usize..range.end as usize))
    }
}
