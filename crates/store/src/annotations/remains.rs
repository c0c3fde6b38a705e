//! What is left of the annotations of an object that went: dropped in pieces, however many there are.

use coldkeep_meta::{Commit, prefix_range};
use coldkeep_types::{Id, Timestamp};

use super::{AnnotationRecord, AnnotationSet};
use crate::contents::owners::disown;
use crate::keys;
use crate::records::Record;
use crate::upkeep::due::DROP_REMAINS;
use crate::{Error, Store};

/// Annotations dropped in one commit.
const BATCH: usize = 64;

/// Adds to the commit that takes an object away that its annotations are to be dropped.
pub(crate) fn leave_annotations(commit: &mut Commit, set: &AnnotationSet, now: Timestamp) {
    commit.put(keys::due(now, DROP_REMAINS, set.id), keys::annotations(set.id));
}

/// The set that work of the kind [`DROP_REMAINS`] is about, if it is about one.
pub(crate) fn parse(value: &[u8]) -> Option<Id> {
    Id::from_slice(value.strip_prefix(b"A")?)
}

impl Store {
    /// Drops some of a set that has no object any more; whether that was all.
    pub(crate) async fn drop_annotations(&self, set: Id) -> Result<bool, Error> {
        let found = self.0.meta.scan(prefix_range(&keys::annotations(set)), BATCH).await?;
        let mut commit = Commit::default();
        for (key, entry) in &found {
            let record = AnnotationRecord::from_value(&entry.value)?;
            commit.expect(key.clone(), Some(entry.version)).delete(key.clone());
            disown(&mut commit, record.content, set);
        }
        // Whoever was faster, another worker, did it.
        if !found.is_empty() {
            self.commit_freeing(commit).await?;
        }
        Ok(found.len() < BATCH)
    }
}
