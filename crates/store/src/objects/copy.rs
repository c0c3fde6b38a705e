//! CopyObject: the copy shares the source's bytes. Nothing is read, unless another checksum or ETag is needed, and nothing is written
//! but a record and an owner; small contents are repeated inline.
//!
//! The copy of a sealed object keeps its data key, in another envelope. Where only one of the two is sealed, or the copy is to have
//! another key, or its class another pool, the bytes are written anew.

use std::sync::Arc;

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType, DigestSet, Digests, Hasher};
use coldkeep_seal::{FrameSealer, Sealing};
use coldkeep_types::{BucketName, Id, MAX_SINGLE_PUT_BYTES, ObjectKey};

use crate::access::ObjectAccess;
use crate::contents::copied::Copied;
use crate::contents::sealed::{SealAs, broken, etag_bytes, needs_md5};
use crate::events::{EventType, Subject};
use crate::locks::ObjectLock;
use crate::objects::class::StorageClass;
use crate::records::{Attributes, Content, ObjectChecksum, ObjectRecord};
use crate::versions::Stack;
use crate::{Error, Expected, MAX_TRIES, NewObject, Object, ObjectReader, Precondition, Store, keys};

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
    /// What shall keep it from being removed: never the source's lock.
    pub lock: ObjectLock,
    /// The checksum to have; `None` keeps the source's.
    pub algorithm: Option<ChecksumAlgorithm>,
    /// Conditions on what is there.
    pub precondition: Precondition,
    /// How it shall be sealed, if it shall. With the source's own data key it shares the source's bytes.
    pub sealing: Option<Sealing>,
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
    /// CopyObject. The source was read, judged, and given its key. `None`: it is another one by now, so all that is to be done again.
    pub async fn copy_object(&self, source: &ObjectReader, target: &CopyTarget) -> Result<Option<Object>, Error> {
        let from = &source.object;
        from.readable()?;
        if from.bytes > MAX_SINGLE_PUT_BYTES {
            return Err(Error::TooLarge { max_bytes: MAX_SINGLE_PUT_BYTES, bytes: from.bytes });
        }
        let same_key = source.has_key(target.sealing.as_ref().map(|sealing| &sealing.key));
        if !same_key || self.lies_elsewhere(from, target.class) {
            let (store, source, target) = (self.clone(), source.clone(), target.clone());
            // To its end although the caller may give up: blobs of annotations are written before the copy is.
            return match source.object.annotations {
                None => self.rewrite(&source, &target).await,
                Some(_) => self.uncancelled(Box::pin(async move { store.rewrite(&source, &target).await })).await,
            };
        }
        let envelope = target.sealing.as_ref().map(|sealing| sealing.envelope.clone());
        let lacks_md5 = needs_md5(envelope.as_ref()) && !needs_md5(from.sealed.as_ref());
        let algorithm = target.algorithm.filter(|algorithm| !has(from, *algorithm));
        let digests = match lacks_md5 || algorithm.is_some() {
            true => Some(digests(source.clone(), algorithm, lacks_md5).await?),
            false => None,
        };
        let computed = algorithm.and_then(|algorithm| digests.as_ref()?.checksum(algorithm));
        let (md5, parts) = match digests.as_ref().and_then(|digests| digests.md5) {
            Some(md5) => (md5, 0),
            None => (etag_bytes(envelope.as_ref(), Some(from.md5)), from.parts),
        };
        let mut record = ObjectRecord {
            instance: self.next_id(),
            content: from.content,
            bytes: from.bytes,
            modified_ms: self.now().0,
            md5,
            parts,
            checksum: computed
                .map(|checksum| ObjectChecksum { checksum: *checksum, kind: ChecksumType::FullObject })
                .or_else(|| from.checksum.clone()),
            attributes: target.attributes_of_copy(from),
            access: target.access.stored(),
            named: None,
            class: target.class.stored(),
            sealed: envelope,
            lock: None,
            restore: None,
            annotations: None,
            sealed_as: from.sealed_as,
            to_move: None,
            accessed_ms: None,
            tier: None,
        };
        let place = (&target.bucket, &target.key);
        let Some(copies) = self.copies(source, target.sealing.as_ref(), place).await? else { return Ok(None) };
        record.annotations = copies.set();
        let inline = self.inline_again(source, target.sealing.as_ref()).await?;
        if let Some((id, _)) = &inline {
            record.content = Content::Inline(*id);
        }
        let (source_key, source_version) = &source.record;
        for _ in 0..MAX_TRIES {
            let bucket = self.bucket(&target.bucket).await?;
            let _turn = self.turn(&bucket, &target.key).await;
            let stack = Stack::read(self, &bucket, &target.key).await?;
            target.precondition.judge(stack.object())?;
            record.modified_ms = self.now().0;
            record.named = None;
            record.lock = bucket.lock_of_new(&target.lock, self.now())?;
            let mut commit = coldkeep_meta::Commit::default();
            bucket.require(&mut commit);
            commit.expect(source_key.clone(), Some(*source_version));
            if let Some((id, bytes)) = &inline {
                commit.put(keys::inline(*id), bytes.clone());
            }
            copies.put(&mut commit);
            let value = stack.put(self, &mut commit, &mut record).await?;
            let subject = || Subject::object(&record);
            self.happened(&mut commit, &bucket, EventType::CreatedCopy, &target.key, subject).await?;
            if self.commit(commit).await? {
                self.was_copied(source).await;
                return Object::from_value(&value).map(Some);
            }
            if self.get(source_key).await?.map(|entry| entry.version) != Some(*source_version) {
                return Ok(None);
            }
        }
        Err(Error::Busy)
    }

    /// Whether an object's bytes lie in another pool than a copy of this class shall. Of an object of parts that is told by its class,
    /// unless its parts are on their way.
    fn lies_elsewhere(&self, from: &Object, class: StorageClass) -> bool {
        let wanted = self.0.options.pool_of(class);
        match from.content {
            Content::Inline(_) => false,
            Content::Blob(id) | Content::Slice(id, _) => id.pool() != wanted,
            Content::Parts(_) => from.to_move || self.0.options.pool_of(from.class) != wanted,
        }
    }

    /// What lies inline is never shared: the bytes of the source under an id of their own, sealed anew where they are sealed.
    pub(super) async fn inline_again(
        &self,
        source: &ObjectReader,
        sealing: Option<&Sealing>,
    ) -> Result<Option<(Id, Vec<u8>)>, Error> {
        let Some(plain) = source.inline().await? else { return Ok(None) };
        debug_assert_eq!(plain.len() as u64, source.object.bytes);
        let id = self.next_id();
        Ok(Some((id, inline(id, &plain, sealing)?)))
    }

    /// A copy of bytes of its own: of the source as it was when it was opened.
    async fn rewrite(&self, source: &ObjectReader, target: &CopyTarget) -> Result<Option<Object>, Error> {
        let place = (&target.bucket, &target.key);
        let Some(copies) = self.copies(source, target.sealing.as_ref(), place).await? else { return Ok(None) };
        let from = &source.object;
        let kept = from.checksum.as_ref().map(|kept| kept.checksum.algorithm());
        let new = NewObject {
            bucket: target.bucket.clone(),
            key: target.key.clone(),
            attributes: target.attributes_of_copy(from),
            class: target.class,
            access: target.access.clone(),
            lock: target.lock,
            algorithm: target.algorithm.or(kept).unwrap_or(ChecksumAlgorithm::Crc64Nvme),
            expected: Expected::default(),
            precondition: target.precondition.clone(),
            sealing: target.sealing.clone(),
        };
        let copies = Arc::new(copies);
        let mut copied = Copied(source.clone().read(0..from.bytes));
        let put = self.put_with(EventType::CreatedCopy, new, &mut copied, copies.clone()).await;
        if let Err(error) = &put {
            copies.discard(self, error).await;
        }
        put.map(Some)
    }
}

/// What is kept of a small content with this id.
pub(crate) fn inline(id: Id, plain: &[u8], sealing: Option<&Sealing>) -> Result<Vec<u8>, Error> {
    let Some(sealing) = sealing else { return Ok(plain.to_vec()) };
    let key = SealAs { key: &sealing.key, part: 0 }.content(id)?;
    let mut sealed = Vec::new();
    let done = FrameSealer::new(&key).and_then(|mut sealer| sealer.seal(plain, true, &mut sealed));
    done.map_err(|error| broken(id, error))?;
    Ok(sealed)
}

fn has(object: &Object, algorithm: ChecksumAlgorithm) -> bool {
    object.checksum.as_ref().is_some_and(|kept| kept.checksum.algorithm() == algorithm)
}

async fn digests(reader: ObjectReader, algorithm: Option<ChecksumAlgorithm>, md5: bool) -> Result<Digests, Error> {
    let bytes = reader.object.bytes;
    let mut reader = reader.read_uncounted(0..bytes);
    let mut hasher =
        Hasher::new(&DigestSet { md5, checksums: algorithm.into_iter().collect(), ..DigestSet::default() });
    while let Some(block) = reader.next().await? {
        hasher.update(&block);
    }
    Ok(hasher.finish())
}
