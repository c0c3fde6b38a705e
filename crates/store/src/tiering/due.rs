//! What is due of objects that nobody reads: they are archived, if the configurations of now say so.

use coldkeep_meta::Commit;
use coldkeep_types::{Id, ObjectKey, Timestamp};

use super::judge::Candidate;
use super::{ArchiveTier, TieringRecord};
use crate::events::{EventType, Subject};
use crate::lifecycle::{Traits, schedule};
use crate::objects::class::StorageClass;
use crate::records::{ObjectRecord, Record};
use crate::upkeep::due::ARCHIVE_OBJECT;
use crate::{Bucket, Error, Store, keys};

impl Store {
    /// Adds to a commit that somebody looks at an object when it may be archived, if a configuration of its bucket is about it. The
    /// work names it by the key that it would have as a version below the current one: wherever it lies by then, that tells.
    pub(crate) fn schedule_archiving(&self, commit: &mut Commit, bucket: &Bucket, of: Candidate<'_>, instance: Id) {
        if let Some(due) = of.next(&bucket.tierings, self.0.options.lifecycle_day_ms) {
            let about = keys::version(bucket.id, of.key, instance);
            commit.put(keys::due(due, ARCHIVE_OBJECT, instance), schedule::value(&bucket.name, &about));
        }
    }

    /// An object comes to its key, or to its class: what was read before is not known, so it counts as read now. What is of another
    /// class is in no tier.
    pub(crate) fn enters(&self, commit: &mut Commit, bucket: &Bucket, key: &ObjectKey, record: &mut ObjectRecord) {
        if record.class != Some(StorageClass::IntelligentTiering) {
            record.accessed_ms = None;
            if record.tier.take().is_some() {
                record.restore = None;
            }
        } else if Candidate::record(key, record).covered(&bucket.tierings).next().is_some() {
            record.accessed_ms = Some(self.now().0);
            self.schedule_archiving(commit, bucket, Candidate::record(key, record), record.instance);
        }
    }

    /// An object has other tags than before: where a configuration is about it only since, it counts as read now, likewise.
    pub(crate) fn was_retagged(
        &self,
        commit: &mut Commit,
        bucket: &Bucket,
        key: &ObjectKey,
        before: &[(String, String)],
        record: &mut ObjectRecord,
    ) {
        let is = Candidate::record(key, record);
        if !is.is_eligible() {
            return;
        }
        // Whoever puts a configuration meanwhile finds the tags of before, or this finds the configuration.
        bucket.require(commit);
        let was = Candidate { of: Traits { tags: before, ..is.of }, ..is };
        let is_new = |of: &TieringRecord| was.covered(std::slice::from_ref(of)).next().is_none();
        if is.covered(&bucket.tierings).any(is_new) {
            record.accessed_ms = Some(self.now().0);
            self.schedule_archiving(commit, bucket, Candidate::record(key, record), record.instance);
        }
    }

    /// Adds to a commit, which requires the bucket and strikes what was due, what becomes of the object that this is about. Of what is
    /// being restored that is said when it is.
    pub(crate) async fn judge_archiving(
        &self,
        now: Timestamp,
        bucket: &Bucket,
        key: &ObjectKey,
        about: &[u8],
        commit: &mut Commit,
    ) -> Result<Option<ArchiveTier>, Error> {
        let Some((at, entry)) = self.lies(about).await? else { return Ok(None) };
        let mut record = ObjectRecord::from_value(&entry.value)?;
        commit.expect(at.clone(), Some(entry.version));
        if record.restore.is_some() {
            return Ok(None);
        }
        let judged = Candidate::record(key, &record).judge(&bucket.tierings, now, self.0.options.lifecycle_day_ms);
        if let Some(next) = judged.next {
            commit.put(keys::due(next, ARCHIVE_OBJECT, record.instance), schedule::value(&bucket.name, about));
        }
        let Some(tier) = judged.now else { return Ok(None) };
        record.tier = Some(tier);
        commit.put(at, record.to_value());
        self.happened(commit, bucket, EventType::IntelligentTiering, key, || Subject::archived(&record)).await?;
        Ok(Some(tier))
    }
}
