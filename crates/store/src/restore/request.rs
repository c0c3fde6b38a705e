//! RestoreObject: begins a restore, makes one more urgent, or keeps what is restored for longer.

use coldkeep_meta::Commit;
use coldkeep_types::{BucketName, ObjectKey, Timestamp};

use super::{Restore, due};
use crate::events::{EventType, Subject};
use crate::lifecycle::rules::after_days;
use crate::objects::class::StorageClass;
use crate::records::{ObjectRecord, Record};
use crate::{ArchiveTier, Error, MAX_TRIES, Object, Options, Store, Tier, VersionId, keys};

/// 9999-12-30: a later day no answer can tell.
const LAST_DAY_MS: i64 = 253_402_128_000_000;

/// What RestoreObject asks for.
#[derive(Clone, Copy, Debug)]
pub struct RestoreRequest {
    /// How many days the copy shall be kept: of what Intelligent-Tiering has archived none may be said, of all else one or more must be.
    pub days: Option<u32>,
    /// How urgent it is.
    pub tier: Tier,
}

/// What RestoreObject did.
#[derive(Clone, Debug)]
pub struct Restored {
    /// The object as it is then.
    pub object: Object,
    /// Whether it was restored already, and is kept for the days asked for, counted from now.
    pub already: bool,
}

/// When a restored copy goes that is kept for so many days from a time. "Rounding up the resulting time to the next day at midnight UTC."
pub(super) fn until(from: Timestamp, days: u32, options: &Options) -> Restore {
    Restore::Restored { until_ms: after_days(from, days, options.lifecycle_day_ms).0.min(LAST_DAY_MS) }
}

/// What becomes of the restore of an object of this class, archived in this tier.
fn judge(
    class: StorageClass,
    archived: Option<ArchiveTier>,
    before: Option<Restore>,
    asked: RestoreRequest,
    now: Timestamp,
    options: &Options,
) -> Result<Restore, Error> {
    let deep = match (class, archived) {
        (StorageClass::Glacier, _) | (_, Some(ArchiveTier::Archive)) => false,
        (StorageClass::DeepArchive, _) | (_, Some(ArchiveTier::DeepArchive)) => true,
        _ => return Err(Error::NeedsNoRestore(class)),
    };
    let delay_ms = match (deep, asked.tier) {
        (false, tier) => options.retrieval_delay_ms[tier as usize],
        (true, Tier::Standard) => options.deep_retrieval_delay_ms[0],
        (true, Tier::Bulk) => options.deep_retrieval_delay_ms[1],
        (true, tier @ Tier::Expedited) => return Err(Error::TierUnfit { class, tier }),
    };
    let asked_days = match (archived, asked.days) {
        (None, Some(days)) => days,
        (Some(_), None) => 0,
        (of, _) => return Err(Error::DaysUnfit { wanted: of.is_none() }),
    };
    let ready_ms = now.plus_millis(delay_ms).0;
    match before {
        None => Ok(Restore::Ongoing { ready_ms, days: asked_days, tier: asked.tier }),
        // "You must choose a tier that is faster than the tier that the in-progress restore is using. You must not change any other
        // parameters." Faster is never later.
        Some(Restore::Ongoing { ready_ms: before_ms, days, tier })
            if (asked.tier as u8) < tier as u8 && asked_days == days =>
        {
            Ok(Restore::Ongoing { ready_ms: ready_ms.min(before_ms), days, tier: asked.tier })
        }
        Some(Restore::Ongoing { .. }) => Err(Error::RestoreInProgress),
        // "Amazon S3 updates the restoration period relative to the current time."
        Some(Restore::Restored { .. }) => Ok(until(now, asked_days, options)),
    }
}

