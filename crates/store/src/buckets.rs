//! Buckets: CreateBucket, HeadBucket, ListBuckets, DeleteBucket.

use std::sync::Arc;

use coldkeep_meta::{Commit, Version};
use coldkeep_types::{AccountId, BucketName, Region, Timestamp};

use crate::access::{BucketAccess, Derived, PublicAccessBlock};
use crate::encryption::BucketEncryption;
use crate::keys::{self, ContainerId};
use crate::locks::BucketLock;
use crate::records::{BucketRecord, Record, time};
use crate::tiering::TieringRecord;
use crate::versions::Versioning;
use crate::{BucketLogging, Error, EventRule, Lifecycle, MAX_TRIES, Store, Website};

/// A bucket as it was read.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: BucketName,
    /// The account that owns it.
    pub owner: String,
    /// The region it was created in.
    pub region: String,
    /// When it was created.
    pub created: Timestamp,
    /// Who may reach it.
    pub access: BucketAccess,
    /// Whether it keeps versions; `None`: it never did.
    pub versioning: Option<Versioning>,
    /// Its tags, if it has a tag set.
    pub tags: Option<Vec<(String, String)>>,
    /// Its account's block of public access; of a bucket that was listed, none.
    pub(crate) account_block: PublicAccessBlock,
    /// How new objects are sealed, if they are.
    pub encryption: Option<BucketEncryption>,
    /// By which rules its objects expire and its uploads are aborted, if it has some.
    pub lifecycle: Option<Lifecycle>,
    /// Its object lock, if it has that.
    pub lock: Option<BucketLock>,
    /// By which rules its events are told.
    pub events: Vec<EventRule>,
    /// How it answers as a website, if it is one.
    pub website: Option<Website>,
    /// Where its access log goes, if it has one.
    pub logging: Option<BucketLogging>,
    pub(crate) has_inventories: bool,
    pub(crate) has_tierings: bool,
    /// Its enabled configurations of Intelligent-Tiering; of a bucket that was listed, none.
    pub(crate) tierings: Vec<TieringRecord>,
    pub(crate) id: ContainerId,
    pub(crate) version: Version,
    pub(crate) derived: Derived,
}

impl Bucket {
    /// Adds the requirement that the bucket is still as it was read.
    pub(crate) fn require(&self, commit: &mut Commit) {
        commit.expect(keys::bucket(&self.name), Some(self.version));
    }

    fn from_entry(name: BucketName, entry: &coldkeep_meta::Entry) -> Result<Self, Error> {
        let record = BucketRecord::from_value(&entry.value)?;
        Ok(Self {
            name,
            owner: record.owner,
            region: record.region,
            created: time(record.created_ms),
            access: record.access.unwrap_or_default(),
            versioning: record.versioning,
            tags: record.tags,
            account_block: PublicAccessBlock::NONE,
            encryption: record.encryption,
            lifecycle: record.lifecycle,
            lock: record.lock,
            events: record.events.unwrap_or_default(),
            website: record.website,
            logging: record.logging,
            has_inventories: record.inventories.is_some(),
            has_tierings: record.tierings.is_some(),
            tierings: Vec::new(),
            id: record.id,
            version: entry.version,
            derived: Derived::default(),
        })
    }
}

impl Store {
    /// CreateBucket, as a new bucket is by default.
    pub async fn create_bucket(&self, name: &BucketName, owner: &AccountId, region: &Region) -> Result<Bucket, Error> {
        self.create_bucket_with(name, owner, region, BucketAccess::default(), None, false).await
    }

    /// CreateBucket. [`Error::BucketExists`] if the name is taken, by whomever, also by the host name of an access
    /// point. With `locks`, the bucket has object lock, and so keeps versions.
    #[expect(clippy::disallowed_methods, reason = "nobody may foresee ids")]
    pub async fn create_bucket_with(
        &self,
        name: &BucketName,
        owner: &AccountId,
        region: &Region,
        access: BucketAccess,
        tags: Option<Vec<(String, String)>>,
        locks: bool,
    ) -> Result<Bucket, Error> {
        let key = keys::bucket(name);
        let namesake = keys::point_named(name.as_str());
        for _ in 0..MAX_TRIES {
            if let Some(point) = &namesake
                && self.get(point).await?.is_some()
            {
                return Err(Error::BucketExists { owned: false });
            }
            if let Some(entry) = self.get(&key).await? {
                let owned = BucketRecord::from_value(&entry.value)?.owner == owner.as_str();
                return Err(Error::BucketExists { owned });
            }
            let record = BucketRecord {
                id: rand::random(),
                owner: owner.as_str().to_owned(),
                region: region.as_str().to_owned(),
                created_ms: self.now().0,
                access: (access != BucketAccess::default()).then(|| access.clone()),
                versioning: locks.then_some(Versioning::Enabled),
                tags: tags.clone(),
                encryption: self.0.options.bucket_encryption.clone(),
                lifecycle: None,
                lock: locks.then(BucketLock::default),
                events: None,
                website: None,
                logging: None,
                inventories: None,
                tierings: None,
            };
            let mut commit = Commit::default();
            commit.expect(key.clone(), None).put(key.clone(), record.to_value());
            if let Some(point) = &namesake {
                commit.expect(point.clone(), None);
            }
            if self.commit(commit).await? {
                self.0.buckets.changed(name);
                return self.bucket(name).await.map(|bucket| (*bucket).clone());
            }
        }
        Err(Error::Busy)
    }

