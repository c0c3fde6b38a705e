//! When an object is archived, and where. Pure.
//!
//! The last read that is written down may be as much as a day before the last there was, by the clock of another server, and a
//! configuration may be known to other servers a second late. So after the day of the read the days of the configuration pass, and one
//! more: what was read is never archived earlier than its configuration says, but one to two days later.

use coldkeep_types::{ObjectKey, Timestamp};

use super::{ArchiveTier, TieringRecord};
use crate::lifecycle::Traits;
use crate::lifecycle::rules::after_days;
use crate::objects::class::StorageClass;
use crate::objects::object::Object;
use crate::records::ObjectRecord;

/// "If the size of an object is less than 128 KB, it is not monitored and not eligible for auto-tiering."
const SMALL_BYTES: u64 = 128 << 10;

/// What is asked of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    pub key: &'a ObjectKey,
    pub of: Traits<'a>,
    /// When it was last read as far as that is written down, or made.
    pub last: Timestamp,
}

/// What becomes of an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Judged {
    /// The tier it goes to now.
    pub now: Option<ArchiveTier>,
    /// When it goes on, if nobody reads it until then.
    pub next: Option<Timestamp>,
}

impl<'a> Candidate<'a> {
    pub fn record(key: &'a ObjectKey, record: &'a ObjectRecord) -> Self {
        let class = record.class.unwrap_or_default();
        let of = Traits { bytes: record.bytes, tags: record.attributes.tags(), class, tier: record.tier };
        Self { key, of, last: Timestamp(record.modified_ms.max(record.accessed_ms.unwrap_or(i64::MIN))) }
    }

    pub fn object(key: &'a ObjectKey, object: &'a Object) -> Self {
        Self {
            key,
            of: object.traits(),
            last: object.accessed.map_or(object.modified, |read| read.max(object.modified)),
        }
    }

    /// Whether it is of a class and size that is archived at all.
    pub fn is_eligible(self) -> bool {
        self.of.class == StorageClass::IntelligentTiering && self.of.bytes >= SMALL_BYTES
    }

