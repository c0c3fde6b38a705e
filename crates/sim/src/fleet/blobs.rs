//! The blob engine as one process reaches it. A draft is its process's own until it is finished; a finish that nobody answered may come to be later.
//!
//! A blob is looked for at each read. So whoever frees it under a reader takes it away, and where that reader's server lives, that is wrong.

use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use coldkeep_blob::{Blob, Blobs, Draft, Error, Identity, Label, Memory, Quarantined, Space};
use coldkeep_types::Id;

use super::engines::Engines;
use super::process::Way;

/// How long anything waits for its answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The engine of one process.
#[derive(Clone)]
pub struct LinkedBlobs(Arc<Inner>);

struct Inner {
    engines: Arc<Engines>,
    way: Way,
    run: OnceLock<u32>,
}

impl LinkedBlobs {
    /// One that no server has begun a run on.
    pub fn new(engines: Arc<Engines>, way: Way) -> Self {
        Self(Arc::new(Inner { engines, way, run: OnceLock::new() }))
    }

    /// Its server has this run.
    pub fn begins(&self, run: u32) {
        self.0.run.get_or_init(|| run);
    }

    async fn ask<T>(&self, call: impl Future<Output = Result<T, Error>> + Send) -> Result<T, Error> {
        self.0.way.ask(PATIENCE, call).await.unwrap_or_else(|| Err(silent()))
    }

    /// A call that changes something.
    async fn change<T, C>(&self, call: impl FnOnce(Memory) -> C) -> Result<T, Error>
    where
        T: Send + 'static,
        C: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let call = call(self.0.engines.blobs.clone());
        self.0.way.carry(PATIENCE, call).await.unwrap_or_else(|_| Err(silent()))
    }

    /// Reads of a blob, which is there as long as a server that lives reads it.
    async fn read<T: Send>(&self, id: Id, call: impl Future<Output = Result<T, Error>> + Send) -> Result<T, Error> {
        let (engines, run) = (&self.0.engines, self.0.run.get());
        self.ask(async {
            let read = call.await;
            if let (Err(Error::NotFound(_)), Some(run)) = (&read, run)
                && engines.lives(*run).await
            {
                engines.wrong(format!("readers: the blob {id} is gone while the server of run {run} reads it"));
            }
            read
        })
        .await
    }
}

fn silent() -> Error {
    Error::Io("no answer came in time".into())
}

#[async_trait]
impl Blobs for LinkedBlobs {
    async fn create(&self, id: Id, label: Label, _size_hint: Option<u64>) -> Result<Box<dyn Draft>, Error> {
        self.ask(async { Ok(()) }).await?;
        Ok(Box::new(LinkedDraft { blobs: self.clone(), id, label, bytes: BytesMut::new(), failed: false }))
    }

    async fn open(&self, id: Id) -> Result<Box<dyn Blob>, Error> {
        let size = self.read(id, async { Ok(self.0.engines.blobs.open(id).await?.size()) }).await?;
        Ok(Box::new(LinkedBlob { blobs: self.clone(), id, size }))
    }

    async fn settle(&self, epoch: u32) -> Result<bool, Error> {
        self.ask(self.0.engines.blobs.settle(epoch)).await
    }

    async fn delete(&self, id: Id) -> Result<(), Error> {
        self.change(|engine| async move { engine.delete(id).await }).await
    }

    async fn quarantine(&self, id: Id) -> Result<(), Error> {
        self.change(|engine| async move { engine.quarantine(id).await }).await
    }

    async fn restore(&self, id: Id) -> Result<bool, Error> {
        self.change(|engine| async move { engine.restore(id).await }).await
    }

    async fn purge(&self, id: Id) -> Result<(), Error> {
        self.change(|engine| async move { engine.purge(id).await }).await
    }

    async fn quarantined(&self) -> Result<Quarantined, Error> {
        self.ask(self.0.engines.blobs.quarantined()).await
    }

    async fn identity(&self) -> Result<Option<Identity>, Error> {
        self.ask(self.0.engines.blobs.identity()).await
    }

    /// As those do that servers share: they know the last run of all that were claimed for, in whichever order that comes.
    async fn claim(&self, identity: Identity) -> Result<(), Error> {
        self.change(move |engine| async move {
            match engine.identity().await? {
                Some(found) if found.store != identity.store => Err(Error::Open("these are another store's".into())),
                Some(found) if found.epoch >= identity.epoch => Ok(()),
                _ => engine.claim(identity).await,
            }
        })
        .await
    }

    async fn epochs(&self) -> Result<Vec<u32>, Error> {
        self.ask(self.0.engines.blobs.epochs()).await
    }

    async fn list(&self, epoch: u32, after: Option<Id>, limit: usize) -> Result<Vec<Id>, Error> {
        self.ask(self.0.engines.blobs.list(epoch, after, limit)).await
    }

    async fn present(&self, ids: &[Id]) -> Result<Vec<Id>, Error> {
        self.ask(self.0.engines.blobs.present(ids)).await
    }

    async fn label(&self, id: Id) -> Result<Label, Error> {
        self.read(id, self.0.engines.blobs.label(id)).await
    }

    /// What there is of room is known without asking.
    async fn space(&self) -> Result<Space, Error> {
        self.0.engines.blobs.space().await
    }
}

struct LinkedDraft {
    blobs: LinkedBlobs,
    id: Id,
    label: Label,
    bytes: BytesMut,
    failed: bool,
}

#[async_trait]
impl Draft for LinkedDraft {
    async fn write(&mut self, block: Bytes) -> Result<(), Error> {
        self.failed |= self.blobs.ask(async { Ok(()) }).await.is_err();
        if self.failed {
            return Err(silent());
        }
        self.bytes.extend_from_slice(&block);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<u64, Error> {
        let Self { blobs, id, label, bytes, failed } = *self;
        if failed {
            return Err(silent());
        }
        let finish = |engine: Memory| async move {
            let mut draft = engine.create(id, label, None).await?;
            draft.write(bytes.freeze()).await?;
            draft.finish().await
        };
        blobs.change(finish).await
    }
}

struct LinkedBlob {
    blobs: LinkedBlobs,
    id: Id,
    size: u64,
}

#[async_trait]
impl Blob for LinkedBlob {
    fn size(&self) -> u64 {
        self.size
    }

    async fn read(&self, range: Range<u64>) -> Result<Bytes, Error> {
        let read = async { self.blobs.0.engines.blobs.open(self.id).await?.read(range).await };
        self.blobs.read(self.id, read).await
    }

    async fn prove_frame(&self) -> Result<(), Error> {
        self.blobs.read(self.id, async { self.blobs.0.engines.blobs.open(self.id).await.map(drop) }).await
    }
}
