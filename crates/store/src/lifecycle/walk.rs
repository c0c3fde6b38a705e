//! The walk of a bucket whose rules are new: what was there before them gets its due records.
//!
//! A bucket has one walk at most, under a key of its own: rules that change meanwhile begin it anew in their commit, and the walk
//! under way cannot go on. Its value is the bucket's name, a NUL, and the last key it has passed.

use coldkeep_meta::{Commit, Seen, Step, Version, prefix_range};
use coldkeep_types::{BucketName, Timestamp};

use super::schedule::{self, object_key, walk_id};
use crate::keys::{self, ContainerId};
use crate::objects::object::Object;
use crate::upkeep::due::WALK_RULES;
use crate::uploads::Upload;
use crate::{Error, Store};

/// Objects and uploads passed before other due work is looked at.
const BATCH: usize = 256;

/// Where the record of a bucket's walk lies: it is due at once.
pub(crate) fn at(bucket: ContainerId) -> Vec<u8> {
    keys::due(Timestamp(0), WALK_RULES, walk_id(bucket))
}

/// Adds to the commit that changes a bucket's rules that its walk begins, or ends since there are none.
pub(super) fn begin(commit: &mut Commit, bucket: &BucketName, id: ContainerId, walks: bool) {
    match walks {
        true => commit.put(at(id), schedule::value(bucket, &keys::objects_prefix(id))),
        false => commit.delete(at(id)),
    };
}

impl Store {
    /// Goes on with a walk, by a batch.
    pub(crate) async fn walk_rules(&self, key: &[u8], value: &[u8], version: Version) -> Result<(), Error> {
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
        let bucket = bucket.filter(|bucket| bucket.id == container && bucket.lifecycle.is_some());
        let Some(bucket) = bucket else {
            commit.delete(key);
            return self.commit(commit).await.map(drop);
        };
        let space = match last.first() {
            Some(b'o') => keys::objects_prefix(container),
            Some(b'O') => keys::versions_prefix(container),
            _ => keys::uploads_prefix(container),
        };
        let range = keys::after(last.to_vec())..prefix_range(&space).end;
        let (mut passed, mut reached, mut failed, mut looked_at) = (0, None, None, None);
        let mut visit = |seen: Seen<'_>| {
            let found = object_key(seen.key).ok_or_else(|| Error::Damaged("the key of an object or upload".into()));
            let noted = found.and_then(|object_key| {
                match space[0] {
                    b'o' => {
                        let object = Object::from_value(seen.value)?;
                        self.schedule_expiration(&mut commit, &bucket, &object_key, object.traits(), object.modified);
                    }
                    b'O' if looked_at.as_ref() == Some(&object_key) => {}
                    b'O' => {
                        self.schedule_versions(&mut commit, &bucket, &object_key);
                        looked_at = Some(object_key);
                    }
                    _ => {
                        let begun = Upload::begun(seen.value)?;
                        self.schedule_abort(&mut commit, &bucket, &object_key, begun, seen.key);
                    }
                }
                Ok(())
            });
            // What is damaged is for fsck; the rest of the bucket is not kept from its rules by it.
            failed = failed.take().or(noted.err());
            passed += 1;
            reached = Some(seen.key.to_vec());
            if passed < BATCH { Step::Next } else { Step::Stop }
        };
        self.0.meta.walk(range, &mut visit).await?;
        if let Some(error) = failed {
            tracing::error!(bucket = %name, %error, "an object or upload was passed over by the walk of new lifecycle rules");
        }
        match (passed < BATCH, space[0]) {
            (false, _) => commit.put(key, schedule::value(&name, &reached.unwrap_or(space))),
            (true, b'o') => commit.put(key, schedule::value(&name, &keys::versions_prefix(container))),
            (true, b'O') => commit.put(key, schedule::value(&name, &keys::uploads_prefix(container))),
            (true, _) => commit.delete(key),
        };
        self.commit(commit).await.map(drop)
    }
}
