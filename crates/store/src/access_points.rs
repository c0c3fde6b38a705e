//! Access points: further names of a bucket, each with a policy and a block of public access of its own. What those mean is the
//! door's to say.
//!
//! A point is one record; its alias leads to it, and its bucket knows it, so that no bucket goes while it has one. All three are
//! written and deleted together. A host `name-account.domain` is a point's or a bucket's, never both: neither is made where the
//! other is. Memory knows points as it knows buckets: a change forgets them all.

use std::any::Any;
use std::sync::Arc;

use coldkeep_meta::{Commit, Entry, Step};
use coldkeep_types::{AccessPointArn, AccessPointName, AccountId, BucketName, OutpostId, Region, Timestamp};
use minicbor::{Decode, Encode};

use crate::access::{Derived, PublicAccessBlock};
use crate::keys::{self, ContainerId};
use crate::records::{BucketRecord, Record, time};
use crate::{Error, MAX_TRIES, Store};

/// The most that an account may have.
const MAX_ACCESS_POINTS: usize = 10_000;

/// A new access point.
#[derive(Clone, Debug)]
pub struct NewAccessPoint {
    /// The account it is of; the bucket may be another's.
    pub account: AccountId,
    /// Its name.
    pub name: AccessPointName,
    /// Its bucket.
    pub bucket: BucketName,
    /// The network from which alone it may be reached.
    pub vpc: Option<String>,
    /// The Outpost it is declared on.
    pub outpost: Option<OutpostId>,
    /// Its block of public access.
    pub block: PublicAccessBlock,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

/// An access point as it was read.
#[derive(Clone, Debug)]
pub struct AccessPoint {
    /// What it is called from everywhere. Its region is its bucket's.
    pub arn: AccessPointArn,
    /// Its name in a bucket's place.
    pub alias: String,
    /// Its bucket.
    pub bucket: BucketName,
    /// The bucket's account.
    pub bucket_owner: String,
    /// When it was made.
    pub created: Timestamp,
    /// The network from which alone it may be reached.
    pub vpc: Option<String>,
    /// Its block of public access.
    pub block: PublicAccessBlock,
    /// Its policy, as it was put.
    pub policy: Option<String>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    derived: Derived,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct AccessPointRecord {
    #[n(0)]
    pub bucket: String,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub bucket_id: ContainerId,
    #[n(2)]
    pub bucket_owner: String,
    #[n(3)]
    pub region: String,
    #[n(4)]
    pub created_ms: i64,
    #[n(5)]
    pub alias: String,
    #[n(6)]
    pub vpc: Option<String>,
    #[n(7)]
    pub outpost: Option<String>,
    #[n(8)]
    pub block: PublicAccessBlock,
    #[n(9)]
    pub policy: Option<String>,
    #[n(10)]
    pub tags: Option<Vec<(String, String)>>,
}

impl Record for AccessPointRecord {}

impl AccessPoint {
    fn of(account: &AccountId, name: &AccessPointName, entry: &Entry) -> Result<Self, Error> {
        let record = AccessPointRecord::from_value(&entry.value)?;
        let damaged = |_| Error::Damaged("the record of an access point".into());
        let outpost = record.outpost.as_deref().map(OutpostId::parse).transpose().map_err(damaged)?;
        let region = Region::parse(&record.region).map_err(damaged)?;
        Ok(Self {
            arn: AccessPointArn { region, account: account.clone(), outpost, name: name.clone() },
            alias: record.alias,
            bucket: BucketName::parse(&record.bucket).map_err(damaged)?,
            bucket_owner: record.bucket_owner,
            created: time(record.created_ms),
            vpc: record.vpc,
            block: record.block,
            policy: record.policy,
            tags: record.tags.unwrap_or_default(),
            derived: Derived::default(),
        })
    }

