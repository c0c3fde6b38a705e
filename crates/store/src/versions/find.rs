//! A version of a key, found by its id.

use coldkeep_meta::Version;
use coldkeep_seal::Envelope;
use coldkeep_types::{BucketName, Id, ObjectKey};

use super::stack::{Below, Kept, kept};
use super::{VersionId, Versioning};
use crate::events::{EventType, Subject};
use crate::locks::Clearance;
use crate::objects::object::Object;
use crate::records::{ObjectRecord, Record};
use crate::{Bucket, Error, MAX_TRIES, Store, keys};

/// An object that was found: itself, and its record. Boxed: it has 700 bytes, which would be copied from hand to hand.
pub(crate) struct Found {
    pub object: Box<Object>,
    pub at: Vec<u8>,
    pub version: Version,
}

impl Store {
    /// HeadObject.
    pub async fn head_object(&self, bucket: &BucketName, key: &ObjectKey) -> Result<Object, Error> {
        self.head_version(bucket, key, None).await
    }

    /// HeadObject of this version, or of the current one.
    pub async fn head_version(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
    ) -> Result<Object, Error> {
        let bucket = self.bucket(bucket).await?;
        Ok(*self.find(&bucket, key, version).await?.object)
    }

    /// The object of this version, or the current one. [`Error::NoSuchVersion`], [`Error::NoSuchKey`] or
    /// [`Error::IsDeleteMarker`] if there is none.
    pub(crate) async fn find(
        &self,
        bucket: &Bucket,
        key: &ObjectKey,
        version: Option<VersionId>,
    ) -> Result<Found, Error> {
        let at = keys::object(bucket.id, key);
        for _ in 0..MAX_TRIES {
            let current = self.object_at(&at).await?;
            let seen = current.as_ref().map(|(_, version)| *version);
            if let Some((object, seen)) = current
                && version.is_none_or(|version| version == object.version)
            {
                return Ok(Found { object, at, version: seen });
            }
            let Some(version) = version else { return Err(self.missing(bucket, key).await?) };
            match self.below(bucket, key, version).await? {
                Some(Below { kept: Kept::Object(object), version: seen, .. }) => {
                    let at = keys::version(bucket.id, key, object.instance);
                    return Ok(Found { object, at, version: seen });
                }
                Some(Below { kept: Kept::Marker(marker), .. }) => return Err(marker.in_the_way(true)),
                // It may have gone from there to here meanwhile, or from here to there.
                None if self.get(&at).await?.map(|entry| entry.version) == seen => {
                    return Err(Error::NoSuchVersion(version));
                }
                None => {}
            }
        }
        Err(Error::Busy)
    }

    /// The version of this id, if it is below the current one.
    pub(super) async fn below(
        &self,
        bucket: &Bucket,
        key: &ObjectKey,
        version: VersionId,
    ) -> Result<Option<Below>, Error> {
        if bucket.versioning.is_none() {
            return Ok(None);
        }
        let instance = match version {
            VersionId::Named(instance) => instance,
            VersionId::Null => match self.get(&keys::null_version(bucket.id, key)).await? {
                Some(entry) => Id::from_slice(&entry.value)
                    .ok_or_else(|| Error::Damaged("which version is the null one".into()))?,
                None => return Ok(None),
            },
        };
        let Some(entry) = self.get(&keys::version(bucket.id, key, instance)).await? else { return Ok(None) };
        let below = Below { kept: kept(&entry.value)?, value: entry.value, version: entry.version };
        // A null version is not known by its instance.
        Ok(Some(below).filter(|below| below.kept.id() == version))
    }

    /// Why there is no current object: it was never there, or a delete marker is.
    async fn missing(&self, bucket: &Bucket, key: &ObjectKey) -> Result<Error, Error> {
        if bucket.versioning.is_none() {
            return Ok(Error::NoSuchKey);
        }
        Ok(match self.newest(keys::versions(bucket.id, key)).await? {
            Some(Below { kept: Kept::Marker(marker), .. }) => marker.in_the_way(false),
            _ => Error::NoSuchKey,
        })
    }