    /// The enabled configurations that are about it.
    pub fn covered<'t>(self, tierings: &'t [TieringRecord]) -> impl Iterator<Item = &'t TieringRecord> + use<'a, 't> {
        tierings.iter().filter(move |record| {
            let fits = |filter: &crate::lifecycle::Filter| filter.covers(self.key) && filter.fits(self.of);
            record.tiering.enabled && self.is_eligible() && record.tiering.filter.as_ref().is_none_or(fits)
        })
    }

    /// When it goes to which colder tier.
    fn ahead<'t>(
        self,
        tierings: &'t [TieringRecord],
        day_ms: i64,
    ) -> impl Iterator<Item = (Timestamp, ArchiveTier)> + use<'a, 't> {
        self.covered(tierings).flat_map(move |record| {
            let from = self.last.max(Timestamp(record.since_ms));
            let due = move |days: u32| after_days(from, days.saturating_add(1), day_ms);
            record
                .tiering
                .tiers
                .iter()
                .filter(move |(tier, _)| Some(*tier) > self.of.tier)
                .map(move |(to, days)| (due(*days), *to))
        })
    }

    /// When to look at it, if a configuration is about it.
    pub fn next(self, tierings: &[TieringRecord], day_ms: i64) -> Option<Timestamp> {
        self.ahead(tierings, day_ms).map(|(due, _)| due).min()
    }

    pub(super) fn judge(self, tierings: &[TieringRecord], now: Timestamp, day_ms: i64) -> Judged {
        let to = self.ahead(tierings, day_ms).filter(|(due, _)| *due <= now).map(|(_, tier)| tier).max();
        let there = Candidate { of: Traits { tier: to.or(self.of.tier), ..self.of }, ..self };
        Judged { now: to, next: there.next(tierings, day_ms) }
    }

    /// Whether a read at this time is the first of a day that is to be written down.
    pub fn is_first_read(self, tierings: &[TieringRecord], now: Timestamp, day_ms: i64) -> bool {
        let day = |time: Timestamp| time.0.div_euclid(day_ms.max(1));
        day(now) > day(self.last) && self.covered(tierings).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::{Filter, FilterForm};
    use crate::tiering::Tiering;
    use ArchiveTier::{Archive, DeepArchive};

    const DAY_MS: i64 = 10;

    fn tiering(since_ms: i64, tiers: &[(ArchiveTier, u32)]) -> TieringRecord {
        let tiering = Tiering { id: "t".into(), enabled: true, filter: None, tiers: tiers.to_vec() };
        TieringRecord { tiering, since_ms }
    }

    fn candidate(key: &ObjectKey, tier: Option<ArchiveTier>, last: i64) -> Candidate<'_> {
        let of = Traits { bytes: SMALL_BYTES, tags: &[], class: StorageClass::IntelligentTiering, tier };
        Candidate { key, of, last: Timestamp(last) }
    }

    #[test]
    fn all_days_pass_after_any_read_of_the_day_that_is_written_down() {
        let (key, all) = (ObjectKey::parse("k").unwrap(), [tiering(0, &[(Archive, 90)])]);
        for marked in 100..130 {
            let due = candidate(&key, None, marked).next(&all, DAY_MS).unwrap().0;
            // Later reads of that day are not written down, and another server's clock may be most of a day behind.
            let last = (marked / DAY_MS + 1) * DAY_MS - 1 + DAY_MS;
            assert!(due >= last + 90 * DAY_MS && due <= marked + 92 * DAY_MS, "{marked} {due}");
        }
    }

    #[test]
    fn it_goes_to_the_coldest_that_is_due_and_on_from_there() {
        let key = ObjectKey::parse("k").unwrap();
        let all = [tiering(0, &[(DeepArchive, 4), (Archive, 1)]), tiering(45, &[(Archive, 0), (Archive, 7)])];
        let judge = |tier, now| candidate(&key, tier, 5).judge(&all, Timestamp(now), DAY_MS);
        let judged = |now, next: Option<i64>| Judged { now, next: next.map(Timestamp) };
        assert_eq!(judge(None, 29), judged(None, Some(30)));
        assert_eq!(judge(None, 30), judged(Some(Archive), Some(60)));
        assert_eq!(judge(Some(Archive), 30), judged(None, Some(60)));
        assert_eq!(judge(Some(Archive), 60), judged(Some(DeepArchive), None));
        assert_eq!(judge(None, 1000), judged(Some(DeepArchive), None));
        // What came later counts from then on.
        assert_eq!(candidate(&key, None, 5).next(&all[1..], DAY_MS), Some(Timestamp(60)));
    }

    #[test]
    fn only_what_is_covered_is_read_for_the_first_time() {
        let (key, other) = (ObjectKey::parse("a/k").unwrap(), ObjectKey::parse("b").unwrap());
        let tags = vec![("x".to_owned(), "y".to_owned())];
        let filter = Filter {
            form: FilterForm::And,
            prefix: Some("a/".into()),
            greater_than: None,
            less_than: None,
            tags: Some(tags.clone()),
        };
        let mut all = [tiering(0, &[(Archive, 90)])];
        all[0].tiering.filter = Some(filter);
        let tagged = Traits { tags: &tags, ..candidate(&key, None, 0).of };
        let first = |key, of, last: i64, now: i64| {
            Candidate { key, of, last: Timestamp(last) }.is_first_read(&all, Timestamp(now), DAY_MS)
        };
        assert!(first(&key, tagged, 5, 10));
        assert!(!first(&key, tagged, 5, 9));
        assert!(!first(&other, tagged, 5, 10));
        assert!(!first(&key, Traits { tags: &[], ..tagged }, 5, 10));
        assert!(!first(&key, Traits { bytes: SMALL_BYTES - 1, ..tagged }, 5, 10));
        assert!(!first(&key, Traits { class: StorageClass::Standard, ..tagged }, 5, 10));
    }
}
