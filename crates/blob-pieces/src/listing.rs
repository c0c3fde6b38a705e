//! What there is: by listing names, which costs a request for each thousand objects of a run, or a look at a whole pool; or by asking for names that may be there.
//!
//! Of whatever there is of a blob, or may still come, its head or one of its first two pieces is there, or may still come: two pieces are on their way at once,
//! deleting begins with the last and ends with the first, and nothing is deleted while a write may still come. So three names tell.

use std::collections::BTreeSet;

use coldkeep_blob::Error;
use coldkeep_types::Id;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::engine::Shared;
use crate::store::Listed;
use crate::{names, quarantine};

/// The pieces of a blob, of which nothing else says how many there are.
pub(crate) async fn pieces(shared: &Shared, id: Id) -> Result<Vec<Listed>, Error> {
    Ok(shared.store.numbered(&names::pieces(id)).await?)
}

/// How many ids are asked for at once.
const AT_ONCE: usize = 32;

/// Those of these ids of which there is anything.
pub(crate) async fn present(shared: &Shared, ids: &[Id]) -> Result<Vec<Id>, Error> {
    let asking = ids.iter().map(|id| async move { Ok::<_, Error>(is_present(shared, *id).await?.then_some(*id)) });
    let asked = stream::iter(asking.collect::<Vec<_>>()).buffered(AT_ONCE);
    asked.try_filter_map(async |found| Ok(found)).try_collect().await
}

async fn is_present(shared: &Shared, id: Id) -> Result<bool, Error> {
    if shared.is_draft(id) {
        return Ok(true);
    }
    let head = names::head(id);
    let first = [head.clone(), names::piece(id, 0), names::piece(id, 1)];
    let found = shared.store.lengths(&head, &first).await?;
    Ok(match found.first() {
        None => false,
        Some(found) => found.name == head || !quarantine::holds(shared, id).await?,
    })
}

/// The runs of which there are blobs. A folder may have nothing to show: where drafts are under way, or pieces of what is in quarantine.
pub(crate) async fn epochs(shared: &Shared) -> Result<Vec<u32>, Error> {
    let folders = shared.store.folders(names::BLOBS).await?;
    let held = shared.store.folders(names::QUARANTINE).await?;
    let mut doubtful: BTreeSet<u32> = held.iter().filter_map(|folder| names::parse_epoch(folder)).collect();
    doubtful.extend(shared.drafts.lock().iter().map(Id::epoch));
    let mut epochs = Vec::new();
    for epoch in folders.iter().filter_map(|folder| names::parse_epoch(folder)) {
        if !doubtful.contains(&epoch) || !list(shared, epoch, None, 1).await?.is_empty() {
            epochs.push(epoch);
        }
    }
    Ok(epochs)
}

/// A page of the blobs of a run, in the order of their ids.
pub(crate) async fn list(shared: &Shared, epoch: u32, after: Option<Id>, limit: usize) -> Result<Vec<Id>, Error> {
    let folder = names::folder(epoch);
    let mut from = after.map_or_else(String::new, names::after);
    let mut found = Vec::new();
    let mut last = after;
    while found.len() < limit {
        let page = shared.store.names(&folder, &from, shared.store.page()).await?;
        for name in &page {
            let Some((id, is_head)) = names::parse_blob(name) else { continue };
            // Its other pieces.
            if last == Some(id) {
                continue;
            }
            last = Some(id);
            if shared.is_draft(id) || !is_head && quarantine::holds(shared, id).await? {
                continue;
            }
            found.push(id);
            if found.len() == limit {
                return Ok(found);
            }
        }
        match page.last() {
            Some(end) if page.len() == shared.store.page() => {
                from = last.map_or_else(String::new, names::after).max(end.clone());
            }
            _ => break,
        }
    }
    Ok(found)
}
