//! What there is: buckets and their objects, vaults and their archives, open uploads. Counted in the commits that change it, so
//! that nobody has to look through everything to know.
//!
//! A store from before there were these counters is counted once, when it is opened, before anything changes in it.

use coldkeep_meta::{Commit, Meta, Seen, Step, prefix_range};

use crate::keys::{self, ContainerId};
use crate::records::{BucketRecord, ObjectRecord, Record, VaultRecord};
use crate::{Error, Store};

/// What a store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Buckets.
    pub buckets: u64,
    /// Objects in them, each version of one for itself; delete markers are not counted.
    pub objects: u64,
    /// Bytes of the objects and their annotations, each counted in full, also where copies share them.
    pub object_bytes: u64,
    /// Vaults.
    pub vaults: u64,
    /// Archives in them.
    pub archives: u64,
    /// Bytes of the archives, as vaults count them: with 32,768 of overhead each.
    pub archive_bytes: u64,
    /// Open multipart uploads of both kinds.
    pub open_uploads: u64,
}

/// The record that says that there are counters.
pub(crate) fn counted_key() -> Vec<u8> {
    keys::state("usage")
}

/// Adds to a commit so many objects and bytes, or takes them off.
pub(crate) fn count_objects(commit: &mut Commit, bucket: ContainerId, objects: i64, bytes: i64) {
    for (key, delta) in [(keys::bucket_objects_count(bucket), objects), (keys::bucket_bytes_count(bucket), bytes)] {
        if delta != 0 {
            commit.add(key, delta);
        }
    }
}

/// What an uploads' or objects' container counts, found by looking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub objects: i64,
    pub bytes: i64,
    pub uploads: i64,
}

/// Looks through the objects of a bucket, and through its uploads or those of a vault (by its tag).
pub(crate) async fn look(meta: &dyn Meta, container: ContainerId, tag: u8) -> Result<Counted, coldkeep_meta::Error> {
    let mut counted = Counted::default();
    if tag == b'u' {
        // Delete markers are no objects, and their records none of these.
        let mut object = |seen: Seen<'_>| {
            if let Ok(record) = ObjectRecord::from_value(seen.value) {
                counted.objects += 1;
                counted.bytes += record.counted_bytes();
            }
            Step::Next
        };
        for space in [keys::objects_prefix(container), keys::versions_prefix(container)] {
            meta.walk(prefix_range(&space), &mut object).await?;
        }
    }
    let mut upload = |_: Seen<'_>| {
        counted.uploads += 1;
        Step::Next
    };
    meta.walk(prefix_range(&[&[tag], container.as_slice()].concat()), &mut upload).await?;
    Ok(counted)
}

/// Adds to a commit what was found by looking.
pub(crate) fn put(commit: &mut Commit, container: ContainerId, tag: u8, counted: Counted) {
    let objects = [
        (keys::bucket_objects_count(container), counted.objects),
        (keys::bucket_bytes_count(container), counted.bytes),
    ];
    for (key, number) in objects.into_iter().filter(|_| tag == b'u') {
        commit.put(key, number.to_be_bytes());
    }
    commit.put(keys::open_uploads_count(container), counted.uploads.to_be_bytes());
}

/// Counts a store that has no counters.
pub(crate) async fn count_all(meta: &dyn Meta) -> Result<(), Error> {
    let mut containers = Vec::new();
    let mut bucket = |seen: Seen<'_>| {
        containers.extend(BucketRecord::from_value(seen.value).ok().map(|record| (record.id, b'u')));
        Step::Next
    };
    meta.walk(keys::tagged(b'b'), &mut bucket).await?;
    let mut vault = |seen: Seen<'_>| {
        containers.extend(VaultRecord::from_value(seen.value).ok().map(|record| (record.id, b'U')));
        Step::Next
    };
    meta.walk(keys::tagged(b'v'), &mut vault).await?;
    for (container, tag) in containers {
        let mut commit = Commit::default();
        put(&mut commit, container, tag, look(meta, container, tag).await?);
        meta.commit(commit).await?;
    }
    let mut commit = Commit::default();
    commit.put(counted_key(), Vec::new());
    Ok(meta.commit(commit).await?)
}

impl Store {
    /// What there is now.
    pub async fn usage(&self) -> Result<Usage, Error> {
        let mut usage = Usage::default();
        let mut counter = |seen: Seen<'_>| {
            let number = seen.value.try_into().map_or(0, i64::from_be_bytes).max(0) as u64;
            match seen.key.get(9..) {
                Some(keys::OBJECTS) => usage.objects += number,
                Some(keys::OBJECT_BYTES) => usage.object_bytes += number,
                Some(keys::OPEN_UPLOADS) => usage.open_uploads += number,
                Some(keys::ARCHIVES) => usage.archives += number,
                Some(keys::ARCHIVE_BYTES) => usage.archive_bytes += number,
                _ => {}
            }
            Step::Next
        };
        self.0.meta.walk(keys::tagged(b'n'), &mut counter).await?;
        for (tag, count) in [(b'b', &mut usage.buckets), (b'v', &mut usage.vaults)] {
            let mut one = |_: Seen<'_>| {
                *count += 1;
                Step::Next
            };
            self.0.meta.walk(keys::tagged(tag), &mut one).await?;
        }
        Ok(usage)
    }
}
