//! Lifecycle: rules of a bucket by which its objects go to other classes and expire, and its uploads are aborted, and the work that this is.
//!
//! Invariants:
//! - *Records say when to look, rules say what to do.* Whatever a rule covers has a due record (`d`), put in the commit that puts the
//!   object or upload. When that falls due, it is judged by the rules of that moment, so changing or deleting a rule saves what is there.
//! - Due records may be too many, never too few: of what was deleted or replaced they find nothing, and are struck.
//! - New rules walk their bucket once, in the background; where the walk is, is its record, so it goes on after a restart.
//! - What removes or moves something requires that the object or upload, the bucket with its rules, and the due record are as they were read.
//!   So several may work on one list, and each thing is done once.
//!
//! A bucket without rules has no such records, and pays nothing. What rules mean is in [`rules`], pure; decision 0028 says why.

pub(crate) mod abandoned;
pub(crate) mod due;
mod objects;
pub(crate) mod rules;
pub(crate) mod schedule;
mod stacks;
mod transitions;
pub(crate) mod walk;

use std::sync::atomic::{AtomicU64, Ordering};

use coldkeep_types::BucketName;

pub use rules::{Expiration, Filter, FilterForm, Lifecycle, LifecycleRule, MinimumSize, Noncurrent, Ruled, Traits};
pub use transitions::{NoncurrentTransition, Transition, When};

use crate::{Error, Store};

/// What was done since the start.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    expired: AtomicU64,
    moved: AtomicU64,
    aborted: AtomicU64,
    abandoned: AtomicU64,
    archived: AtomicU64,
    pub(crate) archives: AtomicU64,
}

/// What lifecycle has removed, and moved, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Objects that expired by a rule, and versions and delete markers that went by one.
    pub expired_objects: u64,
    /// Objects and versions that went to another storage class by a rule.
    pub moved_objects: u64,
    /// Objects and versions archived by Intelligent-Tiering.
    pub archived_objects: u64,
    /// Uploads aborted by a rule.
    pub aborted_uploads: u64,
    /// Uploads dropped since nobody went on with them.
    pub abandoned_uploads: u64,
    /// Archives that expired by the rule of their vault.
    pub expired_archives: u64,
}

impl Store {
    /// PutBucketLifecycleConfiguration; with `None`, DeleteBucketLifecycle. Writes under way are judged anew by the rules.
    pub async fn put_bucket_lifecycle(&self, name: &BucketName, lifecycle: Option<Lifecycle>) -> Result<(), Error> {
        let walks = lifecycle.is_some();
        let bucket = name.clone();
        let change = move |record: &mut crate::records::BucketRecord, commit: &mut coldkeep_meta::Commit| {
            record.lifecycle = lifecycle.clone();
            walk::begin(commit, &bucket, record.id, walks);
        };
        self.change_bucket_with(name, change).await
    }

    /// What was removed, and moved, since the start.
    pub fn removed(&self) -> Removed {
        let counters = &self.0.lifecycle;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Removed {
            expired_objects: read(&counters.expired),
            moved_objects: read(&counters.moved),
            archived_objects: read(&counters.archived),
            aborted_uploads: read(&counters.aborted),
            abandoned_uploads: read(&counters.abandoned),
            expired_archives: read(&counters.archives),
        }
    }
}