    /// What `make` makes of this record, as [`Bucket::derived`](crate::Bucket::derived).
    pub fn derived<T: Any + Send + Sync>(&self, make: impl FnOnce(&Self) -> T) -> Result<Arc<T>, Error> {
        self.derived.get(|| make(self))
    }
}

/// `name-prefix-26characters-s3alias`, as Amazon's look: at most 63 characters, and nobody's bucket.
#[expect(clippy::disallowed_methods, reason = "aliases are the system's chance")]
fn new_alias(name: &AccessPointName, outpost: bool) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut chance: u128 = rand::random();
    let mut unique = String::with_capacity(26);
    for _ in 0..26 {
        unique.push(char::from(LETTERS[(chance % 32) as usize]));
        chance /= 32;
    }
    let begin = name.as_str().get(..28).unwrap_or(name.as_str()).trim_end_matches('-');
    format!("{begin}-{unique}{}", if outpost { "--op-s3" } else { "-s3alias" })
}

impl Store {
    /// CreateAccessPoint, of a bucket that is there, whoever's it is.
    pub async fn create_access_point(&self, new: &NewAccessPoint) -> Result<Arc<AccessPoint>, Error> {
        let (account, name) = (&new.account, &new.name);
        let key = keys::access_point(account, name.as_str());
        // A host of this name would be both's.
        let namesake = keys::bucket_named(&format!("{name}-{account}"));
        for _ in 0..MAX_TRIES {
            if self.get(&key).await?.is_some() {
                return Err(Error::AccessPointExists);
            }
            if self.get(&namesake).await?.is_some() {
                return Err(Error::AccessPointNameTaken);
            }
            self.must_have_room_for_a_point(account).await?;
            let at = keys::bucket(&new.bucket);
            let entry = self.get(&at).await?.ok_or(Error::NoSuchBucket)?;
            let bucket = BucketRecord::from_value(&entry.value)?;
            let record = AccessPointRecord {
                bucket: new.bucket.to_string(),
                bucket_id: bucket.id,
                bucket_owner: bucket.owner,
                region: bucket.region,
                created_ms: self.now().0,
                alias: new_alias(name, new.outpost.is_some()),
                vpc: new.vpc.clone(),
                outpost: new.outpost.as_ref().map(ToString::to_string),
                block: new.block,
                policy: None,
                tags: Some(new.tags.clone()).filter(|tags| !tags.is_empty()),
            };
            let mut commit = Commit::default();
            commit.expect(at, Some(entry.version)).expect(key.clone(), None).expect(namesake.clone(), None);
            commit.put(key.clone(), record.to_value()).put(keys::alias(&record.alias), key.clone());
            commit.put(keys::point_of_bucket(bucket.id, account, name.as_str()), Vec::new());
            if self.commit(commit).await? {
                return self.access_point(account, name).await;
            }
        }
        Err(Error::Busy)
    }

    async fn must_have_room_for_a_point(&self, account: &AccountId) -> Result<(), Error> {
        let mut count = 0;
        let mut visit = |_: coldkeep_meta::Seen<'_>| {
            count += 1;
            if count < MAX_ACCESS_POINTS { Step::Next } else { Step::Stop }
        };
        self.0.meta.walk(keys::access_points(account), &mut visit).await?;
        if count < MAX_ACCESS_POINTS { Ok(()) } else { Err(Error::TooManyAccessPoints) }
    }

    /// The access point of this account and name.
    pub async fn access_point(&self, account: &AccountId, name: &AccessPointName) -> Result<Arc<AccessPoint>, Error> {
        self.cached_point(&format!("{name}-{account}"), || keys::access_point(account, name.as_str())).await
    }

    /// The access point of this alias.
    pub async fn access_point_by_alias(&self, alias: &str) -> Result<Arc<AccessPoint>, Error> {
        self.cached_point(alias, || keys::alias(alias)).await
    }

