//! GetObjectAnnotation and ListObjectAnnotations.

use coldkeep_meta::prefix_range;
use coldkeep_seal::DataKey;
use coldkeep_types::{BucketName, ObjectKey};

use super::{Annotation, AnnotationRecord};
use crate::contents::reader::Open;
use crate::records::Record;
use crate::{Error, MAX_TRIES, Object, Reader, Store, VersionId, keys};

/// An annotation, open for reading: whatever happens to it meanwhile, its bytes are there.
pub struct AnnotationReader {
    /// The object that it is of.
    pub object: Object,
    /// The annotation.
    pub annotation: Annotation,
    open: Open,
}

impl AnnotationReader {
    /// The same, with the data key of an object that is sealed; it must be given before anything of such a one is read.
    #[must_use]
    pub fn with_key(mut self, key: Option<DataKey>) -> Self {
        self.open.give(key);
        self
    }

    /// Its bytes. Those of an object that must be restored first are read like any other.
    pub fn read(self) -> Reader {
        let bytes = self.annotation.bytes;
        Reader::new(self.open, 0..bytes)
    }
}

impl Store {
    /// GetObjectAnnotation. [`Error::NoSuchAnnotation`] if the object has none of that name.
    pub async fn open_annotation(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        name: &str,
    ) -> Result<AnnotationReader, Error> {
        for _ in 0..MAX_TRIES {
            let entrance = self.0.readers.enter();
            let bucket = self.bucket(bucket).await?;
            let found = self.find(&bucket, key, version).await?;
            let Some(set) = found.object.annotations else { return Err(Error::NoSuchAnnotation) };
            let Some(entry) = self.get(&keys::annotation(set.id, name)).await? else {
                // The set may have gone with its object since that was read.
                if self.get(&found.at).await?.map(|entry| entry.version) == Some(found.version) {
                    return Err(Error::NoSuchAnnotation);
                }
                continue;
            };
            let record = AnnotationRecord::from_value(&entry.value)?;
            if let Some(open) = self.open_content(entrance, record.content, record.bytes, record.sealed).await? {
                let annotation = Annotation::of(name.to_owned(), &record);
                return Ok(AnnotationReader { object: *found.object, annotation, open });
            }
        }
        Err(Error::Busy)
    }

    /// ListObjectAnnotations: the object, and of its annotations whose names begin with a prefix those after a name, at most `limit`.
    pub async fn list_annotations(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        (prefix, after): (&str, Option<&str>),
        limit: usize,
    ) -> Result<(Object, Vec<Annotation>), Error> {
        let bucket = self.bucket(bucket).await?;
        let object = *self.find(&bucket, key, version).await?.object;
        let Some(set) = object.annotations else { return Ok((object, Vec::new())) };
        let mut range = prefix_range(&keys::annotation(set.id, prefix));
        if let Some(after) = after {
            range.start = range.start.max(keys::after(keys::annotation(set.id, after)));
        }
        let found = if range.start < range.end { self.0.meta.scan(range, limit).await? } else { Vec::new() };
        let mut annotations = Vec::with_capacity(found.len());
        for (key, entry) in found {
            let name = keys::parse_annotation(&key).ok_or_else(|| Error::Damaged("an annotation's key".into()))?.1;
            annotations.push(Annotation::of(name, &AnnotationRecord::from_value(&entry.value)?));
        }
        Ok((object, annotations))
    }
}

impl Object {
    /// How many annotations it has.
    pub fn annotations(&self) -> u32 {
        self.annotations.map_or(0, |set| set.count)
    }
}
