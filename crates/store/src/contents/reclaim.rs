//! The reclaimer: frees what stands on the released list, and nothing else.
//!
//! A content stays while it has an owner or a reader. Owners are asked first: while there is one, somebody may still open the
//! content, and be gone as an owner when it is asked for owners later. Once there is none, nobody can find the content any
//! more, so who reads it has entered before, and asking for readers after that misses nobody.
//!
//! A part list gives up its parts in batches, each part's blob
//! going through the list itself, so a crash at any point leaves the rest on the list. A blob is deleted before it is
//! struck from the list. What fails stays on the list and does not keep the others.

use coldkeep_meta::{Commit, Entry, Version};
use coldkeep_types::Id;
use tokio::task::JoinSet;

use crate::contents::owners::disown;
use crate::records::{Content, PartRecord, Record, ReleasedRecord};
use crate::{Error, Store, Tier, keys};

/// Entries of the list looked at in one call.
const BATCH: usize = 256;
/// The same where other servers are asked of each batch.
const SHARED_BATCH: usize = crate::servers::MAX_ASKED;
/// Parts given up in one commit.
const PARTS_BATCH: usize = 256;
/// Blobs deleted at once: each deletion waits for the disk.
const DELETES_AT_ONCE: usize = 16;

/// What a call of [`Store::reclaim`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reclaimed {
    /// Contents freed, or struck from the list because they have owners.
    pub done: usize,
    /// Contents that somebody still reads; look again later.
    pub held: usize,
}

impl Store {
    /// Works off the released list once, from its start. With nothing done, everything left is being read. Fails with
    /// the first failure, after everything else was done.
    pub async fn reclaim(&self) -> Result<Reclaimed, Error> {
        let mut sum = Reclaimed::default();
        let mut failed = None;
        let mut range = keys::tagged(b'r');
        let batch = if self.is_shared() { SHARED_BATCH } else { BATCH };
        loop {
            let found = self.0.meta.scan(range.clone(), batch).await?;
            let Some((last, _)) = found.last() else { return failed.map_or(Ok(sum), Err) };
            range.start = keys::after(last.clone());
            let mut unowned = Vec::new();
            for (key, entry) in found {
                match self.without_owner(&key, &entry).await {
                    Ok(Some(content)) => unowned.push((key, entry.version, content)),
                    Ok(None) => sum.done += 1,
                    Err(error @ Error::Damaged(_)) => drop(failed.get_or_insert(error)),
                    Err(error) => return Err(error),
                }
            }
            let count = unowned.len();
            let id = |(_, _, content): &(Vec<u8>, Version, Content)| content.id();
            let unread = self.0.readers.unread(unowned, id).await;
            let unread = self.unread_elsewhere(unread, id).await?;
            sum.held += count - unread.len();
            let (mut blobs, mut strike) = (Vec::new(), Commit::default());
            for (key, version, content) in unread {
                match content {
                    Content::Blob(id) | Content::Slice(id, _) => blobs.push(id),
                    Content::Parts(upload) => {
                        self.give_up_parts(&key, version, upload).await?;
                        sum.done += 1;
                    }
                    Content::Inline(id) => {
                        strike.delete(keys::inline(id)).delete(key);
                        sum.done += 1;
                    }
                }
            }
            for deleted in self.delete_blobs(blobs).await {
                match deleted {
                    Ok(id) => {
                        strike.delete(keys::leaves(id, 0)).delete(keys::released(id));
                        self.give_up_elsewhere(&mut strike, id).await?;
                        sum.done += 1;
                    }
                    Err(error) => {
                        failed.get_or_insert(error);
                    }
                }
            }
            if !strike.writes.is_empty() {
                // What has no owner never gets one again, so these need no expectation.
                self.commit(strike).await?;
            }
        }
    }

    /// The content of an entry of the list; `None` if it has an owner, and then the entry is struck.
    async fn without_owner(&self, key: &[u8], entry: &Entry) -> Result<Option<Content>, Error> {
        let content = ReleasedRecord::from_value(&entry.value)?.content;
        if self.0.meta.scan(keys::owners(content.id()), 1).await?.is_empty() {
            return Ok(Some(content));
        }
        // Only this very release is struck: a later one has another version.
        let mut commit = Commit::default();
        commit.expect(key, Some(entry.version)).delete(key);
        if matches!(content, Content::Parts(_)) {
            // Who let go of it may have been the one that had it restored.
            self.look_at_content(&mut commit, content, Tier::Bulk);
        }
        self.commit(commit).await?;
        Ok(None)
    }

    /// Deletes blobs, several at once; gives each one's outcome, in no order.
    async fn delete_blobs(&self, blobs: Vec<Id>) -> Vec<Result<Id, Error>> {
        let mut outcomes = Vec::with_capacity(blobs.len());
        let mut left = blobs.into_iter();
        let mut deleting = JoinSet::new();
        loop {
            for id in left.by_ref().take(DELETES_AT_ONCE - deleting.len()) {
                let engine = self.0.blobs.clone();
                deleting.spawn(async move { engine.delete(id).await.map(|()| id) });
            }
            match deleting.join_next().await {
                Some(Ok(outcome)) => outcomes.push(outcome.map_err(Error::from)),
                Some(Err(error)) => outcomes.push(Err(Error::Unavailable(error.to_string()))),
                None => return outcomes,
            }
        }
    }

    async fn give_up_parts(&self, key: &[u8], version: Version, upload: Id) -> Result<(), Error> {
        loop {
            let found = self.0.meta.scan(keys::parts(upload), PARTS_BATCH).await?;
            let mut commit = Commit::default();
            for (part_key, entry) in &found {
                let part = PartRecord::from_value(&entry.value)?;
                disown(&mut commit, part.content, part.owner(upload));
                commit.delete(part_key.clone());
                let index = keys::trailing_index(part_key).unwrap_or_default();
                commit.delete(keys::leaves(upload, index));
            }
            if found.len() < PARTS_BATCH {
                commit.expect(key, Some(version)).expect_empty(keys::owners(upload));
                commit.delete(keys::index(upload)).delete(keys::part_writes(upload)).delete(key);
                self.commit(commit).await?;
                return Ok(());
            }
            self.commit(commit).await?;
        }
    }
}
