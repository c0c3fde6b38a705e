//! The versions of one key as a write finds them, and what it does to them.

use std::ops::Range;

use coldkeep_meta::{Commit, Version};
use coldkeep_types::{Id, ObjectKey, Timestamp};

use super::{VersionId, Versioning};
use crate::contents::owners::{disown, own};
use crate::lifecycle::Traits;
use crate::locks::Clearance;
use crate::objects::object::Object;
use crate::records::{MarkerRecord, ObjectRecord, Record, time};
use crate::usage::count_objects;
use crate::{Bucket, Error, Store, keys};

/// A version below the current one.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    Object(Box<Object>),
    Marker(MarkerRecord),
}

/// What lies under the key of a version.
pub(crate) fn kept(value: &[u8]) -> Result<Kept, Error> {
    match value.first() {
        Some(&MarkerRecord::VERSION) => Ok(Kept::Marker(MarkerRecord::from_value(value)?)),
        _ => Ok(Kept::Object(Box::new(Object::from_value(value)?))),
    }
}

impl Kept {
    pub fn instance(&self) -> Id {
        match self {
            Self::Object(object) => object.instance,
            Self::Marker(marker) => marker.instance,
        }
    }

    pub fn id(&self) -> VersionId {
        match self {
            Self::Object(object) => object.version,
            Self::Marker(marker) => VersionId::of(marker.instance, marker.named),
        }
    }
}

/// A version below the current one, as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Below {
    pub kept: Kept,
    pub value: Vec<u8>,
    pub version: Version,
}

/// What a key has.
pub(crate) struct Stack<'a> {
    pub bucket: &'a Bucket,
    pub key: &'a ObjectKey,
    /// Key of the current object's record.
    pub at: Vec<u8>,
    pub current: Option<(Object, Version)>,
    /// The record of the current object.
    value: Vec<u8>,
    /// The newest below it. Read only where there is no current one and the bucket has versions.
    pub newest: Option<Below>,
}

/// What goes for good: how many objects, and how many bytes they have.
#[derive(Clone, Copy, Default)]
pub(crate) struct Gone {
    objects: i64,
    bytes: i64,
}

impl Gone {
    /// Adds to a commit that an object gives up its content. Whoever takes a version away does it here, so that none goes that is
    /// locked.
    pub fn object(commit: &mut Commit, object: &Object, clearance: Clearance<'_>) -> Result<Self, Error> {
        clearance.judge(&object.lock)?;
        disown(commit, object.content, object.instance);
        let annotations = object.annotations.inspect(|set| clearance.leave(commit, set));
        Ok(Self { objects: 1, bytes: (object.bytes + annotations.map_or(0, |set| set.bytes)) as i64 })
    }

    /// Takes it off the bucket's counters.
    pub fn count(self, commit: &mut Commit, bucket: &Bucket) {
        count_objects(commit, bucket.id, -self.objects, -self.bytes);
    }
}

/// What becomes of the current object when another comes in its place.
enum Fate {
    /// It goes, with its content.
    Displaced,
    /// It stays, as a version below.
    Buried,
}

impl<'a> Stack<'a> {
    pub async fn read(store: &Store, bucket: &'a Bucket, key: &'a ObjectKey) -> Result<Self, Error> {
        let at = keys::object(bucket.id, key);
        let (current, value) = match store.get(&at).await? {
            Some(entry) => (Some((Object::from_value(&entry.value)?, entry.version)), entry.value),
            None => (None, Vec::new()),
        };
        let newest = match (&current, bucket.versioning) {
            (None, Some(_)) => store.newest(keys::versions(bucket.id, key)).await?,
            _ => None,
        };
        Ok(Self { bucket, key, at, current, value, newest })
    }

    /// The current object, if there is one.
    pub fn object(&self) -> Option<&Object> {
        self.current.as_ref().map(|(object, _)| object)
    }

    /// Since when a key has what it has: the time of its current object, or of the delete marker in its place.
    pub fn since(&self) -> Option<Timestamp> {
        match (&self.current, self.newest.as_ref().map(|below| &below.kept)) {
            (Some((object, _)), _) => Some(object.modified),
            (None, Some(Kept::Marker(marker))) => Some(time(marker.modified_ms)),
            (None, _) => None,
        }
    }

