//! That something was read is written down: once a day for each object, and only of what may be archived for not being read.
//!
//! It is written while the object is read, and the last byte is given out when it is durable: so who has read an object knows that it
//! counts, whatever becomes of the server. That one commit is all that reading costs.

use coldkeep_meta::Commit;
use coldkeep_types::ObjectKey;
use tokio::task::JoinHandle;

use super::judge::Candidate;
use crate::objects::object::Object;
use crate::records::{ObjectRecord, Record, time};
use crate::{Bucket, Error, MAX_TRIES, Store, keys};

impl Store {
    /// The key that an object would have as a version below the current one, if reading it now is to be written down.
    pub(crate) fn counts_reads(&self, bucket: &Bucket, key: &ObjectKey, object: &Object) -> Option<Vec<u8>> {
        // Most buckets end it here.
        let counts = !bucket.tierings.is_empty()
            && object.readable().is_ok()
            && Candidate::object(key, object).is_first_read(
                &bucket.tierings,
                self.now(),
                self.0.options.lifecycle_day_ms,
            );
        counts.then(|| keys::version(bucket.id, key, object.instance))
    }

    /// Writes down that the object that this is about is read, if it is to be, beside what the caller does.
    pub(crate) fn begin_reading(&self, about: Option<&Vec<u8>>) -> Option<JoinHandle<()>> {
        let (store, about) = (self.clone(), about?.clone());
        Some(tokio::spawn(async move { store.was_read(&about).await }))
    }

    /// Writes down that this object was read. It is not refused to those who read where that fails.
    pub(crate) async fn was_read(&self, about: &[u8]) {
        let written = self.write_read(about).await;
        if let Err(error) = written {
            tracing::warn!(%error, "that an object was read could not be written down: it may be archived as if it was not");
        }
    }

    async fn write_read(&self, about: &[u8]) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let Some((at, entry)) = self.lies(about).await? else { return Ok(()) };
            let mut record = ObjectRecord::from_value(&entry.value)?;
            let Some((container, key)) = keys::parse_versioned(about) else { return Ok(()) };
            let Some(bucket) = self.bucket_of(container).await? else { return Ok(()) };
            let (now, day_ms) = (self.now(), self.0.options.lifecycle_day_ms);
            let is_first = Candidate::record(&key, &record).is_first_read(&bucket.tierings, now, day_ms);
            if !is_first {
                return Ok(());
            }
            let mut commit = Commit::default();
            commit.expect(at.clone(), Some(entry.version));
            self.comes_back(&mut commit, &bucket, &key, &mut record);
            commit.put(at, record.to_value());
            // It replaces a record that is as large, so that a full disk archives nothing that is read.
            if self.commit_freeing(commit).await? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// Adds to the commit that puts an object's record that it is in the tier of what is read often from now on. One that was archived
    /// while it was read comes back so too.
    pub(crate) fn comes_back(&self, commit: &mut Commit, bucket: &Bucket, key: &ObjectKey, record: &mut ObjectRecord) {
        record.accessed_ms = Some(self.now().0.max(record.accessed_ms.unwrap_or(i64::MIN)));
        if record.tier.take().is_some() {
            record.restore = None;
            bucket.require(commit);
            let is = Candidate::record(key, record);
            self.schedule_archiving(commit, bucket, is, record.instance);
            // It may go to classes again that it could not go to from there.
            self.schedule_expiration(commit, bucket, key, is.of, time(record.modified_ms));
            self.schedule_versions(commit, bucket, key);
        }
    }
}
