//! Deleting every archive of a vault that is known. Each is written down when it is gone, so another run goes on.

use tokio::task::JoinSet;

use crate::inventory::Listing;
use crate::{Error, Progress, Vault};

/// How many ids are read from the inventory at a time.
const BATCH: usize = 100_000;

/// Deletes what the listing shows: how many.
pub async fn empty(
    vault: &Vault,
    listing: &mut Listing,
    parallel: usize,
    progress: &dyn Progress,
) -> Result<u64, Error> {
    let mut total = 0;
    listing.each(|_| {
        total += 1;
        Ok(())
    })?;
    progress.begin(Some(total));
    let mut removed = 0;
    loop {
        // What is gone is not shown again: the next batch is again the first that are there.
        let mut batch = Vec::new();
        listing.each(|archive| {
            if batch.len() < BATCH {
                batch.push(archive.id);
            }
            Ok(())
        })?;
        if batch.is_empty() {
            return Ok(removed);
        }
        let mut running: JoinSet<Result<String, Error>> = JoinSet::new();
        let mut ids = batch.into_iter();
        loop {
            while running.len() < parallel.max(1)
                && let Some(id) = ids.next()
            {
                let vault = vault.clone();
                running.spawn(async move {
                    match vault.delete_archive(&id).await {
                        // Somebody else has deleted it.
                        Err(error) if error.is_not_found() && vault.exists().await? => Ok(id),
                        outcome => outcome.map(|()| id),
                    }
                });
            }
            let Some(done) = running.join_next().await else { break };
            let id = done.map_err(|error| Error::File(format!("a task ended: {error}")))?.map_err(|error| {
                error.and(&format!(
                    "{removed} of {total} archives were deleted by this run. Run the same command again to go on."
                ))
            })?;
            listing.removed(&id)?;
            removed += 1;
            progress.done(1);
        }
    }
}
