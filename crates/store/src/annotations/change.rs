//! PutObjectAnnotation and DeleteObjectAnnotation.

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType, DigestSet};
use coldkeep_meta::Commit;
use coldkeep_seal::DataKey;
use coldkeep_types::{BucketName, ObjectKey};

use super::{Annotation, AnnotationRecord, AnnotationSet, MAX_ANNOTATION_BYTES, MAX_ANNOTATIONS};
use crate::contents::ingest::Kept;
use crate::contents::kept_as::KeptAs;
use crate::contents::label::LabelRecord;
use crate::contents::owners::{disown, own};
use crate::contents::sealed::{SealAs, etag_bytes, needs_md5};
use crate::events::{EventType, Subject};
use crate::records::{ObjectChecksum, ObjectRecord, Record};
use crate::usage::count_objects;
use crate::{Error, Expected, MAX_TRIES, Object, Precondition, Source, Store, VersionId, keys};

/// An annotation to be put.
#[derive(Clone, Debug)]
pub struct NewAnnotation {
    /// Of an object in this bucket.
    pub bucket: BucketName,
    /// The object's key.
    pub key: ObjectKey,
    /// Its version; `None`: the current one.
    pub version: Option<VersionId>,
    /// Its name.
    pub name: String,
    /// The checksum to keep.
    pub algorithm: ChecksumAlgorithm,
    /// Digests the client declared.
    pub expected: Expected,
    /// Conditions on the object.
    pub precondition: Precondition,
    /// The data key of the object, if that is sealed.
    pub data_key: Option<DataKey>,
}

impl Store {
    /// PutObjectAnnotation: in place of the one of that name. The object was read, and its key is given; [`Error::Busy`] if it is
    /// another one by the time the annotation has come.
    pub async fn put_annotation(
        &self,
        object: &Object,
        new: NewAnnotation,
        source: &mut dyn Source,
    ) -> Result<(Object, Annotation), Error> {
        let seal = match (&object.sealed, &new.data_key) {
            (None, _) => None,
            (Some(_), Some(key)) => Some(SealAs { key, part: 0 }),
            (Some(_), None) => return Err(Error::NoKey),
        };
        let sealed = object.sealed.as_ref();
        let set = DigestSet { md5: needs_md5(sealed), checksums: vec![new.algorithm], ..DigestSet::default() };
        let now_ms = self.now().0;
        let label = || LabelRecord::annotation(&new.bucket, &new.key, &new.name, now_ms).sealed(sealed).label();
        let received =
            self.receive(source, set, &new.expected, MAX_ANNOTATION_BYTES, KeptAs::standard(seal), label).await?;
        let (store, object) = (self.clone(), object.clone());
        let put = async move {
            let kept = received.finish(&store).await?;
            let put = store.put_kept_annotation(&object, &new, &kept).await;
            if let Err(error) = &put {
                store.discard(kept.content, error).await;
            }
            put
        };
        self.uncancelled(Box::pin(put)).await
    }

    async fn put_kept_annotation(
        &self,
        object: &Object,
        new: &NewAnnotation,
        kept: &Kept,
    ) -> Result<(Object, Annotation), Error> {
        let checksum = kept.digests.checksum(new.algorithm);
        let record = AnnotationRecord {
            content: kept.content,
            bytes: kept.bytes,
            modified_ms: self.now().0,
            md5: etag_bytes(object.sealed.as_ref(), kept.digests.md5),
            checksum: checksum.map(|checksum| ObjectChecksum { checksum: *checksum, kind: ChecksumType::FullObject }),
            sealed: object.sealed.is_some(),
        };
        let change = |set: &mut AnnotationSet, before: Option<AnnotationRecord>, commit: &mut Commit| {
            match before {
                Some(before) => {
                    disown(commit, before.content, set.id);
                    set.bytes = set.bytes.saturating_sub(before.bytes);
                }
                None if set.count >= MAX_ANNOTATIONS => return Err(Error::TooManyAnnotations),
                None => set.count += 1,
            }
            set.bytes += record.bytes;
            let at = keys::annotation(set.id, &new.name);
            kept.put(commit);
            own(commit, record.content, set.id, &at);
            commit.put(at, record.to_value());
            Ok(())
        };
        let place = (&new.bucket, &new.key, new.version);
        let what = (EventType::AnnotationPut, &*new.name);
        let object = self.change_annotations(place, Some(object), what, &new.precondition, change).await?;
        Ok((object, Annotation::of(new.name.clone(), &record)))
    }

    /// DeleteObjectAnnotation: no error if there is none. The object as it is then.
    pub async fn delete_annotation(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        name: &str,
        precondition: &Precondition,
    ) -> Result<Object, Error> {
        let change = |set: &mut AnnotationSet, before: Option<AnnotationRecord>, commit: &mut Commit| {
            let Some(before) = before else { return Ok(()) };
            disown(commit, before.content, set.id);
            commit.delete(keys::annotation(set.id, name));
            set.bytes = set.bytes.saturating_sub(before.bytes);
            set.count = set.count.saturating_sub(1);
            Ok(())
        };
        let what = (EventType::AnnotationDelete, name);
        self.change_annotations((bucket, key, version), None, what, precondition, change).await
    }

    /// Changes the set of an object, which must be this one, if one is given, and what is under a name in it: the event that this is.
    async fn change_annotations(
        &self,
        (bucket, key, version): (&BucketName, &ObjectKey, Option<VersionId>),
        of: Option<&Object>,
        (event, name): (EventType, &str),
        precondition: &Precondition,
        change: impl Fn(&mut AnnotationSet, Option<AnnotationRecord>, &mut Commit) -> Result<(), Error>,
    ) -> Result<Object, Error> {
        for _ in 0..MAX_TRIES {
            let bucket = self.bucket(bucket).await?;
            let found = self.find(&bucket, key, version).await?;
            precondition.judge(Some(&found.object))?;
            if of.is_some_and(|of| of.instance != found.object.instance) {
                return Err(Error::Busy);
            }
            let Some(entry) = self.get(&found.at).await?.filter(|entry| entry.version == found.version) else {
                continue;
            };
            let mut record = ObjectRecord::from_value(&entry.value)?;
            let mut set =
                record.annotations.unwrap_or_else(|| AnnotationSet { id: self.next_id(), count: 0, bytes: 0 });
            let at = keys::annotation(set.id, name);
            let before = self.get(&at).await?;
            let mut commit = Commit::default();
            commit.expect(found.at.clone(), Some(found.version));
            commit.expect(at, before.as_ref().map(|entry| entry.version));
            let before = before.map(|entry| AnnotationRecord::from_value(&entry.value)).transpose()?;
            let bytes = set.bytes;
            change(&mut set, before, &mut commit)?;
            if commit.writes.is_empty() {
                return Ok(*found.object);
            }
            record.annotations = Some(set).filter(|set| set.count > 0);
            let value = record.to_value();
            commit.put(found.at, value.clone());
            self.happened(&mut commit, &bucket, event, key, || Subject::object(&record)).await?;
            count_objects(&mut commit, bucket.id, 0, set.bytes as i64 - bytes as i64);
            let frees = set.bytes <= bytes;
            let committed = if frees { self.commit_freeing(commit).await? } else { self.commit(commit).await? };
            if committed {
                return Object::from_value(&value);
            }
        }
        Err(Error::Busy)
    }
}
