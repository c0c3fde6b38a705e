//! Inventories of buckets: lists of what lies in a bucket, written again and again as objects of another one.
//!
//! A configuration says what is listed, how often and where to ([`change`]); when its time has come the report is made, step by step
//! ([`make`]). What a list looks like, and who may deliver it, is the door's to say: see [`InventoryMaker`].
//!
//! Invariants: a step is written down in the commit that follows it, so a report goes on after a restart where it was, and its
//! manifest, which is its last step, is of one run. A bucket without configurations pays nothing. Decision 0043 says why.

mod change;
mod make;

use async_trait::async_trait;
use coldkeep_types::{Id, Timestamp};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use crate::records::Record;
use crate::{Bucket, Error, Store};

/// The most configurations that a bucket may have.
pub const MAX_INVENTORIES: u32 = 1000;

/// What is listed of a bucket, how often, and where to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Inventory {
    /// Its name among those of its bucket.
    #[n(0)]
    pub id: String,
    /// Whether reports are made.
    #[n(1)]
    pub enabled: bool,
    /// Whether all versions are listed, and not only current objects.
    #[n(2)]
    pub all_versions: bool,
    /// Whether a report is made once a week, and not every day.
    #[n(3)]
    pub weekly: bool,
    /// Begins the keys of what is listed; absent: nobody said.
    #[n(4)]
    pub filter: Option<String>,
    /// What is told beside keys, by Amazon's names.
    #[n(5)]
    pub fields: Vec<String>,
    /// The bucket that reports go to. It may be gone by now.
    #[n(6)]
    pub target: String,
    /// The account that must own it; absent: any.
    #[n(7)]
    pub target_owner: Option<String>,
    /// Begins the keys of reports; absent: nobody said.
    #[n(8)]
    pub prefix: Option<String>,
    /// How reports are sealed; absent: as their bucket says.
    #[n(9)]
    pub sealing: Option<InventorySealing>,
}

/// How the objects of a report are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum InventorySealing {
    /// By the server's own key.
    #[n(0)]
    Server,
    /// By this key of KMS.
    #[n(1)]
    Kms(#[n(0)] String),
}

/// A report that is being made.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InventoryRun {
    /// When it was begun, in milliseconds since 1970: it names the report.
    #[n(0)]
    pub begun_ms: i64,
    /// Names it among all runs.
    #[n(1)]
    pub run: Id,
    /// The last key that is listed, and the id of its version.
    #[n(2)]
    pub reached: Option<(String, String)>,
    /// What is written.
    #[n(3)]
    pub files: Vec<InventoryFile>,
    /// Whether all is listed.
    #[n(4)]
    pub listed: bool,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InventoryFile {
    /// Its key.
    #[n(0)]
    pub key: String,
    /// Its size in bytes.
    #[n(1)]
    pub bytes: u64,
    /// Its MD5.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub md5: [u8; 16],
}

/// What a step of a report came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InventoryStep {
    /// There is more to do.
    More(InventoryRun),
    /// The report is whole, or cannot be made this time.
    Ended,
    /// There is no room for it now: it is tried again later.
    Later,
}

/// Makes reports.
#[async_trait]
pub trait InventoryMaker: Send + Sync {
    /// Does the next step of a report, and may be asked for the same step again. An error has it tried again soon.
    async fn step(
        &self,
        store: &Store,
        bucket: &Bucket,
        inventory: &Inventory,
        run: &InventoryRun,
    ) -> Result<InventoryStep, Error>;
}

/// A configuration as it is stored.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct InventoryRecord {
    #[n(0)]
    pub inventory: Inventory,
    /// When the next report is due, or its next step.
    #[n(1)]
    pub next_ms: i64,
    /// Absent: none is being made.
    #[n(2)]
    pub run: Option<InventoryRun>,
}

impl Record for InventoryRecord {}

/// What names the work of the configuration at this key.
pub(crate) fn work_id(record_key: &[u8]) -> Id {
    let digest: [u8; 32] = Sha256::digest(record_key).into();
    Id::from_slice(&digest[..16]).unwrap_or(Id::from_bytes([0; 16]))
}

/// When a report is due next: at the next midnight UTC, or, once there was one, that of the next Sunday.
fn next(now: Timestamp, day_ms: i64, on_sunday: bool) -> Timestamp {
    let day_ms = day_ms.max(1);
    let today = now.0.div_euclid(day_ms);
    // The first day of 1970 was a Thursday.
    let days = if on_sunday { 7 - (today + 4).rem_euclid(7) } else { 1 };
    Timestamp((today + days) * day_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_due_at_midnight_and_on_sundays() {
        const DAY_MS: i64 = 24 * 3600 * 1000;
        let at = |seconds: i64, on_sunday| next(Timestamp(seconds * 1000), DAY_MS, on_sunday).iso_seconds();
        // 2026-11-29 was a Sunday.
        let sunday = 1_795_910_400;
        assert_eq!(at(sunday, false), "2026-11-30T00:00:00Z");
        assert_eq!(at(sunday + 86_399, false), "2026-11-30T00:00:00Z");
        assert_eq!(at(sunday - 1, true), "2026-11-29T00:00:00Z");
        assert_eq!(at(sunday, true), "2026-12-06T00:00:00Z");
        assert_eq!(at(sunday + 3 * 86_400, true), "2026-12-06T00:00:00Z");
    }
}
