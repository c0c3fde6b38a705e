//! Receiving a body: one pass over the bytes for all digests, into the metadata engine if it is small and into a
//! blob if it is not.
//!
//! Memory: a request fills one block while the one before it is hashed and written, so it holds two blocks at most, from
//! a bounded pool (`blocks.rs`); three while one is sealed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use coldkeep_blob::{Draft, Label};
use coldkeep_digest::{Checksum, DigestSet, Digests, Hasher};
use coldkeep_meta::Commit;
use coldkeep_seal::{FrameSealer, SealError, sealed_bytes};
use coldkeep_types::Id;
use tokio::task::JoinHandle;

use crate::admission::room::Reservation;
use crate::contents::blocks::{Block, Blocks, SMALL_BLOCK_BYTES};
use crate::contents::kept_as::KeptAs;
use crate::contents::sealed::broken;
use crate::error::DigestName;
use crate::records::Content;
use crate::windows::Taken;
use crate::{Error, Source, Store, keys};

/// What was declared of a body before it came.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// `Content-MD5`.
    pub md5: Option<[u8; 16]>,
    /// The payload hash of the signature.
    pub sha256: Option<[u8; 32]>,
    /// `x-amz-sha256-tree-hash`.
    pub tree_hash: Option<[u8; 32]>,
    /// `x-amz-checksum-*` headers.
    pub checksums: Vec<Checksum>,
}

/// A body that is whole and proven, but not yet durable. Dropped, it vanishes.
pub(crate) struct Received {
    draft: Option<Box<dyn Draft>>,
    taken: Taken,
    kept: Kept,
}

/// A body that is durable (a blob), or will be with the commit that [`put`](Kept::put) adds it to (inline).
pub(crate) struct Kept {
    pub content: Content,
    /// The bytes of an inline content.
    inline: Vec<u8>,
    pub bytes: u64,
    pub digests: Digests,
    /// The room it has, until its record is there too.
    _room: Reservation,
}

impl Received {
    /// Makes a blob durable. From here on until a record names it or it is discarded, the caller must not be
    /// cancelled: see [`Store::uncancelled`].
    pub async fn finish(self, store: &Store) -> Result<Kept, Error> {
        if let Some(draft) = self.draft {
            let pool = self.kept.content.id().pool();
            if let Err(error) = store.noting(pool, draft.finish().await) {
                // The engine may not know whether the blob is there.
                store.0.leaked.store(true, Ordering::Relaxed);
                return Err(error);
            }
            self.taken.finished();
            store.note_written(pool);
        }
        Ok(self.kept)
    }
}

impl Kept {
    /// The bytes of an inline content.
    pub fn into_inline(self) -> Vec<u8> {
        self.inline
    }

    /// Adds to a commit what makes the content readable.
    pub fn put(&self, commit: &mut Commit) {
        if let Content::Inline(id) = self.content {
            commit.put(keys::inline(id), self.inline.clone());
        }
    }
}