impl Store {
    /// RestoreObject, of this version or of the current one.
    pub async fn restore_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        asked: RestoreRequest,
    ) -> Result<Restored, Error> {
        for _ in 0..MAX_TRIES {
            let bucket = self.bucket(bucket).await?;
            let found = self.find(&bucket, key, version).await?;
            let Some(entry) = self.get(&found.at).await?.filter(|entry| entry.version == found.version) else {
                continue;
            };
            let mut record = ObjectRecord::from_value(&entry.value)?;
            let class = record.class.unwrap_or_default();
            let restore = judge(class, record.tier, record.restore, asked, self.now(), self.options())?;
            let (begins, already) = match record.restore {
                None => (true, false),
                Some(before) => (false, before.until().is_some()),
            };
            record.restore = Some(restore);
            let value = record.to_value();
            let mut commit = Commit::default();
            commit.expect(found.at.clone(), Some(found.version)).put(found.at, value.clone());
            due::look_at(&mut commit, restore, &keys::version(bucket.id, key, record.instance), record.instance);
            if restore.until().is_none() {
                self.look_at_content(&mut commit, record.content, asked.tier);
            }
            if begins {
                self.happened(&mut commit, &bucket, EventType::RestorePost, key, || Subject::object(&record)).await?;
            }
            if self.commit(commit).await? {
                return Ok(Restored { object: Object::from_value(&value)?, already });
            }
        }
        Err(Error::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    fn of(class: StorageClass, before: Option<Restore>, days: u32, tier: Tier) -> Result<Restore, String> {
        let options =
            Options { retrieval_delay_ms: [1, 20, 300], deep_retrieval_delay_ms: [4000, 50_000], ..Options::default() };
        judge(class, None, before, RestoreRequest { days: Some(days), tier }, Timestamp(DAY_MS), &options)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn each_class_and_tier_takes_its_time() {
        let ready = |class, tier| match of(class, None, 1, tier) {
            Ok(Restore::Ongoing { ready_ms, days: 1, tier: kept }) if kept == tier => Some(ready_ms - DAY_MS),
            _ => None,
        };
        let tiers = [Tier::Expedited, Tier::Standard, Tier::Bulk];
        assert_eq!(tiers.map(|tier| ready(StorageClass::Glacier, tier)), [Some(1), Some(20), Some(300)]);
        assert_eq!(tiers.map(|tier| ready(StorageClass::DeepArchive, tier)), [None, Some(4000), Some(50_000)]);
        for class in StorageClass::ALL.into_iter().filter(|class| !class.must_be_restored()) {
            assert_eq!(tiers.map(|tier| ready(class, tier)), [None; 3]);
        }
    }

    #[test]
    fn what_is_under_way_only_gets_faster() {
        let glacier = |before, days, tier| of(StorageClass::Glacier, Some(before), days, tier);
        let slow = Restore::Ongoing { ready_ms: DAY_MS + 200, days: 2, tier: Tier::Bulk };
        let faster = Restore::Ongoing { ready_ms: DAY_MS + 20, days: 2, tier: Tier::Standard };
        assert_eq!(glacier(slow, 2, Tier::Standard), Ok(faster));
        let near = Restore::Ongoing { ready_ms: DAY_MS + 5, days: 2, tier: Tier::Bulk };
        assert_eq!(
            glacier(near, 2, Tier::Standard),
            Ok(Restore::Ongoing { ready_ms: DAY_MS + 5, days: 2, tier: Tier::Standard })
        );
        for (days, tier) in [(2, Tier::Bulk), (3, Tier::Standard)] {
            assert_eq!(glacier(slow, days, tier), Err(Error::RestoreInProgress.to_string()));
        }
        assert_eq!(glacier(faster, 2, Tier::Bulk), Err(Error::RestoreInProgress.to_string()));
    }

    #[test]
    fn what_is_restored_is_kept_from_now_on() {
        let restored = |days| of(StorageClass::DeepArchive, Some(Restore::Restored { until_ms: 1 }), days, Tier::Bulk);
        assert_eq!(restored(3), Ok(Restore::Restored { until_ms: 5 * DAY_MS }));
        assert_eq!(restored(u32::MAX), Ok(Restore::Restored { until_ms: LAST_DAY_MS }));
    }
}