    /// What memory knows under a name; else what the record says, to which an alias leads.
    async fn cached_point(&self, name: &str, key: impl Fn() -> Vec<u8> + Send) -> Result<Arc<AccessPoint>, Error> {
        let read = async || {
            let mut at = key();
            if keys::is_alias(&at) {
                at = self.get(&at).await?.ok_or(Error::NoSuchAccessPoint)?.value;
            }
            let entry = self.get(&at).await?.ok_or(Error::NoSuchAccessPoint)?;
            let (account, own) = keys::parse_access_point(&at).ok_or_else(malformed)?;
            AccessPoint::of(&account, &own, &entry)
        };
        self.0.points.get(name, read).await
    }

    /// ListAccessPoints: at most `limit` of an account, whose names come after `after`, by name; of one bucket only, if one is named.
    pub async fn list_access_points(
        &self,
        account: &AccountId,
        bucket: Option<&BucketName>,
        after: &str,
        limit: usize,
    ) -> Result<Vec<AccessPoint>, Error> {
        let (mut range, is_index) = match bucket {
            None => (keys::access_points(account), false),
            Some(bucket) => (keys::points_of_bucket(self.bucket(bucket).await?.id, Some(account)), true),
        };
        if !after.is_empty() {
            range.start.extend_from_slice(after.as_bytes());
            range.start = keys::after(range.start);
        }
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for (key, entry) in self.0.meta.scan(range, limit).await? {
            let at = if is_index { keys::point_in_index(&key).ok_or_else(malformed)? } else { key };
            let (account, name) = keys::parse_access_point(&at).ok_or_else(malformed)?;
            let entry = if is_index { self.get(&at).await? } else { Some(entry) };
            // One that was deleted meanwhile is not there.
            found.extend(entry.map(|entry| AccessPoint::of(&account, &name, &entry)).transpose()?);
        }
        Ok(found)
    }

    /// Changes the record of an access point: its policy or tags.
    pub async fn change_access_point(
        &self,
        account: &AccountId,
        name: &AccessPointName,
        change: impl Fn(&mut AccessPoint) + Send + 'static,
    ) -> Result<(), Error> {
        let change = move |commit: &mut Commit, key: Vec<u8>, mut point: AccessPoint, record: AccessPointRecord| {
            change(&mut point);
            let tags = Some(point.tags.clone()).filter(|tags| !tags.is_empty());
            let record = AccessPointRecord { policy: point.policy.clone(), tags, ..record };
            commit.put(key, record.to_value());
        };
        self.with_point(account, name, change).await
    }

    /// DeleteAccessPoint.
    pub async fn delete_access_point(&self, account: &AccountId, name: &AccessPointName) -> Result<(), Error> {
        let delete = |commit: &mut Commit, key: Vec<u8>, point: AccessPoint, record: AccessPointRecord| {
            let AccessPointArn { account, name, .. } = &point.arn;
            commit.delete(keys::alias(&record.alias));
            commit.delete(keys::point_of_bucket(record.bucket_id, account, name.as_str())).delete(key);
        };
        self.with_point(account, name, delete).await
    }

    /// One commit about a point as it is now. To the end whatever becomes of the caller, so that no old record stays in memory.
    async fn with_point(
        &self,
        account: &AccountId,
        name: &AccessPointName,
        write: impl Fn(&mut Commit, Vec<u8>, AccessPoint, AccessPointRecord) + Send + 'static,
    ) -> Result<(), Error> {
        let (store, account, name) = (self.clone(), account.clone(), name.clone());
        let changed = Box::pin(async move {
            let key = keys::access_point(&account, name.as_str());
            for _ in 0..MAX_TRIES {
                let entry = store.get(&key).await?.ok_or(Error::NoSuchAccessPoint)?;
                let point = AccessPoint::of(&account, &name, &entry)?;
                let mut commit = Commit::default();
                commit.expect(key.clone(), Some(entry.version));
                write(&mut commit, key.clone(), point, AccessPointRecord::from_value(&entry.value)?);
                let committed = store.commit(commit).await;
                store.0.points.all_changed();
                if committed? {
                    return Ok(());
                }
            }
            Err(Error::Busy)
        });
        self.uncancelled(changed).await
    }
}

fn malformed() -> Error {
    Error::Damaged("the key of an access point".into())
}
