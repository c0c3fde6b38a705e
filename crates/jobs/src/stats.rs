//! What the jobs of a store have done, for metrics.

use std::sync::atomic::{AtomicI64, AtomicU64};

/// Counters since the start, and two states.
#[derive(Debug, Default)]
pub struct Stats {
    /// Contents freed, or struck from the released list because they have owners.
    pub reclaimed: AtomicU64,
    /// Contents on the released list that somebody was reading at the last pass.
    pub held: AtomicU64,
    /// Blobs moved to quarantine that an earlier run left unfinished.
    pub swept: AtomicU64,
    /// Bytes of blobs in quarantine, as last counted.
    pub quarantined_bytes: AtomicU64,
    /// 1 while what earlier runs left is not swept, since metadata was lost.
    pub sweep_withheld: AtomicU64,
    /// Objects, versions and delete markers that went by a lifecycle rule.
    pub expired_objects: AtomicU64,
    /// Objects and versions that a lifecycle rule moved to another storage class.
    pub moved_objects: AtomicU64,
    /// Objects and versions archived by Intelligent-Tiering since nobody read them.
    pub archived_objects: AtomicU64,
    /// Objects and versions whose bytes followed their class into another pool.
    pub pool_moved_objects: AtomicU64,
    /// Bytes that were moved so.
    pub pool_moved_bytes: AtomicU64,
    /// Objects and versions whose bytes were still to follow at the last pass.
    pub pool_moves_waiting: AtomicU64,
    /// Archives that expired by the rule of their vault.
    pub expired_archives: AtomicU64,
    /// Uploads aborted by a lifecycle rule.
    pub aborted_uploads: AtomicU64,
    /// Uploads to S3 dropped since nobody went on with them.
    pub abandoned_uploads: AtomicU64,
    /// Events of buckets handed over to their destinations.
    pub delivered_events: AtomicU64,
    /// Events dropped since their destinations did not take them.
    pub dropped_events: AtomicU64,
    /// Passes over the work due.
    pub due_runs: AtomicU64,
    /// When work will be due next, in milliseconds since 1970; zero when none is scheduled.
    pub next_due_ms: AtomicI64,
}
