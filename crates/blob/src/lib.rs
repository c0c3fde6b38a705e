//! The blob engine: immutable runs of bytes, written once, read by range, deleted whole.
//!
//! [`Blobs`] is the whole contract; every sentence of it is tested by [`conformance`]. Engines know
//! nothing of objects or parts; a blob's [`Label`] is kept for repair tools and otherwise opaque.
//!
//! [`Files`] keeps one file per blob on a [`Disk`](coldkeep_disk::Disk), [`Pools`] makes one engine of several, [`Memory`] serves tests; the crate
//! `coldkeep-blob-pieces` keeps blobs in an object store.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

pub mod conformance;
mod files;
mod memory;
mod pools;
pub mod table;

#[cfg(feature = "fuzzing")]
pub use files::fuzzing;
pub use files::{Files, Options};
pub use memory::Memory;
pub use pools::Pools;

pub use coldkeep_disk::Space;

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_types::Id;
use thiserror::Error;

/// Why a blob engine did not do what it was asked.
#[derive(Clone, Debug, Error)]
pub enum Error {
    /// No such blob.
    #[error("blob {0} does not exist")]
    NotFound(Id),
    /// What is stored is not what was written: a block checksum, the length or the framing is wrong.
    #[error("blob {id} is damaged: {what}")]
    Damaged {
        /// Which blob.
        id: Id,
        /// What is wrong with it.
        what: String,
    },
    /// The disk is full.
    #[error("no space is left for blobs")]
    Full,
    /// The caller broke a rule of the contract: an id used twice, a label too long, a range outside the blob or
    /// longer than [`MAX_READ_BYTES`].
    #[error("blob storage was asked for the impossible: {0}")]
    Invalid(&'static str),
    /// The directory is in use by another server, was written by a newer version, or holds something else.
    #[error("the blobs cannot be opened: {0}")]
    Open(String),
    /// The operating system refused.
    #[error("blob storage failed: {0}")]
    Io(String),
}

/// What a blob was written for, kept in its first bytes so that lost records could be rebuilt.
/// At most [`MAX_LABEL_BYTES`] long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label(pub Vec<u8>);

/// How many ids are best listed at once, a MiB of them: an engine may have to look at all that there is for each list.
pub const LISTED_AT_ONCE: usize = 65_536;

/// The longest label an engine must take.
pub const MAX_LABEL_BYTES: usize = 2048;

/// The most one [`Blob::read`] may ask for.
pub const MAX_READ_BYTES: u64 = 16 << 20;

/// 4,096: a block that begins in memory at a multiple of this, and whose length is one, may go to the disk without a copy.
pub const ALIGNED_BYTES: usize = 4096;

/// Whose blobs an engine keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The store: random bytes.
    pub store: [u8; 16],
    /// The store's last run.
    pub epoch: u32,
}

impl Identity {
    /// What the pool of this number is claimed for where servers share the store: so none is taken for another one. Pool 0 is the store's own.
    #[must_use]
    pub fn of_pool(mut self, number: u8) -> Self {
        self.store[15] ^= number;
        self
    }
}

/// What is in quarantine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quarantined {
    /// Blobs.
    pub blobs: u64,
    /// The bytes that they take.
    pub bytes: u64,
}

