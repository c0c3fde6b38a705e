//! Objects: PutObject, and what GetObjectAttributes tells. How they are found and deleted is in `versions`.

use std::sync::Arc;

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType, DigestSet};
use coldkeep_meta::{Commit, Version};
use coldkeep_seal::{Envelope, Sealing};
use coldkeep_types::{BucketName, Id, MAX_SINGLE_PUT_BYTES, ObjectKey, Timestamp};

use crate::access::ObjectAccess;
use crate::annotations::{AnnotationSet, Copies};
use crate::contents::ingest::{Kept, Received};
use crate::contents::kept_as::KeptAs;
use crate::contents::label::LabelRecord;
use crate::contents::sealed::{SealAs, etag_bytes, needs_md5};
use crate::events::{EventType, Subject};
use crate::lifecycle::Traits;
use crate::locks::ObjectLock;
use crate::objects::class::StorageClass;
use crate::records::{Attributes, Content, ObjectChecksum, ObjectRecord, Record, time};
use crate::restore::Restore;
use crate::tiering::ArchiveTier;
use crate::versions::{Stack, VersionId};
use crate::{Bucket, Error, Expected, MAX_TRIES, Precondition, Source, Store, keys};

/// An object as it was read.
#[derive(Clone, Debug)]
pub struct Object {
    /// Size in bytes.
    pub bytes: u64,
    /// When it was put or completed.
    pub modified: Timestamp,
    /// How many parts the ETag counts; 0 for an object put in one request.
    pub parts: u32,
    /// Its checksum.
    pub checksum: Option<ObjectChecksum>,
    /// System-defined and user-defined metadata.
    pub attributes: Attributes,
    /// Who owns it, and its ACL.
    pub access: ObjectAccess,
    /// Its storage class.
    pub class: StorageClass,
    /// What keeps it from being removed.
    pub lock: ObjectLock,
    /// Which version it is.
    pub version: VersionId,
    /// Where its bytes are.
    pub content: Content,
    /// The data key under which they are sealed, if they are.
    pub sealed: Option<Envelope>,
    /// How far its restoring is, if it needs any.
    pub restore: Option<Restore>,
    /// Where it is archived, if it is of the class `INTELLIGENT_TIERING` and was not read for long.
    pub tier: Option<ArchiveTier>,
    pub(crate) accessed: Option<Timestamp>,
    pub(crate) annotations: Option<AnnotationSet>,
    pub(crate) md5: [u8; 16],
    pub(crate) instance: Id,
    pub(crate) sealed_as: Option<Id>,
    pub(crate) to_move: bool,
}

impl Object {
    /// The ETag without quotes: the MD5, or for a multipart object the MD5 of the parts' MD5s and their number.
    pub fn etag(&self) -> String {
        etag(&self.md5, self.parts)
    }

    /// Its content as it was when it was sealed.
    pub(crate) fn as_sealed(&self) -> Content {
        self.sealed_as.map_or(self.content, |id| self.content.under(id))
    }

    /// What lifecycle rules ask of it.
    pub fn traits(&self) -> Traits<'_> {
        Traits { bytes: self.bytes, tags: self.attributes.tags(), class: self.class, tier: self.tier }
    }

    pub(crate) fn from_value(value: &[u8]) -> Result<Self, Error> {
        let record = ObjectRecord::from_value(value)?;
        Ok(Self {
            bytes: record.bytes,
            modified: time(record.modified_ms),
            parts: record.parts,
            checksum: record.checksum,
            attributes: record.attributes,
            access: record.access.unwrap_or_default(),
            class: record.class.unwrap_or_default(),
            lock: record.lock.unwrap_or_default(),
            version: VersionId::of(record.instance, record.named),
            content: record.content,
            sealed: record.sealed,
            restore: record.restore,
            tier: record.tier,
            accessed: record.accessed_ms.map(time),
            annotations: record.annotations,
            md5: record.md5,
            instance: record.instance,
            sealed_as: record.sealed_as,
            to_move: record.to_move.is_some(),
        })
    }
}

pub(crate) fn etag(md5: &[u8; 16], parts: u32) -> String {
    let mut text = String::new();
    push_etag(&mut text, md5, parts);
    text
}

/// Appends what [`etag`] gives.
pub(crate) fn push_etag(text: &mut String, md5: &[u8; 16], parts: u32) {
    text.push_str(hex::Buffer::<16>::new().format(md5));
    if parts > 0 {
        text.push('-');
        text.push_str(&parts.to_string());
    }
}

/// An object to be put.
#[derive(Clone, Debug)]
pub struct NewObject {
    /// Where to.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Its metadata.
    pub attributes: Attributes,
    /// Its storage class.
    pub class: StorageClass,
    /// Who shall own it, and its ACL.
    pub access: ObjectAccess,
    /// What shall keep it from being removed; what is not said is as the bucket says.
    pub lock: ObjectLock,
    /// The checksum to keep; Amazon keeps CRC64NVME where the client names none.
    pub algorithm: ChecksumAlgorithm,
    /// Digests the client declared.
    pub expected: Expected,
    /// Conditions on what is there.
    pub precondition: Precondition,
    /// The key to seal it under, if it is to be sealed.
    pub sealing: Option<Sealing>,
}

/// A part of a stored object, as GetObjectAttributes shows it.
#[derive(Clone, Debug)]
pub struct ObjectPart {
    /// Its place in the object, from 1.
    pub number: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// Its checksum, if the upload had an algorithm.
    pub checksum: Option<ObjectChecksum>,
}

impl Store {
    /// PutObject: receives the body and puts the object in place of what was there.
    pub async fn put_object(&self, new: NewObject, source: &mut dyn Source) -> Result<Object, Error> {
        self.put_with(EventType::CreatedPut, new, source, Arc::default()).await
    }

