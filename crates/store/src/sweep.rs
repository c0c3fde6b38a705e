//! Sweeping after an unclean stop: blobs that a dead server wrote and that no record came to name.
//!
//! Blob ids carry the epoch of their writer and are never reused, so only epochs that did not end cleanly need a
//! look, once, and nothing of the running epoch is ever touched.

use coldkeep_meta::Commit;

use crate::{Error, Store, keys};

/// Blobs looked at at once.
const BATCH: usize = 512;

/// The key that stands while an epoch may have left blobs without owner.
pub(crate) fn dirty_key(epoch: u32) -> Vec<u8> {
    let mut key = keys::state("dirty/");
    key.extend_from_slice(&epoch.to_be_bytes());
    key
}

impl Store {
    /// Deletes the blobs without owner of all earlier epochs that did not end cleanly; returns how many.
    pub async fn sweep(&self) -> Result<usize, Error> {
        let mut swept = 0;
        let dirty = self.0.meta.scan(coldkeep_meta::prefix_range(&keys::state("dirty/")), usize::MAX).await?;
        for (key, _) in dirty {
            let Some(epoch) = key.last_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes)) else { continue };
            if epoch == self.0.ids.epoch() {
                continue;
            }
            let mut after = None;
            loop {
                let found = self.0.blobs.list(epoch, after, BATCH).await?;
                let Some(last) = found.last() else { break };
                after = Some(*last);
                for id in found {
                    let owned = !self.0.meta.scan(keys::owners(id), 1).await?.is_empty();
                    if !owned && self.get(&keys::released(id)).await?.is_none() {
                        self.0.blobs.delete(id).await?;
                        swept += 1;
                    }
                }
            }
            let mut commit = Commit::default();
            commit.delete(key);
            self.commit(commit).await?;
        }
        Ok(swept)
    }
}
