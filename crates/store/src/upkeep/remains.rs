//! What a bucket or vault leaves that is deleted: open uploads, and jobs with their output. What an object leaves, its annotations, is in
//! `annotations/remains.rs`.
//!
//! Deleting is one commit, which takes the name away and writes down that the rest is to be dropped. So a delete that is refused or
//! interrupted changes nothing, and however much there is to drop, and whoever begins more meanwhile, it takes no longer. Under
//! its id nothing can be begun any more; whoever makes the name anew gets another id.

use coldkeep_meta::{Commit, prefix_range};

use crate::keys::{self, ContainerId};
use crate::upkeep::due::DROP_REMAINS;
use crate::{Error, Store};

/// Uploads and jobs dropped before other due work is looked at.
const BATCH: usize = 256;

/// The bucket or vault that a [`DROP_REMAINS`] is about, if the value is one.
pub(crate) fn container(value: &[u8]) -> Option<ContainerId> {
    let id = value.strip_prefix(b"u").or(value.strip_prefix(b"U"))?;
    id.try_into().ok()
}

impl Store {
    /// Adds to the commit that deletes a bucket (`u`) or a vault (`U`) that what it leaves is to be dropped.
    pub(crate) fn leave_remains(&self, commit: &mut Commit, tag: u8, id: ContainerId) {
        commit.put(keys::due(self.now(), DROP_REMAINS, self.next_id()), [&[tag], id.as_slice()].concat());
    }

    /// Drops some of what is left; whether that was all, and then the commit takes its counter away.
    pub(crate) async fn drop_remains(&self, value: &[u8], last: &mut Commit) -> Result<bool, Error> {
        if let Some(set) = crate::annotations::parse_remains(value) {
            return self.drop_annotations(set).await;
        }
        let id = container(value).ok_or_else(|| Error::Damaged("remains of no bucket and no vault".into()))?;
        let mut left = BATCH;
        for (key, _) in self.0.meta.scan(prefix_range(value), left).await? {
            self.drop_upload(&key).await?;
            left -= 1;
        }
        for (key, _) in self.0.meta.scan(keys::jobs(id), left).await? {
            let mut commit = Commit::default();
            self.forget_job(&key, &mut commit).await?;
            self.commit(commit).await?;
            left -= 1;
        }
        let events = self.0.meta.scan(keys::last_events(id), left).await?;
        if !events.is_empty() {
            let mut commit = Commit::default();
            left -= events.len();
            for (key, _) in events {
                commit.delete(key);
            }
            self.commit(commit).await?;
        }
        last.delete(keys::open_uploads_count(id));
        Ok(left > 0)
    }
}
