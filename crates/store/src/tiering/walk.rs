//! The walk of a bucket that has a new configuration: what was there before it gets its due work. There is one of a bucket at most, as
//! of lifecycle rules (`lifecycle/walk.rs`); its value is the bucket's name, a NUL, and the last key it has passed.

use coldkeep_meta::{Commit, Seen, Step, Version, prefix_range};
use coldkeep_types::{BucketName, Timestamp};

use super::judge::Candidate;
use crate::keys::{self, ContainerId};
use crate::lifecycle::schedule::{self, object_key, walk_id};
use crate::records::{MarkerRecord, ObjectRecord, Record};
use crate::upkeep::due::WALK_TIERINGS;
use crate::{Bucket, Error, Store};

/// Objects passed before other due work is looked at.
const BATCH: usize = 256;

/// Where the record of a bucket's walk lies: it is due at once.
pub(super) fn at(bucket: ContainerId) -> Vec<u8> {
    keys::due(Timestamp(0), WALK_TIERINGS, walk_id(bucket))
}

/// Adds to the commit that puts a configuration that the walk of its bucket begins, anew if it was under way.
pub(super) fn begin(commit: &mut Commit, bucket: &BucketName, id: ContainerId) {
    commit.put(at(id), schedule::value(bucket, &keys::objects_prefix(id)));
}

impl Store {
    /// Goes on with a walk, by a batch.
    pub(crate) async fn walk_tierings(&self, key: &[u8], value: &[u8], version: Version) -> Result<(), Error> {
        let damaged = || Error::Damaged("the walk of a bucket".into());
        let (name, last) = schedule::parse(value).ok_or_else(damaged)?;
        let container = keys::container(last).ok_or_else(damaged)?;
        let mut commit = Commit::default();
        commit.expect(key, Some(version));
        let bucket = match self.bucket(&name).await {
            Err(Error::NoSuchBucket) => None,
            found => Some(found?),
        };
        commit.expect(keys::bucket(&name), bucket.as_ref().map(|bucket| bucket.version));
        let Some(bucket) = bucket.filter(|bucket| bucket.id == container && !bucket.tierings.is_empty()) else {
            commit.delete(key);
            return self.commit(commit).await.map(drop);
        };
        let space = match last.first() {
            Some(b'o') => keys::objects_prefix(container),
            _ => keys::versions_prefix(container),
        };
        let range = keys::after(last.to_vec())..prefix_range(&space).end;
        let (mut passed, mut reached, mut failed) = (0, None, None);
        let mut visit = |seen: Seen<'_>| {
            failed = failed.take().or(self.note(&mut commit, &bucket, &seen).err());
            passed += 1;
            reached = Some(seen.key.to_vec());
            if passed < BATCH { Step::Next } else { Step::Stop }
        };
        self.0.meta.walk(range, &mut visit).await?;
        if let Some(error) = failed {
            tracing::error!(bucket = %name, %error, "an object was passed over by the walk of a new configuration of tiering");
        }
        match (passed < BATCH, space[0]) {
            (false, _) => commit.put(key, schedule::value(&name, &reached.unwrap_or(space))),
            (true, b'o') => commit.put(key, schedule::value(&name, &keys::versions_prefix(container))),
            (true, _) => commit.delete(key),
        };
        self.commit(commit).await.map(drop)
    }

    /// What is damaged is for `fsck`; the rest of the bucket is not kept from its configurations by it.
    fn note(&self, commit: &mut Commit, bucket: &Bucket, seen: &Seen<'_>) -> Result<(), Error> {
        if seen.value.first() == Some(&MarkerRecord::VERSION) {
            return Ok(());
        }
        let key = object_key(seen.key).ok_or_else(|| Error::Damaged("the key of an object".into()))?;
        let record = ObjectRecord::from_value(seen.value)?;
        self.schedule_archiving(commit, bucket, Candidate::record(&key, &record), record.instance);
        Ok(())
    }
}
