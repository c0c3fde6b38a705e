//! CopyObject: the copy shares the source's bytes. Nothing is read, unless another checksum is asked for, and
//! nothing is written but a record and an owner; small contents are repeated inline.

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType, DigestSet, Hasher};
use coldkeep_types::{BucketName, MAX_SINGLE_PUT_BYTES, ObjectKey};

use crate::access::ObjectAccess;
use crate::contents::owners::own;
use crate::objects::object::displace;
use crate::records::{Attributes, Content, ObjectChecksum, ObjectRecord, Record};
use crate::usage::count_object;
use crate::{Error, MAX_TRIES, Object, ObjectReader, Precondition, Store, keys};

/// What a copy shall be.
#[derive(Clone, Debug)]
pub struct CopyTarget {
    /// Where to.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// New metadata; `None` keeps the source's.
    pub attributes: Option<Attributes>,
    /// Who shall own it, and its ACL: never the source's.
    pub access: ObjectAccess,
    /// The checksum to have; `None` keeps the source's.
    pub algorithm: Option<ChecksumAlgorithm>,
    /// Conditions on what is there.
    pub precondition: Precondition,
}

impl Store {
    /// CopyObject. `judge` decides on the source's conditions, each time the source is read.
    pub async fn copy_object(
        &self,
        source_bucket: &BucketName,
        source_key: &ObjectKey,
        target: &CopyTarget,
        judge: impl Fn(&Object) -> Result<(), Error> + Sync,
    ) -> Result<Object, Error> {
        for _ in 0..MAX_TRIES {
            let from = self.bucket(source_bucket).await?;
            let from_key = keys::object(from.id, source_key);
            let (source, version) = self.object_at(&from_key).await?.ok_or(Error::NoSuchKey)?;
            judge(&source)?;
            if source.bytes > MAX_SINGLE_PUT_BYTES {
                return Err(Error::TooLarge { max_bytes: MAX_SINGLE_PUT_BYTES, bytes: source.bytes });
            }
            let checksum = match target.algorithm {
                Some(algorithm) if !has(&source, algorithm) => {
                    let reader = self.open_object(source_bucket, source_key).await?;
                    if reader.object.instance != source.instance {
                        continue;
                    }
                    Some(full_checksum(reader, algorithm).await?)
                }
                _ => source.checksum.clone(),
            };
            let (content, inline) = match source.content {
                Content::Inline(id) => match self.get(&keys::inline(id)).await? {
                    Some(entry) => (Content::Inline(self.next_id()), Some(entry.value)),
                    None => continue,
                },
                shared => (shared, None),
            };
            let bucket = self.bucket(&target.bucket).await?;
            let key = keys::object(bucket.id, &target.key);
            let there = self.object_at(&key).await?;
            target.precondition.judge(there.as_ref().map(|(object, _)| object))?;
            let record = ObjectRecord {
                instance: self.next_id(),
                content,
                bytes: source.bytes,
                modified_ms: self.now().0,
                md5: source.md5,
                parts: source.parts,
                checksum,
                attributes: target.attributes.clone().unwrap_or_else(|| source.attributes.clone()),
                access: target.access.stored(),
                sealed: source.sealed.clone(),
            };
            let mut commit = coldkeep_meta::Commit::default();
            bucket.require(&mut commit);
            commit.expect(from_key, Some(version));
            displace(&mut commit, &key, there.as_ref());
            count_object(&mut commit, bucket.id, there.as_ref(), Some(record.bytes));
            if let (Content::Inline(id), Some(bytes)) = (content, inline) {
                commit.put(keys::inline(id), bytes);
            }
            own(&mut commit, content, record.instance, &key);
            let value = record.to_value();
            commit.put(key, value.clone());
            if self.commit(commit).await? {
                return Object::from_value(&value);
            }
        }
        Err(Error::Busy)
    }
}

fn has(object: &Object, algorithm: ChecksumAlgorithm) -> bool {
    object.checksum.as_ref().is_some_and(|kept| kept.checksum.algorithm() == algorithm)
}

async fn full_checksum(reader: ObjectReader, algorithm: ChecksumAlgorithm) -> Result<ObjectChecksum, Error> {
    let bytes = reader.object.bytes;
    let mut reader = reader.read(0..bytes);
    let mut hasher = Hasher::new(&DigestSet::of_checksum(algorithm));
    while let Some(block) = reader.next().await? {
        hasher.update(&block);
    }
    let digests = hasher.finish();
    let checksum = digests.checksum(algorithm).copied().ok_or_else(|| Error::Damaged("no checksum".into()))?;
    Ok(ObjectChecksum { checksum, kind: ChecksumType::FullObject })
}