    /// Changes the record of an object, of this version or of the current one, unless the record says that this cannot be; returns the
    /// object as it is then. With `of`, it must still be that object: [`Error::NoSuchKey`] if it is another by now.
    pub(crate) async fn try_change_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        of: Option<&Object>,
        change: impl Fn(&mut ObjectRecord) -> Result<(), Error>,
    ) -> Result<Object, Error> {
        self.tell_change_object(None, bucket, key, version, of, change).await
    }

    /// The same, with the event that this is.
    pub(crate) async fn tell_change_object(
        &self,
        event: Option<EventType>,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        of: Option<&Object>,
        change: impl Fn(&mut ObjectRecord) -> Result<(), Error>,
    ) -> Result<Object, Error> {
        for _ in 0..MAX_TRIES {
            let bucket = self.bucket(bucket).await?;
            let found = self.find(&bucket, key, version).await?;
            if of.is_some_and(|of| of.instance != found.object.instance) {
                return Err(Error::NoSuchKey);
            }
            let Some(entry) = self.get(&found.at).await?.filter(|entry| entry.version == found.version) else {
                continue;
            };
            let mut record = ObjectRecord::from_value(&entry.value)?;
            let (access, before) = (record.access.clone(), record.attributes.tags.clone());
            change(&mut record)?;
            let mut commit = coldkeep_meta::Commit::default();
            if record.attributes.tags != before {
                self.was_retagged(&mut commit, &bucket, key, before.as_deref().unwrap_or_default(), &mut record);
            }
            // "An event is not generated when a request results in no change to an object's ACL."
            let event = event.filter(|event| *event != EventType::AclPut || record.access != access);
            let value = record.to_value();
            commit.expect(found.at.clone(), Some(found.version)).put(found.at, value.clone());
            // Other tags, other rules.
            let object = Object::from_value(&value)?;
            if bucket.lifecycle.is_some() {
                bucket.require(&mut commit);
                self.schedule_expiration(&mut commit, &bucket, key, object.traits(), object.modified);
                self.schedule_versions(&mut commit, &bucket, key);
            }
            if let Some(event) = event {
                self.happened(&mut commit, &bucket, event, key, || Subject::object(&record)).await?;
            }
            if self.commit(commit).await? {
                return Ok(object);
            }
        }
        Err(Error::Busy)
    }

    /// UpdateObjectEncryption: the data key of this object, as it was read, is kept wrapped otherwise. Nothing else of it changes, and no
    /// byte is written anew. [`Error::NoSuchKey`] if it is another object by now, [`Error::Locked`] where a lock keeps it as it is.
    pub async fn rewrap_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        object: &Object,
        envelope: &Envelope,
    ) -> Result<Object, Error> {
        let change = |record: &mut ObjectRecord| {
            Clearance::none(self).judge(&record.lock.unwrap_or_default())?;
            record.sealed = Some(envelope.clone());
            Ok(())
        };
        self.try_change_object(bucket, key, version, Some(object), change).await
    }

    /// PutObjectTagging: the object gets these tags.
    pub async fn put_object_tags(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        tags: Option<Vec<(String, String)>>,
    ) -> Result<Object, Error> {
        let change = |record: &mut ObjectRecord| {
            record.attributes.tags.clone_from(&tags);
            Ok(())
        };
        self.tell_change_object(Some(EventType::TaggingPut), bucket, key, version, None, change).await
    }

    /// DeleteObjectTagging: the object has no tags any more.
    pub async fn delete_object_tags(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
    ) -> Result<Object, Error> {
        let change = |record: &mut ObjectRecord| {
            record.attributes.tags = None;
            Ok(())
        };
        self.tell_change_object(Some(EventType::TaggingDelete), bucket, key, version, None, change).await
    }
}

impl Bucket {
    /// The id to tell of a version, where the bucket has versions.
    pub fn told(&self, version: VersionId) -> Option<VersionId> {
        self.versioning.map(|_: Versioning| version)
    }
}
