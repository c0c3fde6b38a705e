//! The names of everything but blobs, in one object's keys, which Ceph keeps in order: marks of runs, and what is in quarantine. They are few, and
//! looked for all the time, and a list of the pool is too dear for that.
//!
//! A name is noted before its object is made, and goes after it went: a note may be there for nothing, which is asked for, and never the other way
//! round. Blobs have no notes: those would cost a write more for each.

use super::connection::{Change, text};
use super::{Rados, scan};
use crate::names;
use crate::store::{Listed, PieceStore, StoreError};

/// The object whose keys are the names. It has no bytes.
pub(super) const NAME: &str = "directory";
/// How many are asked for at once: what OSDs give at most.
const PAGE: u64 = 1024;

/// Whether a name, or all names that begin so, are there.
pub(super) fn has(prefix: &str) -> bool {
    prefix.starts_with(names::EPOCHS) || prefix.starts_with(names::QUARANTINE)
}

impl Rados {
    /// Notes a name.
    pub(super) async fn note(&self, name: &str) -> Result<(), StoreError> {
        self.change(NAME, Change::AddKey(&text(name))).await
    }

    /// Strikes a name whose object is gone. Somebody may have made it anew meanwhile: it is noted again then.
    pub(super) async fn forget(&self, name: &str) -> Result<(), StoreError> {
        match self.change(NAME, Change::RemoveKey(&text(name))).await {
            Ok(()) | Err(StoreError::NotFound) => {}
            Err(error) => return Err(error),
        }
        if self.length(name).await?.is_some() { self.note(name).await } else { Ok(()) }
    }

    /// The objects whose names begin with `prefix` and come after `after`, ascending.
    pub(super) async fn noted(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, StoreError> {
        let (mut found, mut last) = (Vec::new(), after.to_owned());
        while found.len() < limit {
            let (of, from) = (text(prefix), text(&last));
            let page = self.waiting(move |connection| connection.keys(&text(NAME), &of, &from, PAGE)).await;
            let (page, has_more) = match page {
                Err(StoreError::NotFound) => break,
                page => page?,
            };
            let page: Vec<String> = page.iter().map(|key| scan::name(key)).collect();
            found.extend(self.lengths(prefix, &page).await?);
            match page.into_iter().next_back() {
                Some(end) if has_more => last = end,
                _ => break,
            }
        }
        found.truncate(limit);
        Ok(found)
    }
}