    /// The instance of the newest version, if there is one.
    fn top(&self) -> Option<Id> {
        let below = self.newest.as_ref().map(|below| below.kept.instance());
        self.object().map(|object| object.instance).or(below)
    }

    /// An instance newer than all of the key's.
    pub fn next_instance(&self, store: &Store) -> Id {
        if let Some(top) = self.top() {
            store.0.ids.pass(top);
        }
        store.next_id()
    }

    pub fn below(&self, instance: Id) -> Vec<u8> {
        keys::version(self.bucket.id, self.key, instance)
    }

    /// Adds to a commit that an object's record comes, in place of the current one; below it if its instance, which then has an id, is
    /// older than what is there. The record as it is stored.
    pub async fn put(&self, store: &Store, commit: &mut Commit, record: &mut ObjectRecord) -> Result<Vec<u8>, Error> {
        self.require_current(commit);
        let mut gone = Gone::default();
        let at = match (record.named, self.bucket.versioning) {
            (Some(_), _) if self.top().is_some_and(|top| top > record.instance) => self.slip_in(commit, record),
            (named, versioning) => {
                if named.is_none() && versioning == Some(Versioning::Enabled) {
                    record.named = Some(true);
                }
                if self.top().is_some_and(|top| top >= record.instance) {
                    record.instance = self.next_instance(store);
                }
                gone = self.come_on_top(store, commit, record.instance, record.named).await?;
                self.at.clone()
            }
        };
        store.enters(commit, self.bucket, self.key, record);
        count_objects(commit, self.bucket.id, 1 - gone.objects, record.counted_bytes() - gone.bytes);
        own(commit, record.content, record.instance, &at);
        if at == self.at {
            let class = record.class.unwrap_or_default();
            let of = Traits { bytes: record.bytes, tags: record.attributes.tags(), class, tier: record.tier };
            store.schedule_expiration(commit, self.bucket, self.key, of, time(record.modified_ms));
        } else {
            store.schedule_versions(commit, self.bucket, self.key);
        }
        let value = record.to_value();
        commit.put(at, value.clone());
        Ok(value)
    }

    /// Under what is newer.
    fn slip_in(&self, commit: &mut Commit, record: &ObjectRecord) -> Vec<u8> {
        let at = self.below(record.instance);
        commit.expect(at.clone(), None);
        if let Some(newest) = &self.newest {
            commit.expect(self.below(newest.kept.instance()), Some(newest.version));
        }
        at
    }

    /// Adds to a commit that a delete marker comes; its id.
    pub async fn put_marker(
        &self,
        store: &Store,
        commit: &mut Commit,
        owner: Option<String>,
    ) -> Result<VersionId, Error> {
        let named = (self.bucket.versioning == Some(Versioning::Enabled)).then_some(true);
        let instance = self.next_instance(store);
        let marker = MarkerRecord { instance, modified_ms: store.now().0, named, owner };
        self.require_current(commit);
        let gone = self.come_on_top(store, commit, instance, named).await?;
        gone.count(commit, self.bucket);
        commit.delete(self.at.clone()).put(self.below(instance), marker.to_value());
        store.schedule_marker(commit, self.bucket, self.key, time(marker.modified_ms));
        if named.is_none() {
            commit.put(self.null_pointer(), instance.as_bytes().to_vec());
        }
        Ok(VersionId::of(instance, named))
    }

    /// Makes way for the newest version of all: the current one goes or is buried, and so does the null one for another.
    async fn come_on_top(
        &self,
        store: &Store,
        commit: &mut Commit,
        instance: Id,
        named: Option<bool>,
    ) -> Result<Gone, Error> {
        let fate = match (named, &self.current) {
            (None, Some((current, _))) if current.version == VersionId::Null => Fate::Displaced,
            _ => Fate::Buried,
        };
        let gone = match (self.object(), &fate) {
            (Some(current), Fate::Displaced) => Gone::object(commit, current, Clearance::none(store))?,
            (Some(current), Fate::Buried) => {
                self.bury(commit, current);
                Gone::default()
            }
            (None, _) => Gone::default(),
        };
        if self.bucket.versioning.is_none() {
            return Ok(gone);
        }
        if self.top().is_some() {
            store.schedule_noncurrent(commit, self.bucket, self.key);
        }
        commit.expect_empty(self.newer_than(instance));
        match (named, fate) {
            (None, Fate::Buried) => self.drop_null(store, commit).await,
            _ => Ok(gone),
        }
    }