impl Store {
    /// Receives a body: at most `max_bytes`, proven against `expected` and the trailing checksums; sealed, if a key is given,
    /// and into the pool of its class.
    pub(crate) async fn receive(
        &self,
        source: &mut dyn Source,
        mut set: DigestSet,
        expected: &Expected,
        max_bytes: u64,
        KeptAs { class, seal }: KeptAs<'_>,
        label: impl FnOnce() -> Label,
    ) -> Result<Received, Error> {
        let declared = source.declared_bytes();
        if let Some(bytes) = declared.filter(|bytes| *bytes > max_bytes) {
            return Err(Error::TooLarge { max_bytes, bytes });
        }
        let kept_bytes = |plain| if seal.is_some() { sealed_bytes(plain) } else { plain };
        let mut taken = self.take_id(self.0.options.pool_of(class)).await?;
        let id = taken.id();
        let room = self.reserve(id.pool(), declared.map(kept_bytes)).await?;
        set.md5 |= expected.md5.is_some();
        set.sha256 |= expected.sha256.is_some();
        set.tree |= expected.tree_hash.is_some();
        for checksum in &expected.checksums {
            set.checksums.push(checksum.algorithm());
        }
        // CRCs take no longer than a copy where the bytes are, just received, still near the processor.
        let mut crcs = Hasher::new(&DigestSet {
            checksums: set.checksums.extract_if(.., |algorithm| algorithm.is_crc()).collect(),
            ..DigestSet::default()
        });
        let sealer = match &seal {
            Some(seal) => Some(FrameSealer::new(&seal.content(id)?).map_err(|error| broken(id, error))?),
            None => None,
        };
        let take = |want: u64| {
            let block = self.0.blocks.take(want);
            if seal.is_some() { block.in_frames() } else { block }
        };
        let mut receiver = Receiver {
            store: self,
            id,
            sealer,
            hasher: Some(Hasher::new(&set)),
            taken: &mut taken,
            draft: None,
            working: None,
            inline_bytes: self.0.options.inline_bytes,
            label: Some(label),
            size_hint: declared.map(kept_bytes),
            room,
            handed: 0,
        };
        let mut received = 0u64;
        let mut block = take(declared.unwrap_or(SMALL_BLOCK_BYTES as u64));
        while let Some(mut slice) = source.next().await? {
            received += slice.len() as u64;
            if received > max_bytes {
                return Err(Error::TooLarge { max_bytes, bytes: received });
            }
            while !slice.is_empty() {
                if block.room() == 0 {
                    let left = declared.map_or(u64::MAX, |all| all.saturating_sub(received) + slice.len() as u64);
                    let full = std::mem::replace(&mut block, take(left.max(1)));
                    self.reserve_more(&mut receiver.room, kept_bytes(received)).await?;
                    receiver.block(full, false).await?;
                }
                let take = slice.len().min(block.room());
                crcs.update(&slice[..take]);
                block.append(&slice.split_to(take));
            }
        }
        self.reserve_more(&mut receiver.room, kept_bytes(received)).await?;
        let (mut digests, stored) = receiver.finish(block).await?;
        digests.checksums.extend(crcs.finish().checksums);
        prove(&digests, expected, source.trailing_checksums())?;
        let (content, inline, draft) = match stored {
            Stored::Inline(inline) => (Content::Inline(id), inline, None),
            Stored::Draft(draft) => (Content::Blob(id), Vec::new(), Some(draft)),
        };
        let kept = Kept { content, inline, bytes: received, digests, _room: receiver.room };
        Ok(Received { draft, taken, kept })
    }

    /// Deletes a blob that no record came to name because of `error`. Where that fails, or where it is not
    /// known whether the record was taken, the blob stays and this epoch is swept at the next start. Of a shared store, its number is open until then, or left.
    pub(crate) async fn discard(&self, content: Content, error: &Error) {
        let Content::Blob(id) = content else { return };
        let is_unknown = matches!(error, Error::OutcomeUnknown(_));
        if is_unknown || self.0.blobs.delete(id).await.is_err() {
            self.0.leaked.store(true, Ordering::Relaxed);
            tracing::warn!(%id, "a blob without record stays until the next start, or is removed later");
        }
        if let Some(windows) = self.0.windows.as_ref().filter(|_| !is_unknown) {
            windows.leave(id);
        }
    }
}

/// What comes back when a block is hashed, sealed if it is to be, and handed to the engine.
type Written = (Hasher, Option<FrameSealer>, Box<dyn Draft>);

/// A block being hashed and written. Dropped with a request that was given up, it is aborted, so that its draft vanishes.
struct Working {
    bytes: u64,
    task: JoinHandle<Result<Written, Error>>,
    hashed: Arc<AtomicBool>,
}

impl Drop for Working {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Receiver<'a, L> {
    store: &'a Store,
    id: Id,
    taken: &'a mut Taken,
    hasher: Option<Hasher>,
    /// What seals the content, if it is to be sealed.
    sealer: Option<FrameSealer>,
    draft: Option<Box<dyn Draft>>,
    /// The block before, being hashed and written.
    working: Option<Working>,
    inline_bytes: u64,
    label: Option<L>,
    /// How many bytes the blob may come to have.
    size_hint: Option<u64>,
    room: Reservation,
    /// Bytes of the last block that the engine took: it may still be writing them.
    handed: u64,
}

