//! The engine: what each call of [`Blobs`] is in terms of objects.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::{Blob, Blobs, Draft, Error, Identity, Label, MAX_LABEL_BYTES, Quarantined, Space};
use coldkeep_types::Id;
use futures_util::future::try_join_all;
use parking_lot::Mutex;

use crate::draft::PieceDraft;
use crate::head::{HEADER_BYTES, Head};
use crate::read::PieceBlob;
use crate::room::Memory;
use crate::store::{DELETES, Listed, PieceStore, StoreError, list_all};
use crate::{identity, listing, names, quarantine};

/// What a [`Pieces`] engine may use.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Memory for the pieces of all drafts; a MiB and a piece at least. Who finds none waits.
    pub memory_bytes: u64,
}

impl Default for Options {
    /// 512 MiB: of S3, 32 pieces.
    fn default() -> Self {
        Self { memory_bytes: 512 << 20 }
    }
}

/// The blob engine over an object store. Several servers may have the same one open: each writes blobs of runs of its own.
pub struct Pieces(Arc<Shared>);

pub(crate) struct Shared {
    pub store: Arc<dyn PieceStore>,
    pub memory: Memory,
    /// The ids of drafts that are alive, and of those whose objects are being removed.
    pub drafts: Mutex<HashSet<Id>>,
    /// Runs of whose writes something may be left, or may still come.
    left: Mutex<HashSet<u32>>,
    is_looking: bool,
}

impl Pieces {
    /// Opens the engine; an empty store is made its place.
    ///
    /// Fails with [`Error::Open`] if a newer version wrote there, if there is something else, or if the store writes over what is there
    /// although it is asked not to.
    pub async fn open(store: Arc<dyn PieceStore>, options: Options) -> Result<Self, Error> {
        identity::open(&*store).await?;
        Ok(Self::new(store, options, false))
    }

    /// Opens the engine for looking only: nothing is written, and everything that would change something is [`Error::Invalid`].
    ///
    /// Fails as [`open`](Self::open), and where there is nothing to look at.
    pub async fn inspect(store: Arc<dyn PieceStore>) -> Result<Self, Error> {
        identity::inspect(&*store).await?;
        Ok(Self::new(store, Options::default(), true))
    }

    fn new(store: Arc<dyn PieceStore>, options: Options, is_looking: bool) -> Self {
        let memory = Memory::new(options.memory_bytes, store.piece_bytes());
        Self(Arc::new(Shared { store, memory, drafts: Mutex::default(), left: Mutex::default(), is_looking }))
    }

    /// Names of objects that are not the engine's: of their bytes nothing is known. Lists everything.
    pub async fn strays(&self) -> Result<Vec<String>, Error> {
        let (mut strays, store, mut after) = (Vec::new(), &self.0.store, String::new());
        loop {
            let page = store.names("", &after, store.page()).await?;
            strays.extend(page.iter().filter(|name| !names::is_known(name)).cloned());
            match page.last() {
                Some(last) if page.len() == store.page() => after.clone_from(last),
                _ => return Ok(strays),
            }
        }
    }

    fn changing(&self) -> Result<&Arc<Shared>, Error> {
        if self.0.is_looking { Err(Error::Invalid("the blobs are open for looking only")) } else { Ok(&self.0) }
    }
}

impl Shared {
    pub fn is_draft(&self, id: Id) -> bool {
        self.drafts.lock().contains(&id)
    }

    /// What is written of this run may not be all that comes.
    pub fn leave(&self, epoch: u32) {
        self.left.lock().insert(epoch);
    }

