//! What keeps a Glacier upload from idling out, besides the parts it has: bytes of a part that are on their way, and lists of its
//! parts, with which clients find out how to go on.
//!
//! It is written down, since a server may be restarted, but seldom: what is known to the nearest eighth of the time an upload may
//! idle is enough to keep one that is used.

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_digest::Checksum;
use coldkeep_meta::Commit;
use coldkeep_types::Timestamp;

use crate::{Error, Source, SourceError, Store, Upload, keys};

impl Store {
    /// Notes that the upload is in use. When it was noted last.
    pub(crate) async fn note_activity(&self, upload: &Upload) -> Result<Timestamp, Error> {
        let (now, last) = (self.now(), self.last_activity(upload).await?);
        if now < self.stale_at(last) {
            return Ok(last);
        }
        let mut commit = Commit::default();
        commit.expect(upload.key.clone(), Some(upload.read));
        commit.put(keys::activity(upload.id), now.0.to_be_bytes());
        // An upload that has ended meanwhile needs no note.
        self.commit(commit).await?;
        Ok(now)
    }

    /// When the upload was begun, or noted to be in use since.
    pub(crate) async fn last_activity(&self, upload: &Upload) -> Result<Timestamp, Error> {
        let noted = self.number(&keys::activity(upload.id)).await?;
        Ok(noted.map_or(upload.created, Timestamp).max(upload.created))
    }

    fn stale_at(&self, noted: Timestamp) -> Timestamp {
        noted.plus_millis(self.0.options.vault_upload_idle_ms / 8)
    }
}

/// A part on its way, whose bytes are activity.
pub(crate) struct Moving<'a> {
    store: &'a Store,
    upload: &'a Upload,
    source: &'a mut dyn Source,
    noted: Timestamp,
}

impl<'a> Moving<'a> {
    /// Begins to count.
    pub fn new(store: &'a Store, upload: &'a Upload, source: &'a mut dyn Source) -> Self {
        // When it was noted last is not known: the first bytes ask.
        Self { store, upload, source, noted: Timestamp(i64::MIN / 2) }
    }
}

#[async_trait]
impl Source for Moving<'_> {
    fn declared_bytes(&self) -> Option<u64> {
        self.source.declared_bytes()
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        let bytes = self.source.next().await?;
        if self.store.now() >= self.store.stale_at(self.noted) {
            // Not a reason to refuse the part, whose own record is activity too.
            match self.store.note_activity(self.upload).await {
                Ok(noted) => self.noted = noted,
                Err(error) => tracing::warn!(%error, "that an upload is active could not be written down"),
            }
        }
        Ok(bytes)
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        self.source.trailing_checksums()
    }
}