/// A store of immutable blobs.
///
/// - A blob is named by the [`Id`] its writer chose; no id is ever used twice. A second draft of an id is refused, of one that is
///   finished perhaps not before its own finish, and harms nothing.
/// - [`create`](Blobs::create) begins a draft. A draft is invisible to every other call until it is finished;
///   dropped, it vanishes. What a crash left of one can be listed and deleted, and opens as [`Error::Damaged`]
///   or not at all: it goes when its epoch is next swept for blobs that nobody owns.
/// - [`Draft::finish`] returns only when the bytes, and the name they can be found by, survive any crash. A
///   `finish` whose future is dropped leaves no blob.
/// - [`open`](Blobs::open)ed blobs give exactly the bytes written, each verified against a checksum made
///   when it was written, or [`Error::Damaged`]; never other bytes. One that is deleted or put in quarantine while it is open may be
///   [`Error::NotFound`] from then on: who deletes makes sure first that nobody reads.
/// - [`delete`](Blobs::delete) is idempotent: deleting what is not there succeeds. What was deleted does not come
///   back, whatever crashes after.
/// - A blob in [`quarantine`](Blobs::quarantine) is, to every other call, as if it were deleted, and is kept as it is until it
///   is purged or [restored](Blobs::restore). Moving a blob in or out twice is as once; so is purging it.
/// - What was [claimed](Blobs::claim) last is the engine's [`identity`](Blobs::identity), whatever crashes after; at a crash
///   in between it is the one before. A new engine has none.
/// - A write that fails for lack of space is [`Error::Full`] and leaves nothing behind. A failed write may be
///   reported by the next call instead; a draft that failed once fails for ever.
#[async_trait]
pub trait Blobs: Send + Sync + 'static {
    /// Begins a blob. With `size_hint` the engine may reserve room; the hint need not come true.
    async fn create(&self, id: Id, label: Label, size_hint: Option<u64>) -> Result<Box<dyn Draft>, Error>;

    /// Opens a finished blob.
    async fn open(&self, id: Id) -> Result<Box<dyn Blob>, Error>;

    /// Lets go of what is kept open of a blob, whose file somebody else is about to change, or has changed. An engine that keeps nothing open has
    /// nothing to do.
    fn forget(&self, id: Id) {
        let _ = id;
    }

    /// Makes durable that the drafts of an epoch that vanished are gone: they are not listed any more, whatever crashes after.
    /// `false` if that cannot be said yet, because a draft is still under way or could not be removed.
    async fn settle(&self, epoch: u32) -> Result<bool, Error>;

    /// Deletes a blob.
    async fn delete(&self, id: Id) -> Result<(), Error>;

    /// Moves a blob, whole or not, to the quarantine; nothing if there is no such blob.
    async fn quarantine(&self, id: Id) -> Result<(), Error>;

    /// Takes a blob back out of quarantine; `false` if it is not there.
    async fn restore(&self, id: Id) -> Result<bool, Error>;

    /// Deletes a blob from the quarantine, for ever.
    async fn purge(&self, id: Id) -> Result<(), Error>;

    /// What is in quarantine.
    async fn quarantined(&self) -> Result<Quarantined, Error>;

    /// Who the blobs belong to, if that was ever said.
    async fn identity(&self) -> Result<Option<Identity>, Error>;

    /// Says who the blobs belong to. Durable when it returns.
    async fn claim(&self, identity: Identity) -> Result<(), Error>;

    /// The epochs (see [`Id::epoch`]) of which there are blobs, ascending.
    async fn epochs(&self) -> Result<Vec<u32>, Error>;

    /// Ids of the blobs of one epoch, at most `limit`, beginning after `after`, which need not exist any more. The
    /// order is total, never changes, and is the engine's own: not necessarily that of the ids. Includes what
    /// crashed drafts left behind; fewer than `limit` means that there are no more.
    async fn list(&self, epoch: u32, after: Option<Id>, limit: usize) -> Result<Vec<Id>, Error>;

    /// Those of these ids of which anything is here: a blob, what a crash left of one, a draft that is under way or whose bytes are still being removed. Not
    /// what is in quarantine. Each is asked for by its name, many at once, and nothing is listed: what is not here costs little.
    async fn present(&self, ids: &[Id]) -> Result<Vec<Id>, Error>;

    /// The label a blob was written with.
    async fn label(&self, id: Id) -> Result<Label, Error>;

    /// Whether blobs of this pool ([`Id::pool`]) lie here. An engine that is no [`Pools`] has those of all.
    fn has_pool(&self, pool: u8) -> bool {
        let _ = pool;
        true
    }

    /// How much room there is.
    async fn space(&self) -> Result<Space, Error>;

    /// How much room there is for blobs of this pool ([`Id::pool`]). An engine that is no [`Pools`] has the same room for all.
    async fn space_of(&self, pool: u8) -> Result<Space, Error> {
        let _ = pool;
        self.space().await
    }
}

/// A blob being written.
#[async_trait]
pub trait Draft: Send {
    /// Appends a block. Blocks of 256 KiB and more, aligned to [`ALIGNED_BYTES`], are cheapest. May return while the block
    /// is still being written; the next call then waits for it.
    async fn write(&mut self, block: Bytes) -> Result<(), Error>;

    /// Makes the blob durable and visible; returns its size in bytes.
    async fn finish(self: Box<Self>) -> Result<u64, Error>;
}

/// A finished blob, open for reading.
#[async_trait]
pub trait Blob: Send + Sync {
    /// Size in bytes.
    fn size(&self) -> u64;

    /// The bytes of `range`, which must lie within the blob and be at most [`MAX_READ_BYTES`] long. A MiB is a
    /// good length.
    async fn read(&self, range: Range<u64>) -> Result<Bytes, Error>;

    /// The same bytes, which the engine need not verify: for who sees by the bytes themselves whether they are those that were written, as
    /// an authenticated cipher does. Where they are not, [`read`](Self::read) tells whether it is the engine that lost them.
    async fn read_unverified(&self, range: Range<u64>) -> Result<Bytes, Error> {
        self.read(range).await
    }

    /// Verifies everything that is kept with the bytes, but not the bytes themselves: reading them does.
    async fn prove_frame(&self) -> Result<(), Error>;

    /// Tells that these bytes will be read soon. The engine may fetch them; it does not wait, and reports nothing.
    fn will_read(&self, range: Range<u64>) {
        let _ = range;
    }
}
