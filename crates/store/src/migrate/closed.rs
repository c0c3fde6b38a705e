//! Metadata on which no server begins: what is being filled, what was left, and what is being repaired. One record, `s` `closed`, which every start requires to be absent.

use std::time::Duration;

use coldkeep_blob::Identity;
use coldkeep_meta::{Commit, Meta, Record, Version, prefix_end, prefix_range};
use minicbor::{Decode, Encode};

use super::{MigrateError, Side, refused};
use crate::servers::{answer_key, beats, find_living_server, server_key};
use crate::{Error, keys};

/// What somebody is told who starts a server on what is being filled.
const FILLING: &str = "a store is being moved here by `coldkeep migrate`, which is not finished: run it again to go on, or remove what is here. The store is still \
    where it was";

/// The same where records and blobs are being mended.
const REPAIRING: &str = "the store is being repaired by `coldkeep fsck --repair`, which is not finished: run it again, it goes on where it was";

/// Why no server begins here.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct ClosedRecord {
    /// A sentence.
    #[n(0)]
    pub why: String,
    /// The store that is being copied here; `None`: one that is here was moved elsewhere, or is being repaired.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub filling: Option<[u8; 16]>,
}

impl Record for ClosedRecord {}

pub(crate) fn closed_key() -> Vec<u8> {
    keys::state("closed")
}

pub(super) async fn read(meta: &dyn Meta) -> Result<Option<(Version, ClosedRecord)>, Error> {
    let Some(entry) = meta.get(&closed_key()).await? else { return Ok(None) };
    Ok(Some((entry.version, ClosedRecord::from_value(&entry.value)?)))
}

/// Why no server begins on this metadata, if it is so.
pub async fn why_closed(meta: &dyn Meta) -> Result<Option<String>, MigrateError> {
    Ok(read(meta).await?.map(|(_, record)| record.why))
}

/// Closes engines that are to be filled with this store, and says to both whose they are. Refused, with nothing changed, unless they are empty or closed for it.
pub(super) async fn close(to: &Side, identity: Identity) -> Result<(), MigrateError> {
    let (closed, held) = (read(&*to.meta).await?, to.blobs.identity().await?);
    let is_ours = match &closed {
        Some((_, record)) if record.filling == Some(identity.store) => true,
        Some((_, record)) => return Err(refused(format!("what it is to be moved to is taken: {}", record.why))),
        None => false,
    };
    if !is_ours && !to.meta.scan(everything(), 1).await?.is_empty() {
        return Err(refused(
            "the metadata that it is to be moved to is not empty: there is a store already. Nothing was changed.",
        ));
    }
    let is_foreign = held.is_some_and(|held| held.store != identity.store || !is_ours);
    if is_foreign || (held.is_none() && !to.blobs.epochs().await?.is_empty()) {
        return Err(refused(
            "where its blobs are to be moved to there are blobs of another store already. Nothing was changed.",
        ));
    }
    if !is_ours {
        let record = ClosedRecord { why: FILLING.into(), filling: Some(identity.store) };
        let mut commit = Commit::default();
        commit.expect_empty(everything()).put(closed_key(), record.to_value());
        to.meta.commit(commit).await?;
    }
    Ok(to.blobs.claim(identity).await?)
}

/// The range of all keys.
pub(super) fn everything() -> std::ops::Range<Vec<u8>> {
    Vec::new()..prefix_end(Vec::new())
}

/// A shared store that no server has, as of the last start of one.
pub struct Still(Option<Version>);

/// Makes sure that no server has a shared store: refused while one is alive, which takes the lease to know where one was killed. Those are declared dead.
pub async fn stand_still(meta: &dyn Meta, lease: Duration) -> Result<Still, MigrateError> {
    let last_start = meta.get(&keys::state("epoch")).await?.map(|entry| entry.version);
    let before = beats(meta).await?;
    if let Some(run) = find_living_server(meta, lease).await? {
        return Err(refused(format!(
            "a server of this store is alive, that of run {run}. Nothing was changed. Stop all servers of the store first."
        )));
    }
    for (run, beat) in before {
        let mut commit = Commit::default();
        commit.expect(crate::servers::beat_key(run), Some(beat));
        commit.delete(server_key(run)).delete(crate::servers::beat_key(run)).delete(answer_key(run));
        meta.commit(commit).await?;
    }
    Ok(Still(last_start))
}

/// Keeps servers from a shared store that stands still, while it is repaired: until [`reopen`]. Refused if one has begun since, or the store is closed for another
/// reason.
pub async fn close_for_repair(meta: &dyn Meta, still: &Still) -> Result<(), MigrateError> {
    match read(meta).await? {
        None => put_closed(meta, still, REPAIRING).await,
        Some((_, record)) if record.why == REPAIRING => Ok(()),
        Some((_, record)) => Err(refused(format!("{}. Nothing was changed.", record.why))),
    }
}

/// Lets servers begin on what was repaired.
pub async fn reopen(meta: &dyn Meta) -> Result<(), MigrateError> {
    let mut commit = Commit::default();
    commit.delete(closed_key());
    Ok(meta.commit(commit).await?)
}

/// Marks a shared store as moved, for the reason that every later start of a server is told. Refused if one has begun since it stood still.
pub async fn leave(meta: &dyn Meta, still: &Still, why: &str) -> Result<(), MigrateError> {
    put_closed(meta, still, why).await
}

async fn put_closed(meta: &dyn Meta, still: &Still, why: &str) -> Result<(), MigrateError> {
    let record = ClosedRecord { why: why.into(), filling: None };
    let mut commit = Commit::default();
    commit.expect(keys::state("epoch"), still.0).expect(closed_key(), None);
    commit.expect_empty(prefix_range(&keys::state("server/"))).put(closed_key(), record.to_value());
    match meta.commit(commit).await {
        Err(coldkeep_meta::Error::Conflict) => Err(refused(
            "a server of the store was started meanwhile, and may have changed it. Stop it, and run this again: it goes on where it was.",
        )),
        other => Ok(other?),
    }
}
