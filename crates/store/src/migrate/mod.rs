//! Moving a whole store to other engines: from a data folder to those that several servers share, and back.
//!
//! - *What is left is only read*, so it serves on as it was until it is marked as moved ([`leave`], or a mark of its folder), which is the last but one step.
//! - *What is filled is closed* (`closed.rs`) from before the first byte until all of it is proven: no server begins on the half of a store.
//! - *Each step may be cut short anywhere and done again*: blobs and records that are there as they should be are not copied again, all others are made so.
//! - *Bytes are verified as they are read, and durable before a record that names them is copied*; records are compared by a digest over all of them on both
//!   sides (`records.rs`). That each record has its bytes is for [`fsck`](crate::fsck) to prove, before anything is marked.
//! - *Only what has an owner comes along.* What waits to be freed or to be swept, and what is in quarantine, stays behind. Of staged pools, what
//!   is away stays there, and must be found from the new place (`staged.rs`).
//!
//! The store keeps its id, its secret, and the number of its run: ids of blobs are never given twice, also not by other engines.

mod blobs;
mod closed;
mod records;
mod staged;

pub(crate) use closed::{ClosedRecord, closed_key};
pub use closed::{Still, close_for_repair, leave, reopen, stand_still, why_closed};
pub use records::Digest;
pub use staged::Staging;

use std::collections::BTreeSet;
use std::sync::Arc;

use coldkeep_blob::{Blobs, Identity};
use coldkeep_meta::{Commit, Meta};
use coldkeep_types::AccountId;
use thiserror::Error as ThisError;

use crate::opening::{self, identity::judge};
use crate::upkeep::sweep;
use crate::{Error, keys, servers};
use staged::Places;

/// Why a store was not moved. Where it is now it is as it was.
#[derive(Debug, ThisError)]
pub enum MigrateError {
    /// It cannot be, or not to these engines: a sentence.
    #[error("{0}")]
    Refused(String),
    /// An engine failed; the next run goes on.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<coldkeep_meta::Error> for MigrateError {
    fn from(error: coldkeep_meta::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<coldkeep_blob::Error> for MigrateError {
    fn from(error: coldkeep_blob::Error) -> Self {
        Self::Store(error.into())
    }
}

fn refused(what: impl Into<String>) -> MigrateError {
    MigrateError::Refused(what.into())
}

/// The engines of a store.
#[derive(Clone)]
pub struct Side {
    /// Its records.
    pub meta: Arc<dyn Meta>,
    /// Its bytes.
    pub blobs: Arc<dyn Blobs>,
}

/// Something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A blob of so many bytes was copied.
    Copied(u64),
    /// A blob of so many bytes was there already.
    Present(u64),
    /// A blob that no record names any more, or that was taken away since, was deleted where the store goes: it had been copied by an earlier run.
    Dropped,
    /// A blob of so many bytes is away, and the program of its staged pool finds it from where the store goes.
    Away(u64),
    /// So many records were compared, and copied where they were not there.
    Records(u64),
}

/// Who is told of it.
pub type Told = Arc<dyn Fn(Progress) + Send + Sync>;

/// A store on its way. Nobody else has either side open, or writes to the one that is left.
pub struct Migration {
    from: Side,
    to: Side,
    staging: Option<Staging>,
    told: Told,
}

impl Migration {
    /// Looks at both sides and closes the one that is to be filled. Refused, with nothing changed, where there is no store in `from`, or one that is not whole,
    /// or where `to` holds anything but what an earlier run brought there of the same store.
    pub async fn begin(from: Side, to: Side, told: Told) -> Result<Self, MigrateError> {
        let identity = identity_of(&from).await?;
        closed::close(&to, identity).await?;
        Ok(Self { from, to, staging: None, told })
    }

    /// The same store with its staged pools: without them it is refused if it has blobs elsewhere.
    pub fn staged_by(self, staging: Option<Staging>) -> Self {
        Self { staging, ..self }
    }

    /// Drops what is too much, copies what is missing, and compares all records; the digest that both sides have. Refused where the program of a staged pool does not
    /// find what is away.
    pub async fn copy(&self) -> Result<Digest, MigrateError> {
        let Self { from, to, staging, told } = self;
        let places = Places::find(&*from.meta, staging.as_ref()).await?;
        // A copy of what has been taken away since would be taken for what its program is to find.
        blobs::drop_others(&*from.meta, &*to.blobs, &places, told).await?;
        places.must_be_found(told).await?;
        blobs::copy_owned(from, &to.blobs, &places, told).await?;
        records::copy(&from.meta, &to.meta, told).await?;
        let (left, filled) = (records::digest(&*from.meta).await?, records::digest(&*to.meta).await?);
        match left == filled {
            true => Ok(filled),
            false => {
                Err(refused(format!("the records that were copied are not those that there are: {filled}, not {left}")))
            }
        }
    }
}

/// Copies the blobs of a store whose server runs, as far as they are finished and lie in none of these staged pools, to engines that are closed for it: a later
/// [`Migration`] copies the rest and all records.
pub async fn prepare(from: &Arc<dyn Blobs>, to: &Side, staged: &BTreeSet<u8>, told: &Told) -> Result<(), MigrateError> {
    let identity = from.identity().await?;
    let identity = identity.ok_or_else(|| refused("no server has run on these blobs yet: there is nothing to move"))?;
    closed::close(to, identity).await?;
    blobs::copy_finished(from, &to.blobs, staged, told).await
}

/// Opens what was filled to servers; `account` is written down as the one that the store belongs to, where no folder remembers it. Nothing happens if it is open.
pub async fn open_filled(meta: &dyn Meta, store: [u8; 16], account: Option<&AccountId>) -> Result<(), MigrateError> {
    let Some((version, record)) = closed::read(meta).await? else { return Ok(()) };
    if record.filling != Some(store) {
        return Err(refused(format!("another store is there: {}", record.why)));
    }
    let mut commit = Commit::default();
    commit.expect(closed_key(), Some(version)).delete(closed_key());
    if let Some(account) = account {
        commit.put(servers::account_key(), account.as_str());
    }
    Ok(meta.commit(commit).await?)
}

/// Who the store is, and its last run. Refused unless it is whole and open.
async fn identity_of(side: &Side) -> Result<Identity, MigrateError> {
    if let Some((_, record)) = closed::read(&*side.meta).await? {
        return Err(refused(record.why));
    }
    let found = opening::look(&*side.meta, &*side.blobs).await?;
    judge(&found.metadata, &found.blobs).map_err(|mismatch| refused(mismatch.to_string()))?;
    let store = found.metadata.store.ok_or_else(|| refused("no server has run on it yet: there is nothing to move"))?;
    if side.meta.get(&sweep::cut_key()).await?.is_some() {
        return Err(refused(
            "its metadata lost its newest records, and blobs that they named were kept: run `coldkeep fsck --repair` first",
        ));
    }
    Ok(Identity { store: store.id, epoch: found.metadata.epoch })
}

/// Whether a record is of the engines that a store is on and not of the store: it stays where it is.
fn stays(key: &[u8]) -> bool {
    if key.first() == Some(&keys::POOLS) {
        return true;
    }
    let Some(name) = key.strip_prefix(keys::state("").as_slice()) else { return false };
    let of_run =
        [&b"dirty/"[..], b"server/", b"beat/", b"answer/", b"window/"].iter().any(|prefix| name.starts_with(prefix));
    of_run || matches!(name, b"leader" | b"round" | b"account" | b"closed" | b"marked")
}
