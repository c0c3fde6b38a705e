//! The annotations of an object that is copied: a set of their own, which shares what lies in blobs, and repeats what lies inline.
//!
//! Where the copy has another data key, they are written anew, one after the other. All are read as they were while the source's
//! record was the one that was read, and come in the commit that puts the copy: at most 1,000 of at most so many bytes as lie inline.

use coldkeep_digest::DigestSet;
use coldkeep_meta::{Commit, prefix_range};
use coldkeep_seal::Sealing;
use coldkeep_types::{BucketName, Id, ObjectKey};

use super::{AnnotationRecord, AnnotationSet, MAX_ANNOTATION_BYTES};
use crate::contents::copied::Copied;
use crate::contents::kept_as::KeptAs;
use crate::contents::label::LabelRecord;
use crate::contents::owners::own;
use crate::contents::reader::Seal;
use crate::contents::sealed::SealAs;
use crate::objects::copy::inline;
use crate::records::{Content, Record};
use crate::{Error, Expected, ObjectReader, Reader, Store, keys};

/// Annotations that are to come with a copy.
#[derive(Default)]
pub(crate) struct Copies {
    set: Option<AnnotationSet>,
    records: Vec<(String, AnnotationRecord)>,
    /// The bytes of those that lie inline.
    inline: Vec<(Id, Vec<u8>)>,
    /// The blobs that were written for them.
    written: Vec<Content>,
}

impl Copies {
    /// What the record of the copy names.
    pub fn set(&self) -> Option<AnnotationSet> {
        self.set
    }

    /// Adds them to the commit that puts the copy.
    pub fn put(&self, commit: &mut Commit) {
        let Some(set) = self.set else { return };
        for (id, bytes) in &self.inline {
            commit.put(keys::inline(*id), bytes.clone());
        }
        for (name, record) in &self.records {
            let at = keys::annotation(set.id, name);
            own(commit, record.content, set.id, &at);
            commit.put(at, record.to_value());
        }
    }

    /// Deletes the blobs that no record came to name.
    pub async fn discard(&self, store: &Store, error: &Error) {
        for content in &self.written {
            store.discard(*content, error).await;
        }
    }
}

impl Store {
    /// The annotations of a source, for a copy that is sealed so. Blobs are written only where the source has another key: then the
    /// caller must not be cancelled. `None`: the source is another one by now.
    pub(crate) async fn copies(
        &self,
        source: &ObjectReader,
        sealing: Option<&Sealing>,
        place: (&BucketName, &ObjectKey),
    ) -> Result<Option<Copies>, Error> {
        let Some(set) = source.object.annotations else { return Ok(Some(Copies::default())) };
        let id = self.next_id();
        let mut copies = Copies { set: Some(AnnotationSet { id, ..set }), ..Copies::default() };
        let copied = self.copy_all(source, set.id, sealing, place, &mut copies).await;
        let (key, version) = &source.record;
        let same = self.get(key).await.map(|entry| entry.is_some_and(|entry| entry.version == *version));
        match (copied, same) {
            (Ok(()), Ok(true)) => Ok(Some(copies)),
            // What went with the source could not be read, perhaps.
            (_, Ok(false)) => {
                copies.discard(self, &Error::Busy).await;
                Ok(None)
            }
            (Err(error), _) | (_, Err(error)) => {
                copies.discard(self, &error).await;
                Err(error)
            }
        }
    }

    async fn copy_all(
        &self,
        source: &ObjectReader,
        set: Id,
        sealing: Option<&Sealing>,
        place: (&BucketName, &ObjectKey),
        copies: &mut Copies,
    ) -> Result<(), Error> {
        let same_key = source.has_key(sealing.map(|sealing| &sealing.key));
        let own_key = match source.seal() {
            Seal::Open(key) => Some(key.clone()),
            Seal::None | Seal::Closed => None,
        };
        for (key, entry) in self.0.meta.scan(prefix_range(&keys::annotations(set)), usize::MAX).await? {
            let name = keys::parse_annotation(&key).ok_or_else(|| Error::Damaged("an annotation's key".into()))?.1;
            let mut record = AnnotationRecord::from_value(&entry.value)?;
            if !same_key || matches!(record.content, Content::Inline(_)) {
                let entrance = self.0.readers.enter();
                let open = self.open_content(entrance, record.content, record.bytes, record.sealed).await?;
                let mut open = open.ok_or(Error::NoSuchAnnotation)?;
                open.give(own_key.clone());
                let mut reader = Reader::new(open, 0..record.bytes);
                record.content = match same_key {
                    true => {
                        let (id, plain) = (self.next_id(), reader.next().await?.unwrap_or_default());
                        copies.inline.push((id, inline(id, &plain, sealing)?));
                        Content::Inline(id)
                    }
                    false => self.write_anew(&mut Copied(reader), &name, sealing, place, copies).await?,
                };
                record.sealed = sealing.is_some();
            }
            copies.records.push((name, record));
        }
        Ok(())
    }

    async fn write_anew(
        &self,
        body: &mut Copied,
        name: &str,
        sealing: Option<&Sealing>,
        (bucket, key): (&BucketName, &ObjectKey),
        copies: &mut Copies,
    ) -> Result<Content, Error> {
        let envelope = sealing.map(|sealing| &sealing.envelope);
        let seal = sealing.map(|sealing| SealAs { key: &sealing.key, part: 0 });
        let label = || LabelRecord::annotation(bucket, key, name, self.now().0).sealed(envelope).label();
        let (digests, none) = (DigestSet::default(), Expected::default());
        let received = self.receive(body, digests, &none, MAX_ANNOTATION_BYTES, KeptAs::standard(seal), label).await?;
        let kept = received.finish(self).await?;
        let content = kept.content;
        match content {
            Content::Inline(id) => copies.inline.push((id, kept.into_inline())),
            content => copies.written.push(content),
        }
        Ok(content)
    }
}
