//! Annotations: each lies in a set that an object names and counts, or that is to be dropped.

use coldkeep_digest::DigestSet;
use coldkeep_meta::{Commit, prefix_range};
use coldkeep_types::Id;

use super::records::malformed;
use super::remedy::Remedy;
use super::{BATCH, Check, damaged};
use crate::annotations::{AnnotationRecord, AnnotationSet};
use crate::records::{ObjectRecord, Record};
use crate::upkeep::due::DROP_REMAINS;
use crate::{Error, keys};

impl Check<'_> {
    pub(super) async fn annotation(&mut self, key: &[u8], record: AnnotationRecord) -> Result<(), Error> {
        let (set, _) = keys::parse_annotation(key).ok_or_else(malformed)?;
        let counted = self.annotated.entry(set).or_default();
        counted.0 += 1;
        counted.1 += record.bytes;
        self.owned(key, set, record.content).await?;
        // An ETag that is to tell nothing of what is sealed is no MD5.
        let mut digests = DigestSet { md5: !record.sealed, ..DigestSet::default() };
        digests.checksums.extend(record.checksum.as_ref().map(|kept| kept.checksum.algorithm()));
        let digests = self.bytes(record.content, record.bytes, record.sealed, &digests).await?;
        self.compare(digests.as_ref(), (!record.sealed).then_some(&record.md5), record.checksum.as_ref(), None)
    }

    /// An object's record counts what its set has. Sets come before objects in the order of keys.
    pub(super) async fn annotations_are_counted(&mut self, key: &[u8], record: &ObjectRecord) -> Result<(), Error> {
        let Some(set) = record.annotations else { return Ok(()) };
        match self.annotated.remove(&set.id) {
            Some(counted) if counted == (set.count, set.bytes) => Ok(()),
            found => {
                let (count, bytes) = found.unwrap_or_default();
                let what = format!(
                    "{}: has {count} annotations of {bytes} bytes, not {} of {}",
                    self.place(key).await,
                    set.count,
                    set.bytes
                );
                self.problem(what, Remedy::CountAnnotations(key.to_vec())).await
            }
        }
    }

    /// What no object names is to be dropped.
    pub(super) async fn annotations_of_nothing(&mut self) -> Result<(), Error> {
        for (set, (count, _)) in std::mem::take(&mut self.annotated) {
            if !self.scheduled.contains(&(DROP_REMAINS, set)) {
                let what = format!("{count} annotations of the set {set} are of no object");
                let remedy = Remedy::Schedule { kind: DROP_REMAINS, id: set, value: keys::annotations(set) };
                self.problem(what, remedy).await?;
            }
        }
        Ok(())
    }

    /// Makes the record of an object count what its set has.
    pub(super) async fn count_annotations(&mut self, key: &[u8]) -> Result<(), Error> {
        let Some(entry) = self.meta.get(key).await? else { return Ok(()) };
        let mut record = ObjectRecord::from_value(&entry.value)?;
        let Some(set) = record.annotations else { return Ok(()) };
        let mut counted = AnnotationSet { id: set.id, count: 0, bytes: 0 };
        let mut range = prefix_range(&keys::annotations(set.id));
        loop {
            let found = self.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { break };
            range.start = keys::after(last.clone());
            for (_, entry) in &found {
                let annotation = AnnotationRecord::from_value(&entry.value);
                let annotation = annotation.map_err(|_| damaged("an annotation that cannot be read"))?;
                counted.count += 1;
                counted.bytes += annotation.bytes;
            }
        }
        record.annotations = Some(counted).filter(|counted| counted.count > 0);
        let mut commit = Commit::default();
        commit.put(key, record.to_value());
        Ok(self.meta.commit(commit).await?)
    }
}

/// What of sets was met: by their ids, how many annotations and how many bytes.
pub(super) type Annotated = std::collections::HashMap<Id, (u32, u64)>;
