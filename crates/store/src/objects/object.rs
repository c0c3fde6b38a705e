//! Objects: PutObject, HeadObject, DeleteObject, and what GetObjectAttributes tells.

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType, DigestSet};
use coldkeep_meta::{Commit, Version};
use coldkeep_seal::{Envelope, Sealing};
use coldkeep_types::{BucketName, Id, MAX_SINGLE_PUT_BYTES, ObjectKey, Timestamp};

use crate::access::ObjectAccess;
use crate::contents::ingest::Received;
use crate::contents::label::LabelRecord;
use crate::contents::owners::{disown, own};
use crate::contents::sealed::{SealAs, etag_bytes, needs_md5};
use crate::records::{Attributes, Content, ObjectChecksum, ObjectRecord, Record, time};
use crate::usage::{count_object, count_objects};
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
    /// Where its bytes are.
    pub content: Content,
    /// The data key under which they are sealed, if they are.
    pub sealed: Option<Envelope>,
    pub(crate) md5: [u8; 16],
    pub(crate) instance: Id,
}

impl Object {
    /// The ETag without quotes: the MD5, or for a multipart object the MD5 of the parts' MD5s and their number.
    pub fn etag(&self) -> String {
        etag(&self.md5, self.parts)
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
            content: record.content,
            sealed: record.sealed,
            md5: record.md5,
            instance: record.instance,
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
    /// Who shall own it, and its ACL.
    pub access: ObjectAccess,
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

/// Adds to a commit that what was read at `key` is still there, and that it gives up its content.
pub(crate) fn displace(commit: &mut Commit, key: &[u8], there: Option<&(Object, Version)>) {
    commit.expect(key, there.map(|(_, version)| *version));
    if let Some((object, _)) = there {
        disown(commit, object.content, object.instance);
    }
}

impl Store {
    /// PutObject: receives the body and puts the object in place of what was there.
    pub async fn put_object(&self, new: NewObject, source: &mut dyn Source) -> Result<Object, Error> {
        let bucket = self.bucket(&new.bucket).await?;
        let key = keys::object(bucket.id, &new.key);
        if !new.precondition.is_empty() {
            new.precondition.judge(self.object_at(&key).await?.map(|(object, _)| object).as_ref())?;
        }
        let envelope = new.sealing.as_ref().map(|sealing| &sealing.envelope);
        let seal = new.sealing.as_ref().map(|sealing| SealAs { key: &sealing.key, part: 0 });
        let mut set = DigestSet { md5: needs_md5(envelope), ..DigestSet::default() };
        set.checksums.push(new.algorithm);
        let now_ms = self.now().0;
        let label = || LabelRecord::object(&new.bucket, key.clone(), &new.attributes, now_ms).sealed(envelope).label();
        let received = self.receive(source, set, &new.expected, MAX_SINGLE_PUT_BYTES, seal, label).await?;
        let store = self.clone();
        let put = async move { store.put_received(&bucket, new, received).await };
        self.uncancelled(Box::pin(put)).await
    }

    async fn put_received(&self, bucket: &Bucket, new: NewObject, received: Received) -> Result<Object, Error> {
        let received = received.finish(self).await?;
        let computed = received.digests.checksum(new.algorithm);
        let checksum = computed.map(|checksum| ObjectChecksum { checksum: *checksum, kind: ChecksumType::FullObject });
        let sealed = new.sealing.map(|sealing| sealing.envelope);
        let record = ObjectRecord {
            instance: self.next_id(),
            content: received.content,
            bytes: received.bytes,
            modified_ms: self.now().0,
            md5: etag_bytes(sealed.as_ref(), received.digests.md5),
            parts: 0,
            checksum,
            attributes: new.attributes,
            access: new.access.stored(),
            sealed,
        };
        let place = |bucket: &Bucket, commit: &mut Commit| {
            received.put(commit);
            own(commit, record.content, record.instance, &keys::object(bucket.id, &new.key));
        };
        let put = self.replace_object(bucket, &new.key, &new.precondition, &record, place).await;
        if let Err(error) = &put {
            self.discard(received.content, error).await;
        }
        put
    }

    /// Puts an object's record in place of what is there, disowning that, in one commit with what `place` adds. The bucket may
    /// have changed since, but must not be another one of its name, which may be somebody else's.
    pub(crate) async fn replace_object(
        &self,
        bucket: &Bucket,
        object_key: &ObjectKey,
        precondition: &Precondition,
        record: &ObjectRecord,
        place: impl Fn(&Bucket, &mut Commit),
    ) -> Result<Object, Error> {
        let value = record.to_value();
        for _ in 0..MAX_TRIES {
            let bucket = self.same_bucket(bucket).await?;
            let key = keys::object(bucket.id, object_key);
            let there = self.object_at(&key).await?;
            precondition.judge(there.as_ref().map(|(object, _)| object))?;
            let mut commit = Commit::default();
            bucket.require(&mut commit);
            displace(&mut commit, &key, there.as_ref());
            count_object(&mut commit, bucket.id, there.as_ref(), Some(record.bytes));
            place(&bucket, &mut commit);
            commit.put(key, value.clone());
            if self.commit(commit).await? {
                return Object::from_value(&value);
            }
        }
        Err(Error::Busy)
    }

    pub(crate) async fn object_at(&self, key: &[u8]) -> Result<Option<(Object, Version)>, Error> {
        match self.get(key).await? {
            Some(entry) => Ok(Some((Object::from_value(&entry.value)?, entry.version))),
            None => Ok(None),
        }
    }

    /// HeadObject.
    pub async fn head_object(&self, bucket: &BucketName, key: &ObjectKey) -> Result<Object, Error> {
        let bucket = self.bucket(bucket).await?;
        let found = self.object_at(&keys::object(bucket.id, key)).await?;
        found.map(|(object, _)| object).ok_or(Error::NoSuchKey)
    }

    /// DeleteObject: succeeds if nothing is there, unless a condition was given.
    pub async fn delete_object(
        &self,
        bucket_name: &BucketName,
        key: &ObjectKey,
        precondition: &Precondition,
    ) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let bucket = self.bucket(bucket_name).await?;
            let key = keys::object(bucket.id, key);
            let there = self.object_at(&key).await?;
            precondition.judge(there.as_ref().map(|(object, _)| object))?;
            let mut commit = Commit::default();
            count_object(&mut commit, bucket.id, there.as_ref(), None);
            let Some((object, version)) = there else { return Ok(()) };
            commit.expect(key.clone(), Some(version)).delete(key);
            disown(&mut commit, object.content, object.instance);
            if self.commit(commit).await? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// DeleteObjects: all in one commit; where records change meanwhile, one by one. An outcome for each, in order.
    pub async fn delete_objects(
        &self,
        bucket_name: &BucketName,
        wanted: &[(ObjectKey, Precondition)],
    ) -> Result<Vec<Result<(), Error>>, Error> {
        let bucket = self.bucket(bucket_name).await?;
        let mut commit = Commit::default();
        let mut outcomes = Vec::with_capacity(wanted.len());
        let (mut objects, mut bytes) = (0, 0);
        let mut seen = std::collections::HashSet::new();
        for (key, precondition) in wanted {
            let at = keys::object(bucket.id, key);
            let there = self.object_at(&at).await?;
            let judged = precondition.judge(there.as_ref().map(|(object, _)| object));
            if let (Ok(()), Some((object, version))) = (&judged, &there)
                && seen.insert(key)
            {
                commit.expect(at.clone(), Some(*version)).delete(at);
                disown(&mut commit, object.content, object.instance);
                (objects, bytes) = (objects - 1, bytes - object.bytes as i64);
            }
            outcomes.push(judged);
        }
        count_objects(&mut commit, bucket.id, objects, bytes);
        if commit.writes.is_empty() || self.commit(commit).await? {
            return Ok(outcomes);
        }
        outcomes.clear();
        for (key, precondition) in wanted {
            outcomes.push(self.delete_object(bucket_name, key, precondition).await);
        }
        Ok(outcomes)
    }

    /// The parts of an object whose places come after `after`, at most `limit`; empty if it has none.
    /// [`Error::NoSuchKey`] if the object was deleted or replaced since it was read.
    pub async fn object_parts(&self, object: &Object, after: u32, limit: usize) -> Result<Vec<ObjectPart>, Error> {
        let Content::Parts(upload) = object.content else { return Ok(Vec::new()) };
        let _entrance = self.0.readers.enter();
        if self.get(&keys::owner(upload, object.instance)).await?.is_none() {
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