    /// Writes an object of a blob. One that is there already with just these bytes is what an earlier try wrote whose answer was lost.
    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<(), Error> {
        match self.store.put_new(name, bytes.clone()).await {
            Ok(()) => Ok(()),
            Err(StoreError::Exists) => match self.store.read(name, 0..bytes.len() as u64 + 1).await {
                Ok(found) if found == bytes => Ok(()),
                Ok(_) => Err(Error::Invalid("a blob id is used twice")),
                Err(error) => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// An object, if it is there.
    pub async fn find(&self, name: &str, bytes: u64) -> Result<Option<Bytes>, Error> {
        match self.store.read(name, 0..bytes).await {
            Ok(found) => Ok(Some(found)),
            Err(StoreError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes pieces of a blob, whose names are given in their order: some at once, from the end, and the first alone. Wherever that is cut short, what is left is
    /// found by its first name.
    pub async fn delete_pieces(&self, names: &[String]) -> Result<(), Error> {
        let Some((first, others)) = names.split_first() else { return Ok(()) };
        for some in others.rchunks(DELETES) {
            try_join_all(some.iter().map(|name| self.store.delete(name))).await?;
        }
        Ok(self.store.delete(first).await?)
    }

    /// Everything that begins so.
    pub async fn list_all(&self, prefix: &str) -> Result<Vec<Listed>, Error> {
        Ok(list_all(&*self.store, prefix).await?)
    }

    /// Deletes a blob: the head, without which it is none, then its pieces. Where the head is gone, an earlier call was cut short.
    async fn delete(&self, id: Id) -> Result<(), Error> {
        let head = self.find(&names::head(id), HEADER_BYTES as u64).await?;
        let pieces = match head.as_ref().map(|bytes| Head::read(bytes, id)) {
            Some(Ok(head)) => head.piece_names(id),
            None if quarantine::holds(self, id).await? => return Ok(()),
            _ => listing::pieces(self, id).await?.into_iter().map(|listed| listed.name).collect(),
        };
        if head.is_some() {
            self.store.delete(&names::head(id)).await?;
        }
        self.delete_pieces(&pieces).await
    }
}

#[async_trait]
impl Blobs for Pieces {
    async fn create(&self, id: Id, label: Label, size_hint: Option<u64>) -> Result<Box<dyn Draft>, Error> {
        if label.0.len() > MAX_LABEL_BYTES {
            return Err(Error::Invalid("a label is longer than 2048 bytes"));
        }
        Ok(Box::new(PieceDraft::create(self.changing()?.clone(), id, label, size_hint)?))
    }

    async fn open(&self, id: Id) -> Result<Box<dyn Blob>, Error> {
        if self.0.is_draft(id) {
            return Err(Error::NotFound(id));
        }
        Ok(Box::new(PieceBlob::open(self.0.clone(), id).await?))
    }

    async fn settle(&self, epoch: u32) -> Result<bool, Error> {
        let shared = self.changing()?;
        let is_quiet = !shared.drafts.lock().iter().any(|id| id.epoch() == epoch);
        Ok(is_quiet && !shared.left.lock().contains(&epoch))
    }

    async fn delete(&self, id: Id) -> Result<(), Error> {
        let shared = self.changing()?;
        if shared.is_draft(id) { Ok(()) } else { shared.delete(id).await }
    }

    async fn quarantine(&self, id: Id) -> Result<(), Error> {
        let shared = self.changing()?;
        if shared.is_draft(id) { Ok(()) } else { quarantine::quarantine(shared, id).await }
    }

    async fn restore(&self, id: Id) -> Result<bool, Error> {
        quarantine::restore(self.changing()?, id).await
    }

    async fn purge(&self, id: Id) -> Result<(), Error> {
        quarantine::purge(self.changing()?, id).await
    }

    async fn quarantined(&self) -> Result<Quarantined, Error> {
        quarantine::quarantined(&self.0).await
    }

    async fn identity(&self) -> Result<Option<Identity>, Error> {
        identity::read(&*self.0.store).await
    }

    async fn claim(&self, identity: Identity) -> Result<(), Error> {
        identity::claim(&*self.changing()?.store, identity).await
    }

    async fn epochs(&self) -> Result<Vec<u32>, Error> {
        listing::epochs(&self.0).await
    }

    async fn list(&self, epoch: u32, after: Option<Id>, limit: usize) -> Result<Vec<Id>, Error> {
        listing::list(&self.0, epoch, after, limit).await
    }

    async fn present(&self, ids: &[Id]) -> Result<Vec<Id>, Error> {
        listing::present(&self.0, ids).await
    }

    async fn label(&self, id: Id) -> Result<Label, Error> {
        let header =
            if self.0.is_draft(id) { None } else { self.0.find(&names::head(id), HEADER_BYTES as u64).await? };
        let head = Head::read(&header.ok_or(Error::NotFound(id))?, id);
        Ok(head.map_err(|what| Error::Damaged { id, what })?.label)
    }

    async fn space(&self) -> Result<Space, Error> {
        Ok(self.0.store.space().await?)
    }
}
