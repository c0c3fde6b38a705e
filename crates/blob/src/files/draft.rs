//! A blob being written. One block is written while the next one is made.
//!
//! The file has its final name from the start: what makes it a blob is the trailer. Whatever becomes of a draft, [`Claim`]
//! removes its file unless somebody took delivery of the finished blob.
//!
//! Large blocks go to the disk directly, past the page cache (decision 0008): that takes half the processor time, and what
//! was uploaded does not push out what is being read.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_disk::{File, Mode};
use coldkeep_types::Id;
use tokio::sync::oneshot;

use super::dirs::Dir;
use super::format::{HEADER_BYTES, header, tail};
use super::pool::{Pool, lost};
use super::reserve::Reserve;
use super::{Shared, failed, root};
use crate::table::Checksums;
use crate::{ALIGNED_BYTES, Draft, Error, Label};

/// The right to a name; removes the file when it is dropped, unless it was kept.
struct Claim {
    shared: Arc<Shared>,
    id: Id,
    path: PathBuf,
    created: bool,
}

impl Claim {
    fn new(shared: Arc<Shared>, id: Id) -> Result<Self, Error> {
        if !shared.drafts.lock().insert(id) {
            return Err(Error::Invalid("a blob id is used twice"));
        }
        let path = root::blob_path(shared.dirs.root(), id);
        Ok(Self { shared, id, path, created: false })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.created
            && let Err(error) = self.shared.disk.remove_file(&self.path)
        {
            tracing::warn!(%error, blob = %self.id, "cannot remove an unfinished blob");
            self.shared.left.lock().insert(self.id.epoch());
        }
        self.shared.drafts.lock().remove(&self.id);
    }
}

/// Shorter blocks go through the page cache: each direct write waits for the disk.
const DIRECT_BYTES: usize = 256 << 10;

/// What the threads write with.
struct Writing {
    claim: Claim,
    file: Arc<dyn File>,
    dir: Arc<Dir>,
    checksums: Checksums,
    reserve: Reserve,
}

/// A durable blob that nobody took delivery of yet.
struct Finished {
    claim: Claim,
    size: u64,
}

impl Writing {
    fn create(shared: Arc<Shared>, id: Id, label: &Label, hint: u64) -> Result<Box<Self>, Error> {
        let mut claim = Claim::new(shared, id)?;
        let dir = claim.shared.dirs.for_writing(id).map_err(failed)?;
        let file = claim.shared.disk.open(&claim.path, Mode::CreateNew).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::Invalid("a blob id is used twice"),
            _ => failed(error),
        })?;
        claim.created = true;
        file.write_all_at(&header(id, label), 0).map_err(failed)?;
        let reserve = Reserve::new(hint);
        Ok(Box::new(Self { claim, file, dir, checksums: Checksums::new(id), reserve }))
    }

    fn end(&self) -> u64 {
        HEADER_BYTES as u64 + self.checksums.size()
    }

    fn append(mut self: Box<Self>, block: Bytes) -> Result<Box<Self>, Error> {
        let end = self.end();
        self.reserve.make_room(&*self.file, end + block.len() as u64).map_err(failed)?;
        let aligned = block.as_ptr().addr().is_multiple_of(ALIGNED_BYTES) && end.is_multiple_of(ALIGNED_BYTES as u64);
        let whole = block.len() - block.len() % ALIGNED_BYTES;
        // Only where room is reserved: there a write changes neither the file's length nor where it lies.
        let direct = aligned && whole >= DIRECT_BYTES && self.reserve.covers(end + block.len() as u64);
        let (now, rest) = block.split_at(if direct && self.file.set_direct(true) { whole } else { 0 });
        if !now.is_empty() {
            self.file.write_all_at(now, end).map_err(failed)?;
        }
        if !rest.is_empty() {
            self.file.set_direct(false);
            self.file.write_all_at(rest, end + now.len() as u64).map_err(failed)?;
        }
        self.checksums.update(&block);
        Ok(self)
    }

    fn finish(self) -> Result<Finished, Error> {
        self.file.set_direct(false);
        let (size, end) = (self.checksums.size(), self.end());
        let tail = tail(self.claim.id, self.checksums);
        self.file.write_all_at(&tail, end).map_err(failed)?;
        self.reserve.trim(&*self.file, end + tail.len() as u64).map_err(failed)?;
        self.file.sync_data().map_err(failed)?;
        self.dir.persist().map_err(failed)?;
        Ok(Finished { claim: self.claim, size })
    }
}

impl Finished {
    /// Takes delivery: from now on the blob stays, and can be seen.
    fn keep(mut self) -> u64 {
        self.claim.created = false;
        self.size
    }
}

enum Stage {
    Idle(Box<Writing>),
    Busy(oneshot::Receiver<Result<Box<Writing>, Error>>),
    Failed(Error),
}

/// A draft, as its writer holds it.
pub(super) struct FileDraft {
    stage: Stage,
    writers: Arc<Pool>,
    finishers: Arc<Pool>,
}

impl FileDraft {
    pub(super) async fn create(
        shared: Arc<Shared>,
        writers: Arc<Pool>,
        finishers: Arc<Pool>,
        id: Id,
        label: Label,
        hint: u64,
    ) -> Result<Self, Error> {
        let writing = writers.run(move || Writing::create(shared, id, &label, hint)).await?;
        Ok(Self { stage: Stage::Idle(writing), writers, finishers })
    }

    /// Waits for the block that is being written.
    async fn settle(&mut self) -> Result<(), Error> {
        if let Stage::Busy(written) = &mut self.stage {
            self.stage = match written.await.unwrap_or_else(|_| Err(lost())) {
                Ok(writing) => Stage::Idle(writing),
                Err(error) => Stage::Failed(error),
            };
        }
        match &self.stage {
            Stage::Failed(error) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// What to write with; leaves the draft failed until something else is put there.
    fn take(&mut self) -> Result<Box<Writing>, Error> {
        match std::mem::replace(&mut self.stage, Stage::Failed(lost())) {
            Stage::Idle(writing) => Ok(writing),
            Stage::Busy(_) => Err(lost()),
            Stage::Failed(error) => Err(error),
        }
    }
}

#[async_trait]
impl Draft for FileDraft {
    async fn write(&mut self, block: Bytes) -> Result<(), Error> {
        self.settle().await?;
        if block.is_empty() {
            return Ok(());
        }
        let slot = self.writers.reserve().await?;
        let writing = self.take()?;
        self.stage = Stage::Busy(slot.send(move || writing.append(block)));
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<u64, Error> {
        self.settle().await?;
        let slot = self.finishers.reserve().await?;
        let writing = self.take()?;
        let finished = slot.send(move || writing.finish()).await.unwrap_or_else(|_| Err(lost()))?;
        Ok(finished.keep())
    }
}

impl Drop for FileDraft {
    fn drop(&mut self) {
        // Removing a large file takes a while: not on this thread, which may be an async one.
        match std::mem::replace(&mut self.stage, Stage::Failed(lost())) {
            Stage::Idle(writing) => self.writers.discard(writing),
            Stage::Busy(mut written) => {
                if let Ok(writing) = written.try_recv() {
                    self.writers.discard(writing);
                }
            }
            Stage::Failed(_) => {}
        }
    }
}