    /// The same, where it is another event: of a browser's form.
    pub async fn put_object_as(
        &self,
        event: EventType,
        new: NewObject,
        source: &mut dyn Source,
    ) -> Result<Object, Error> {
        self.put_with(event, new, source, Arc::default()).await
    }

    /// The same, of a copy that comes with annotations.
    pub(super) async fn put_with(
        &self,
        event: EventType,
        new: NewObject,
        source: &mut dyn Source,
        annotations: Arc<Copies>,
    ) -> Result<Object, Error> {
        let bucket = self.bucket(&new.bucket).await?;
        let key = keys::object(bucket.id, &new.key);
        if !new.precondition.is_empty() {
            new.precondition.judge(self.object_at(&key).await?.map(|(object, _)| object).as_deref())?;
        }
        let envelope = new.sealing.as_ref().map(|sealing| &sealing.envelope);
        let seal = new.sealing.as_ref().map(|sealing| SealAs { key: &sealing.key, part: 0 });
        let mut set = DigestSet { md5: needs_md5(envelope), ..DigestSet::default() };
        set.checksums.push(new.algorithm);
        let now_ms = self.now().0;
        let label = || LabelRecord::object(&new.bucket, key.clone(), &new.attributes, now_ms).sealed(envelope).label();
        let allowed = self.quota_for_object(&bucket, &new.key).await?;
        let most = allowed.at_most(MAX_SINGLE_PUT_BYTES);
        let received = self.receive(source, set, &new.expected, most, KeptAs { class: new.class, seal }, label).await;
        let received = received.map_err(|error| allowed.why(error, MAX_SINGLE_PUT_BYTES))?;
        let store = self.clone();
        let put = async move { store.put_received(event, &bucket, new, received, &annotations).await };
        self.uncancelled(Box::pin(put)).await
    }

    async fn put_received(
        &self,
        event: EventType,
        bucket: &Bucket,
        new: NewObject,
        received: Received,
        annotations: &Copies,
    ) -> Result<Object, Error> {
        let received = received.finish(self).await?;
        let computed = received.digests.checksum(new.algorithm);
        let checksum = computed.map(|checksum| ObjectChecksum { checksum: *checksum, kind: ChecksumType::FullObject });
        let sealed = new.sealing.map(|sealing| sealing.envelope);
        let mut record = ObjectRecord {
            instance: self.next_id(),
            content: received.content,
            bytes: received.bytes,
            modified_ms: self.now().0,
            md5: etag_bytes(sealed.as_ref(), received.digests.md5),
            parts: 0,
            checksum,
            attributes: new.attributes,
            access: new.access.stored(),
            named: None,
            class: new.class.stored(),
            sealed,
            lock: new.lock.stored(),
            restore: None,
            annotations: annotations.set(),
            sealed_as: None,
            to_move: None,
            accessed_ms: None,
            tier: None,
        };
        let come = (&received, annotations);
        let put = self.put_record(event, bucket, &new.key, &new.precondition, &mut record, come).await;
        if let Err(error) = &put {
            self.discard(received.content, error).await;
        }
        put
    }

    /// Puts an object's record, and what was received, at its key. The bucket may have changed since, but must not be another one of
    /// its name, which may be somebody else's.
    async fn put_record(
        &self,
        event: EventType,
        bucket: &Bucket,
        key: &ObjectKey,
        precondition: &Precondition,
        record: &mut ObjectRecord,
        (received, annotations): (&Kept, &Copies),
    ) -> Result<Object, Error> {
        let asked = record.lock.unwrap_or_default();
        for _ in 0..MAX_TRIES {
            let bucket = self.same_bucket(bucket).await?;
            let _turn = self.turn(&bucket, key).await;
            let stack = Stack::read(self, &bucket, key).await?;
            precondition.judge(stack.object())?;
            let mut commit = Commit::default();
            bucket.require(&mut commit);
            received.put(&mut commit);
            annotations.put(&mut commit);
            record.named = None;
            record.lock = bucket.lock_of_new(&asked, self.now())?;
            let value = stack.put(self, &mut commit, record).await?;
            self.happened(&mut commit, &bucket, event, key, || Subject::object(record)).await?;
            if self.commit(commit).await? {
                return Object::from_value(&value);
            }
        }
        Err(Error::Busy)
    }

    pub(crate) async fn object_at(&self, key: &[u8]) -> Result<Option<(Box<Object>, Version)>, Error> {
        match self.get(key).await? {
            Some(entry) => Ok(Some((Box::new(Object::from_value(&entry.value)?), entry.version))),
            None => Ok(None),
        }
    }

    /// The parts of an object whose places come after `after`, at most `limit`; empty if it has none.
    /// [`Error::NoSuchKey`] if the object was deleted or replaced since it was read, and its list with it.
    pub async fn object_parts(&self, object: &Object, after: u32, limit: usize) -> Result<Vec<ObjectPart>, Error> {
        let Content::Parts(upload) = object.content else { return Ok(Vec::new()) };
        let _entrance = self.0.readers.enter();
        // The object may have got a list of its own meanwhile (`moves/`): then others have this one.
        if self.0.meta.scan(keys::owners(upload), 1).await?.is_empty() {
            return Err(Error::NoSuchKey);
        }
        let Some(first) = self.index(upload).await?.nth(after) else { return Ok(Vec::new()) };
        // Parts that Complete did not name are gone, so these follow each other in the object too.
        let range = keys::part(upload, first.part)..keys::parts(upload).end;
        let parts = self.parts_in(range, limit).await?;
        let place =
            |(number, part): (u32, crate::Part)| ObjectPart { number, bytes: part.bytes, checksum: part.checksum };
        Ok((after + 1..).zip(parts).map(place).collect())
    }
}
