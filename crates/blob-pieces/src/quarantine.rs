//! The quarantine: of a blob that is taken out of service the head goes there, with how long its pieces are in its name, and the pieces stay.
//!
//! What it is written to comes first, then what it is taken from goes: at a crash in between it is in both, and the next call mends that.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use coldkeep_blob::{Error, Quarantined};
use coldkeep_types::Id;

use crate::engine::Shared;
use crate::head::{HEADER_BYTES, Head};
use crate::store::Listed;
use crate::{listing, names};

/// Whether a blob is there.
pub(crate) async fn holds(shared: &Shared, id: Id) -> Result<bool, Error> {
    Ok(!shared.store.list(&names::held(id), "", 1).await?.is_empty())
}

pub(crate) async fn quarantine(shared: &Arc<Shared>, id: Id) -> Result<(), Error> {
    let head = shared.find(&names::head(id), u64::MAX).await?;
    let known = head.as_ref().and_then(|bytes| Head::read(bytes, id).ok());
    let pieces = match known {
        Some(head) => shared.store.lengths(&names::pieces(id), &head.piece_names(id)).await?,
        None => listing::pieces(shared, id).await?,
    };
    let bytes = pieces.iter().map(|piece| piece.bytes).sum();
    match head {
        Some(head) => {
            shared.put(&names::quarantined(id, bytes, true), head).await?;
            Ok(shared.store.delete(&names::head(id)).await?)
        }
        None if pieces.is_empty() || holds(shared, id).await? => Ok(()),
        None => shared.put(&names::quarantined(id, bytes, false), Bytes::new()).await,
    }
}

pub(crate) async fn restore(shared: &Shared, id: Id) -> Result<bool, Error> {
    let held = shared.list_all(&names::held(id)).await?;
    if let Some(head) = held.iter().find(|held| held.name.ends_with(".head")) {
        let bytes = shared.store.read(&head.name, 0..u64::MAX).await?;
        shared.put(&names::head(id), bytes).await?;
    }
    let was_there = !held.is_empty();
    delete_held(shared, held).await?;
    Ok(was_there)
}

/// Deletes the pieces first: what is left of a purge that is cut short is still known.
pub(crate) async fn purge(shared: &Shared, id: Id) -> Result<(), Error> {
    let held = shared.list_all(&names::held(id)).await?;
    if held.is_empty() {
        return Ok(());
    }
    // Half restored, it has a head again, which its pieces belong to.
    if shared.find(&names::head(id), 1).await?.is_none() {
        let pieces = pieces_held(shared, id, &held).await?;
        shared.delete_pieces(&pieces).await?;
    }
    delete_held(shared, held).await
}

async fn delete_held(shared: &Shared, held: Vec<Listed>) -> Result<(), Error> {
    for held in held {
        shared.store.delete(&held.name).await?;
    }
    Ok(())
}

/// The pieces of what is held, if there are any: as the head says, or, where there is none, or more than a head, as there are.
async fn pieces_held(shared: &Shared, id: Id, held: &[Listed]) -> Result<Vec<String>, Error> {
    if let [only] = held
        && let Some(bytes) = shared.find(&only.name, HEADER_BYTES as u64).await?
        && let Ok(head) = Head::read(&bytes, id)
    {
        return Ok(head.piece_names(id));
    }
    Ok(listing::pieces(shared, id).await?.into_iter().map(|piece| piece.name).collect())
}

/// Counts what is there.
pub(crate) async fn quarantined(shared: &Shared) -> Result<Quarantined, Error> {
    let (mut blobs, mut bytes) = (BTreeSet::new(), 0);
    for listed in shared.list_all(names::QUARANTINE).await? {
        let Some((id, pieces)) = names::parse_quarantined(&listed.name) else { continue };
        // Two of one blob count its pieces once.
        bytes += listed.bytes + if blobs.insert(id) { pieces } else { 0 };
    }
    Ok(Quarantined { blobs: blobs.len() as u64, bytes })
}