impl<L: FnOnce() -> Label> Receiver<'_, L> {
    async fn settle(&mut self) -> Result<(), Error> {
        if let Some(mut working) = self.working.take() {
            if !working.hashed.load(Ordering::Acquire) {
                self.store.0.lanes.hurry();
            }
            let done = (&mut working.task).await;
            let (hasher, sealer, draft) = done.map_err(|error| Error::Unavailable(error.to_string()))??;
            self.hasher = Some(hasher);
            self.sealer = sealer;
            self.draft = Some(draft);
            self.room.wrote(std::mem::replace(&mut self.handed, working.bytes));
        }
        Ok(())
    }

    /// Hashes, seals and writes a block while the next one fills, if there is a next one.
    async fn block(&mut self, block: Block, last: bool) -> Result<(), Error> {
        self.settle().await?;
        let mut draft = match self.draft.take() {
            Some(draft) => draft,
            None => {
                let label = self.label.take().map(|label| label()).unwrap_or_default();
                self.taken.begin();
                let created = self.store.0.blobs.create(self.id, label, self.size_hint).await;
                self.store.noting(self.id.pool(), created)?
            }
        };
        let hasher = self.hasher.take().ok_or_else(lost)?;
        let block = Bytes::from_owner(block);
        let bytes = block.len() as u64;
        let hashed = Arc::new(AtomicBool::new(false));
        let (update, done) = (self.store.0.lanes.update(hasher, block.clone()), hashed.clone());
        let (store, id, sealer) = (self.store.clone(), self.id, self.sealer.take());
        let task = tokio::spawn(async move {
            let hashing = async {
                let hasher = update.await;
                done.store(true, Ordering::Release);
                hasher
            };
            let writing = async {
                let (sealer, block) = match sealer {
                    None => (None, block),
                    Some(mut sealer) => {
                        let sealed = sealed(&store.0.blocks, &mut sealer, &block, last);
                        (Some(sealer), sealed.map_err(|error| broken(id, error))?)
                    }
                };
                store.noting(id.pool(), draft.write(block).await)?;
                Ok((sealer, draft))
            };
            let (hasher, written) = tokio::join!(hashing, writing);
            written.map(|(sealer, draft)| (hasher, sealer, draft))
        });
        self.working = Some(Working { bytes, task, hashed });
        Ok(())
    }

    async fn finish(&mut self, last: Block) -> Result<(Digests, Stored), Error> {
        self.settle().await?;
        if self.draft.is_none() && last.as_ref().len() as u64 <= self.inline_bytes {
            let mut hasher = self.hasher.take().ok_or_else(lost)?;
            hasher.update(last.as_ref());
            let inline = match self.sealer.as_mut() {
                None => last.as_ref().to_vec(),
                Some(sealer) => {
                    let mut sealed = Vec::new();
                    sealer.seal(last.as_ref(), true, &mut sealed).map_err(|error| broken(self.id, error))?;
                    sealed
                }
            };
            return Ok((hasher.finish(), Stored::Inline(inline)));
        }
        if !last.as_ref().is_empty() {
            self.block(last, true).await?;
            self.settle().await?;
        }
        let hasher = self.hasher.take().ok_or_else(lost)?;
        let draft = self.draft.take().ok_or_else(lost)?;
        Ok((hasher.finish(), Stored::Draft(draft)))
    }
}

enum Stored {
    Inline(Vec<u8>),
    Draft(Box<dyn Draft>),
}

/// A block, sealed into another.
fn sealed(blocks: &Blocks, sealer: &mut FrameSealer, plain: &[u8], last: bool) -> Result<Bytes, SealError> {
    let mut sealed = blocks.take(sealed_bytes(plain.len() as u64));
    sealed.fill(|out| sealer.seal(plain, last, out))?;
    Ok(Bytes::from_owner(sealed))
}

fn lost() -> Error {
    Error::Unavailable("a body's writer stopped".into())
}

/// Compares what was computed with what was declared.
fn prove(digests: &Digests, expected: &Expected, trailing: &[Checksum]) -> Result<(), Error> {
    let check = |name, declared: Option<&[u8]>, computed: Option<&[u8]>, text: fn(&[u8]) -> String| match (
        declared, computed,
    ) {
        (Some(declared), Some(computed)) if declared != computed => {
            Err(Error::DigestMismatch { name, declared: text(declared), computed: text(computed) })
        }
        (Some(_), None) => Err(Error::Unavailable(format!("{name:?} was declared but not computed"))),
        _ => Ok(()),
    };
    check(DigestName::ContentMd5, slice(&expected.md5), slice(&digests.md5), base64)?;
    check(DigestName::PayloadSha256, slice(&expected.sha256), slice(&digests.sha256), |bytes| hex::encode(bytes))?;
    let root = digests.tree.as_ref().map(|tree| tree.root);
    check(DigestName::TreeHash, slice(&expected.tree_hash), slice(&root), |bytes| hex::encode(bytes))?;
    for declared in expected.checksums.iter().chain(trailing) {
        let computed = digests.checksum(declared.algorithm());
        let name = DigestName::Checksum(declared.algorithm());
        check(name, Some(declared.value()), computed.map(|computed| computed.value()), base64)?;
    }
    Ok(())
}

fn slice<const N: usize>(digest: &Option<[u8; N]>) -> Option<&[u8]> {
    digest.as_ref().map(<[u8; N]>::as_slice)
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}
