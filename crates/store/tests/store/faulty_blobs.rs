//! A blob engine that fails where a test says, and counts how much it is asked for at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::{Blob, Blobs, Draft, Error, Identity, Label, Memory, Quarantined, Space};
use coldkeep_types::Id;

#[derive(Default)]
pub struct Switches {
    /// From now on the bytes become a blob, but who finished it is told that it failed.
    pub finishing_fails: AtomicBool,
    /// Deleting fails for blobs whose id ends in a byte below this.
    pub deleting_fails_below: AtomicUsize,
    /// What there is cannot be listed.
    pub listing_fails: AtomicBool,
    /// Who is told of each draft.
    pub begins: OnceLock<Arc<dyn Begins>>,
    deleting: AtomicUsize,
    /// The most deletions there were at once.
    pub most_deleting: AtomicUsize,
}

pub struct Faulty {
    pub inner: Memory,
    pub switches: Arc<Switches>,
    /// Tells the free space in place of the engine.
    pub space: Option<Arc<dyn SpaceOf>>,
}

#[async_trait]
pub trait Begins: Send + Sync {
    async fn begins(&self, id: Id);
}

#[async_trait]
pub trait SpaceOf: Send + Sync {
    async fn space(&self) -> Space;
}

struct FaultyDraft {
    inner: Box<dyn Draft>,
    switches: Arc<Switches>,
}

fn failed() -> Error {
    Error::Io("a test made it fail".into())
}

#[async_trait]
impl Draft for FaultyDraft {
    async fn write(&mut self, block: Bytes) -> Result<(), Error> {
        self.inner.write(block).await
    }

    async fn finish(self: Box<Self>) -> Result<u64, Error> {
        let bytes = self.inner.finish().await?;
        if self.switches.finishing_fails.load(Ordering::Relaxed) { Err(failed()) } else { Ok(bytes) }
    }
}

#[async_trait]
impl Blobs for Faulty {
    async fn create(&self, id: Id, label: Label, size_hint: Option<u64>) -> Result<Box<dyn Draft>, Error> {
        if let Some(watching) = self.switches.begins.get() {
            watching.begins(id).await;
        }
        let inner = self.inner.create(id, label, size_hint).await?;
        Ok(Box::new(FaultyDraft { inner, switches: self.switches.clone() }))
    }

    async fn open(&self, id: Id) -> Result<Box<dyn Blob>, Error> {
        self.inner.open(id).await
    }

    async fn delete(&self, id: Id) -> Result<(), Error> {
        let deleting = self.switches.deleting.fetch_add(1, Ordering::Relaxed) + 1;
        self.switches.most_deleting.fetch_max(deleting, Ordering::Relaxed);
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        self.switches.deleting.fetch_sub(1, Ordering::Relaxed);
        if usize::from(id.as_bytes()[15]) < self.switches.deleting_fails_below.load(Ordering::Relaxed) {
            return Err(failed());
        }
        self.inner.delete(id).await
    }

    async fn settle(&self, epoch: u32) -> Result<bool, Error> {
        self.inner.settle(epoch).await
    }

    async fn quarantine(&self, id: Id) -> Result<(), Error> {
        self.inner.quarantine(id).await
    }

    async fn restore(&self, id: Id) -> Result<bool, Error> {
        self.inner.restore(id).await
    }

    async fn purge(&self, id: Id) -> Result<(), Error> {
        self.inner.purge(id).await
    }

    async fn quarantined(&self) -> Result<Quarantined, Error> {
        self.inner.quarantined().await
    }

    async fn identity(&self) -> Result<Option<Identity>, Error> {
        self.inner.identity().await
    }

    async fn claim(&self, identity: Identity) -> Result<(), Error> {
        self.inner.claim(identity).await
    }

    async fn epochs(&self) -> Result<Vec<u32>, Error> {
        if self.switches.listing_fails.load(Ordering::Relaxed) {
            return Err(failed());
        }
        self.inner.epochs().await
    }

    async fn list(&self, epoch: u32, after: Option<Id>, limit: usize) -> Result<Vec<Id>, Error> {
        if self.switches.listing_fails.load(Ordering::Relaxed) {
            return Err(failed());
        }
        self.inner.list(epoch, after, limit).await
    }

    async fn present(&self, ids: &[Id]) -> Result<Vec<Id>, Error> {
        self.inner.present(ids).await
    }

    async fn label(&self, id: Id) -> Result<Label, Error> {
        self.inner.label(id).await
    }

    async fn space(&self) -> Result<Space, Error> {
        match &self.space {
            Some(space) => Ok(space.space().await),
            None => self.inner.space().await,
        }
    }
}