    /// The current object becomes a version below.
    fn bury(&self, commit: &mut Commit, current: &Object) {
        let at = self.below(current.instance);
        commit.put(at.clone(), self.value.clone());
        own(commit, current.content, current.instance, &at);
        if current.version == VersionId::Null {
            commit.put(self.null_pointer(), current.instance.as_bytes().to_vec());
        }
    }

    /// The null version below, if there is one, goes.
    async fn drop_null(&self, store: &Store, commit: &mut Commit) -> Result<Gone, Error> {
        let pointer = store.get(&self.null_pointer()).await?;
        commit.expect(self.null_pointer(), pointer.as_ref().map(|entry| entry.version));
        let Some(entry) = pointer else { return Ok(Gone::default()) };
        let instance =
            Id::from_slice(&entry.value).ok_or_else(|| Error::Damaged("which is the null version".into()))?;
        commit.delete(self.null_pointer());
        if let Some(entry) = store.get(&self.below(instance)).await? {
            let below = Below { kept: kept(&entry.value)?, value: entry.value, version: entry.version };
            return self.remove(commit, &below, Clearance::none(store));
        }
        Ok(Gone::default())
    }

    /// Adds to a commit that the current object is as it was read.
    pub fn require_current(&self, commit: &mut Commit) {
        commit.expect(self.at.clone(), self.current.as_ref().map(|(_, version)| *version));
    }

    /// Adds to a commit that a version below goes, with its content.
    pub fn remove(&self, commit: &mut Commit, below: &Below, clearance: Clearance<'_>) -> Result<Gone, Error> {
        let at = self.below(below.kept.instance());
        commit.expect(at.clone(), Some(below.version)).delete(at);
        if below.kept.id() == VersionId::Null {
            commit.delete(self.null_pointer());
        }
        match &below.kept {
            Kept::Object(object) => Gone::object(commit, object, clearance),
            Kept::Marker(_) => Ok(Gone::default()),
        }
    }

    /// Adds to a commit that takes the newest version away that the one after `gone` becomes it: an object is the current one then.
    pub async fn uncover(&self, store: &Store, commit: &mut Commit, gone: Option<Id>) -> Result<(), Error> {
        let all = keys::versions(self.bucket.id, self.key);
        let rest = match gone {
            Some(gone) => {
                commit.expect_empty(self.newer_than(gone));
                keys::after(self.below(gone))..all.end
            }
            None => all,
        };
        let Some(next) = store.newest(rest.clone()).await? else {
            commit.expect_empty(rest);
            return Ok(());
        };
        let at = self.below(next.kept.instance());
        commit.expect_empty(rest.start..at.clone()).expect(at.clone(), Some(next.version));
        if let Kept::Object(object) = &next.kept {
            commit.delete(at).put(self.at.clone(), next.value.clone());
            own(commit, object.content, object.instance, &self.at);
            store.schedule_expiration(commit, self.bucket, self.key, object.traits(), object.modified);
            if object.version == VersionId::Null {
                commit.delete(self.null_pointer());
            }
        }
        Ok(())
    }

    fn newer_than(&self, instance: Id) -> Range<Vec<u8>> {
        keys::versions(self.bucket.id, self.key).start..self.below(instance)
    }

    pub fn null_pointer(&self) -> Vec<u8> {
        keys::null_version(self.bucket.id, self.key)
    }
}

impl Store {
    /// The first version below in a range.
    pub(super) async fn newest(&self, range: Range<Vec<u8>>) -> Result<Option<Below>, Error> {
        let first = self.0.meta.scan(range, 1).await?.into_iter().next();
        let below = |(_, entry): (Vec<u8>, coldkeep_meta::Entry)| {
            Ok(Below { kept: kept(&entry.value)?, value: entry.value, version: entry.version })
        };
        first.map(below).transpose()
    }
}

impl MarkerRecord {
    /// What is told of a delete marker that is in the way of a read.
    pub(crate) fn in_the_way(&self, asked: bool) -> Error {
        let version = VersionId::of(self.instance, self.named);
        Error::IsDeleteMarker { version, modified: time(self.modified_ms), asked }
    }
}
