//! What there is, by listing names. That is what looking for blobs without owner costs: a request for each thousand objects of a run that did not end
//! cleanly, or a look at a whole pool.

use std::collections::BTreeSet;

use coldkeep_blob::Error;
use coldkeep_types::Id;

use crate::engine::Shared;
use crate::store::Listed;
use crate::{names, quarantine};

/// The pieces of a blob, of which nothing else says how many there are.
pub(crate) async fn pieces(shared: &Shared, id: Id) -> Result<Vec<Listed>, Error> {
    shared.list_all(&names::pieces(id)).await
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
