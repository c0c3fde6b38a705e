//! Due records of lifecycle: where they lie, and what they hold.
//!
//! The one of an object is named by its key, not by the object: since days end at midnight, a key that is written over and over has one
//! a day, however often it is written. Its value is the bucket's name, a NUL, and the key of the record it is about; of a walk over
//! the versions of a key that is under way, where it stopped follows.

use coldkeep_meta::Commit;
use coldkeep_types::{BucketName, Id, ObjectKey, Timestamp};
use sha2::{Digest, Sha256};

use super::Traits;
use crate::keys::{self, ContainerId};
use crate::upkeep::due::{ABORT_UPLOAD, EXPIRE_OBJECT, EXPIRE_VERSIONS};
use crate::{Bucket, Store};

/// What names the expiry of whatever lies at this key.
pub(crate) fn expiry_id(record_key: &[u8]) -> Id {
    let digest: [u8; 32] = Sha256::digest(record_key).into();
    let (id, _) = digest.split_at(16);
    Id::from_slice(id).unwrap_or(Id::from_bytes([0; 16]))
}

/// The value of a due record.
pub(crate) fn value(bucket: &BucketName, record_key: &[u8]) -> Vec<u8> {
    [bucket.as_str().as_bytes(), &[0], record_key].concat()
}

/// Bucket and record key of a value made by [`value`].
pub(crate) fn parse(value: &[u8]) -> Option<(BucketName, &[u8])> {
    let end = value.iter().position(|byte| *byte == 0)?;
    let (name, rest) = value.split_at(end);
    Some((BucketName::parse(std::str::from_utf8(name).ok()?).ok()?, &rest[1..]))
}

/// Bytes that [`going_on`] puts behind the key.
pub(super) const REACHED_BYTES: usize = 32;

/// Where a walk over the versions of a key stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    /// The version that was passed last.
    pub passed: Id,
    /// When that one came.
    pub came: Timestamp,
    /// When the first of those that were passed is due, if any is.
    pub next: Option<Timestamp>,
}

/// The value of the due record of a walk that goes on.
pub(super) fn going_on(bucket: &BucketName, record_key: &[u8], reached: &Reached) -> Vec<u8> {
    let next = reached.next.map_or(i64::MAX, |next| next.0);
    let mut value = value(bucket, record_key);
    value.extend_from_slice(reached.passed.as_bytes());
    value.extend_from_slice(&reached.came.0.to_be_bytes());
    value.extend_from_slice(&next.to_be_bytes());
    value
}

/// What [`parse`] gives of the due record of an object: its record's key, and what [`going_on`] put behind it.
pub(crate) fn about_object(record_key: &[u8]) -> Option<(&[u8], Option<Reached>)> {
    let end = 10 + record_key.get(9..)?.iter().position(|byte| *byte == 0)?;
    let (record_key, rest) = record_key.split_at(end);
    if rest.is_empty() {
        return Some((record_key, None));
    }
    let time = |range: std::ops::Range<usize>| Some(Timestamp(i64::from_be_bytes(rest.get(range)?.try_into().ok()?)));
    let next = Some(time(24..32)?).filter(|next| next.0 != i64::MAX);
    let reached = Reached { passed: Id::from_slice(rest.get(..16)?)?, came: time(16..24)?, next };
    (rest.len() == REACHED_BYTES).then_some((record_key, Some(reached)))
}

/// The object key in the key of an object's or upload's record.
pub(crate) fn object_key(record_key: &[u8]) -> Option<ObjectKey> {
    let rest = record_key.get(9..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    ObjectKey::parse(std::str::from_utf8(&rest[..end]).ok()?).ok()
}

/// Adds to a commit that somebody looks at what lies at this key then.
pub(crate) fn look_at(commit: &mut Commit, due: Timestamp, kind: u8, bucket: &BucketName, record_key: &[u8]) {
    let id = match kind {
        EXPIRE_OBJECT | EXPIRE_VERSIONS => expiry_id(record_key),
        _ => keys::trailing_id(record_key).unwrap_or(Id::from_bytes([0; 16])),
    };
    commit.put(keys::due(due, kind, id), value(bucket, record_key));
}

/// The id of a bucket as the id of work.
pub(crate) fn walk_id(bucket: ContainerId) -> Id {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&bucket);
    Id::from_bytes(id)
}

impl Store {
    /// Adds to the commit that puts an object when something comes of it, if the bucket has a rule for it.
    pub(crate) fn schedule_expiration(
        &self,
        commit: &mut Commit,
        bucket: &Bucket,
        key: &ObjectKey,
        of: Traits<'_>,
        made: Timestamp,
    ) {
        let Some(lifecycle) = &bucket.lifecycle else { return };
        if let Some(due) = lifecycle.first(key, of, made, self.0.options.lifecycle_day_ms) {
            look_at(commit, due, EXPIRE_OBJECT, &bucket.name, &keys::object(bucket.id, key));
        }
    }

    /// Adds to the commit that makes a version of this key noncurrent when to look at its versions, if the bucket has a rule for it.
    pub(crate) fn schedule_noncurrent(&self, commit: &mut Commit, bucket: &Bucket, key: &ObjectKey) {
        let due = bucket.lifecycle.as_ref().and_then(|it| it.look(key, self.now(), self.0.options.lifecycle_day_ms));
        self.look_at_versions(commit, bucket, key, due);
    }

    /// Adds to the commit that changes the versions of this key, or their tags, that they are looked at at the end of the day.
    pub(crate) fn schedule_versions(&self, commit: &mut Commit, bucket: &Bucket, key: &ObjectKey) {
        let due =
            bucket.lifecycle.as_ref().and_then(|it| it.look_soon(key, self.now(), self.0.options.lifecycle_day_ms));
        self.look_at_versions(commit, bucket, key, due);
    }

    /// Adds to the commit that puts a delete marker when it goes if nothing is below it then.
    pub(crate) fn schedule_marker(&self, commit: &mut Commit, bucket: &Bucket, key: &ObjectKey, made: Timestamp) {
        let lifecycle = bucket.lifecycle.as_ref();
        let ruled = lifecycle.and_then(|it| it.marker(key, made, self.0.options.lifecycle_day_ms));
        self.look_at_versions(commit, bucket, key, ruled.map(|ruled| ruled.due));
    }

    fn look_at_versions(&self, commit: &mut Commit, bucket: &Bucket, key: &ObjectKey, due: Option<Timestamp>) {
        if let Some(due) = due {
            look_at(commit, due, EXPIRE_VERSIONS, &bucket.name, &keys::object(bucket.id, key));
        }
    }

    /// Adds to the commit that begins an upload when it is aborted, if the bucket has a rule for it.
    pub(crate) fn schedule_abort(
        &self,
        commit: &mut Commit,
        bucket: &Bucket,
        key: &ObjectKey,
        begun: Timestamp,
        record_key: &[u8],
    ) {
        let Some(lifecycle) = &bucket.lifecycle else { return };
        if let Some(ruled) = lifecycle.abort(key, begun, self.0.options.lifecycle_day_ms) {
            look_at(commit, ruled.due, ABORT_UPLOAD, &bucket.name, record_key);
        }
    }
}