    /// The bucket of this name.
    pub async fn bucket(&self, name: &BucketName) -> Result<Arc<Bucket>, Error> {
        let read = async || {
            let entry = self.get(&keys::bucket(name)).await?.ok_or(Error::NoSuchBucket)?;
            let mut bucket = Bucket::from_entry(name.clone(), &entry)?;
            if let Ok(account) = AccountId::parse(&bucket.owner) {
                bucket.account_block = self.account_block(&account).await?.unwrap_or(PublicAccessBlock::NONE);
            }
            if bucket.has_tierings {
                bucket.tierings = self.enabled_tierings(bucket.id).await?;
            }
            Ok(bucket)
        };
        self.0.buckets.get(name, read).await
    }

    /// The bucket as it is now. [`Error::NoSuchBucket`] if it was deleted, also if there is another of its name.
    pub(crate) async fn same_bucket(&self, bucket: &Bucket) -> Result<Arc<Bucket>, Error> {
        let now = self.bucket(&bucket.name).await?;
        if now.id == bucket.id { Ok(now) } else { Err(Error::NoSuchBucket) }
    }

    /// Changes the record of a bucket.
    pub(crate) async fn change_bucket(
        &self,
        name: &BucketName,
        change: impl Fn(&mut BucketRecord) + Send + 'static,
    ) -> Result<(), Error> {
        self.change_bucket_with(name, move |record, _: &mut Commit| change(record)).await
    }

    /// Changes the record of a bucket, unless the record says that this cannot be.
    pub(crate) async fn try_change_bucket(
        &self,
        name: &BucketName,
        change: impl Fn(&mut BucketRecord) -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        self.try_change_bucket_with(name, move |record, _: &mut Commit| change(record)).await
    }

    /// Changes the record of a bucket, in one commit with what `change` adds.
    pub(crate) async fn change_bucket_with(
        &self,
        name: &BucketName,
        change: impl Fn(&mut BucketRecord, &mut Commit) + Send + 'static,
    ) -> Result<(), Error> {
        let change = move |record: &mut BucketRecord, commit: &mut Commit| {
            change(record, commit);
            Ok(())
        };
        self.try_change_bucket_with(name, change).await
    }

    async fn try_change_bucket_with(
        &self,
        name: &BucketName,
        change: impl Fn(&mut BucketRecord, &mut Commit) -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        // To the end whatever becomes of the caller, so that no old record stays in the cache.
        let (store, name) = (self.clone(), name.clone());
        let changed = Box::pin(async move {
            let key = keys::bucket(&name);
            for _ in 0..MAX_TRIES {
                let entry = store.get(&key).await?.ok_or(Error::NoSuchBucket)?;
                let mut record = BucketRecord::from_value(&entry.value)?;
                let mut commit = Commit::default();
                change(&mut record, &mut commit)?;
                commit.expect(key.clone(), Some(entry.version)).put(key.clone(), record.to_value());
                let committed = store.commit(commit).await;
                store.0.buckets.changed(&name);
                if committed? {
                    return Ok(());
                }
            }
            Err(Error::Busy)
        });
        self.uncancelled(changed).await
    }

    /// ListBuckets: at most `limit` buckets whose names begin with `prefix` and come after `after`, by name.
    pub async fn list_buckets(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Bucket>, Error> {
        let mut range = keys::buckets(prefix);
        let start = keys::after([b"b", after.as_bytes()].concat());
        if !after.is_empty() && start > range.start {
            range.start = start;
        }
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        let found = self.0.meta.scan(range, limit).await?;
        found
            .iter()
            .map(|(key, entry)| {
                let name = std::str::from_utf8(&key[1..]).ok().and_then(|name| BucketName::parse(name).ok());
                let name = name.ok_or_else(|| Error::Damaged("a bucket's name".into()))?;
                Bucket::from_entry(name, entry)
            })
            .collect()
    }

    /// DeleteBucket. Open uploads go with it; objects, their versions, delete markers and access points are in the way.
    pub async fn delete_bucket(&self, name: &BucketName) -> Result<(), Error> {
        // To the end whatever becomes of the caller, so that no deleted bucket stays in the cache.
        let (store, name) = (self.clone(), name.clone());
        self.uncancelled(Box::pin(async move { store.delete_bucket_now(&name).await })).await
    }

    async fn delete_bucket_now(&self, name: &BucketName) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let bucket = self.bucket(name).await?;
            let points = keys::points_of_bucket(bucket.id, None);
            let mut commit = Commit::default();
            bucket.require(&mut commit);
            for space in [keys::objects_prefix(bucket.id), keys::versions_prefix(bucket.id)] {
                let range = coldkeep_meta::prefix_range(&space);
                if !self.0.meta.scan(range.clone(), 1).await?.is_empty() {
                    return Err(Error::BucketNotEmpty);
                }
                commit.expect_empty(range);
            }
            if !self.0.meta.scan(points.clone(), 1).await?.is_empty() {
                return Err(Error::BucketHasAccessPoints);
            }
            commit.expect_empty(points).delete(keys::bucket(name));
            commit.delete(keys::bucket_objects_count(bucket.id)).delete(keys::bucket_bytes_count(bucket.id));
            commit.delete(keys::quota_of_container(bucket.id));
            self.drop_inventories(&mut commit, &bucket).await?;
            self.drop_tierings(&mut commit, &bucket).await?;
            self.leave_remains(&mut commit, b'u', bucket.id);
            let deleted = self.commit(commit).await;
            self.0.buckets.changed(name);
            self.forget_quota(bucket.id).await?;
            if deleted? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }
}
