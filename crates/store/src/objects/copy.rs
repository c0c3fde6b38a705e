//! CopyObject: the copy shares the source's bytes. Nothing is read, unless another checksum is asked for, and
//! nothing is written but a record and an owner; small contents are repeated inline.

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType, DigestSet, Hasher};
use coldkeep_types::{BucketName, MAX_SINGLE_PUT_BYTES, ObjectKey};

use crate::access::ObjectAccess;
use crate::objects::class::StorageClass;
use crate::records::{Attributes, Content, ObjectChecksum, ObjectRecord};
use crate::versions::{Found, Stack, VersionId};
use crate::{Error, MAX_TRIES, Object, ObjectReader, Precondition, Store, keys};

/// What a copy shall be.
#[derive(Clone, Debug)]
pub struct CopyTarget {
    /// Where to.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// New metadata, tags apart; `None` keeps the source's, without its redirect.
    pub attributes: Option<Attributes>,
    /// New tags; `None` keeps the source's.
    pub tags: Option<Vec<(String, String)>>,
    /// `x-amz-website-redirect-location`.
    pub redirect: Option<String>,
    /// Its storage class: never the source's.
    pub class: StorageClass,
    /// Who shall own it, and its ACL: never the source's.
    pub access: ObjectAccess,
    /// The checksum to have; `None` keeps the source's.
    pub algorithm: Option<ChecksumAlgorithm>,
    /// Conditions on what is there.
    pub precondition: Precondition,
}

impl CopyTarget {
    fn attributes_of_copy(&self, source: &Object) -> Attributes {
        let kept = self.attributes.as_ref().unwrap_or(&source.attributes);
        let tags = self.tags.clone().filter(|tags| !tags.is_empty());
        let tags = if self.tags.is_some() { tags } else { source.attributes.tags.clone() };
        Attributes { tags, redirect: self.redirect.clone(), ..kept.clone() }
    }
}

impl Store {
    /// CopyObject. `judge` decides on the source's conditions, each time the source is read.
    pub async fn copy_object(
        &self,
        source_bucket: &BucketName,
        source_key: &ObjectKey,
        source_version: Option<VersionId>,
        target: &CopyTarget,
        judge: impl Fn(&Object) -> Result<(), Error> + Sync,
    ) -> Result<Object, Error> {
        for _ in 0..MAX_TRIES {
            let from = self.bucket(source_bucket).await?;
            let Found { object: source, at: from_key, version } = self.find(&from, source_key, source_version).await?;
            judge(&source)?;
            if source.bytes > MAX_SINGLE_PUT_BYTES {
                return Err(Error::TooLarge { max_bytes: MAX_SINGLE_PUT_BYTES, bytes: source.bytes });
            }
            let checksum = match target.algorithm {
                Some(algorithm) if !has(&source, algorithm) => {
                    let reader = self.open_version(source_bucket, source_key, source_version).await?;
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
            let stack = Stack::read(self, &bucket, &target.key).await?;
            target.precondition.judge(stack.object())?;
            let mut record = ObjectRecord {
                instance: self.next_id(),
                content,
                bytes: source.bytes,
                modified_ms: self.now().0,
                md5: source.md5,
                parts: source.parts,
                checksum,
                attributes: target.attributes_of_copy(&source),
                access: target.access.stored(),
                named: None,
                class: target.class.stored(),
            };
            let mut commit = coldkeep_meta::Commit::default();
            bucket.require(&mut commit);
            commit.expect(from_key, Some(version));
            if let (Content::Inline(id), Some(bytes)) = (content, inline) {
                commit.put(keys::inline(id), bytes);
            }
            let value = stack.put(self, &mut commit, &mut record).await?;
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
