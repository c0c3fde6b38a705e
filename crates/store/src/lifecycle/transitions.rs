//! What rules move to colder storage classes, and when. A move is a change of one record; where the class has another pool, bytes follow in
//! the background (`moves/`).
//!
//! From the user guide, "Transitioning objects using Amazon S3 Lifecycle": an object only ever goes down the waterfall of classes; of
//! several classes that are due it goes to the coldest; small ones stay, unless a rule asks for sizes itself.

use coldkeep_meta::{Commit, Version};
use coldkeep_types::{ObjectKey, Timestamp};
use minicbor::{Decode, Encode};

use super::rules::{Lifecycle, LifecycleRule, MinimumSize, Noncurrent, Traits, after_days};
use crate::objects::class::StorageClass;
use crate::records::{ObjectRecord, Record};
use crate::tiering::ArchiveTier;
use crate::{Bucket, Error, Store};

/// "Objects smaller than 128 KB will not transition."
const SMALL_BYTES: u64 = 128 << 10;

/// When something is due by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum When {
    /// So many days after it was made.
    #[n(0)]
    Days(#[n(0)] u32),
    /// At this time, in milliseconds since 1970, and at once if it is made later.
    #[n(1)]
    Date(#[n(0)] i64),
}

/// That current objects go to another class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Transition {
    /// When.
    #[n(0)]
    pub when: When,
    /// To which.
    #[n(1)]
    pub class: StorageClass,
}

/// That versions which are not the current one go to another class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NoncurrentTransition {
    /// Which of them, and when.
    #[n(0)]
    pub after: Noncurrent,
    /// To which class.
    #[n(1)]
    pub class: StorageClass,
}

/// A move that is ahead of an object, or due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Move<'a> {
    pub due: Timestamp,
    pub class: StorageClass,
    pub rule: &'a str,
    /// How many newer noncurrent versions the rule counted.
    pub counted: u32,
}

/// What is due now, and when the first of what is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ahead<'a> {
    pub due: Option<Move<'a>>,
    pub next: Option<Timestamp>,
}

impl StorageClass {
    /// Whether objects of this class may go to that one by a rule.
    pub const fn may_become(self, class: Self) -> bool {
        match class {
            Self::Standard | Self::ReducedRedundancy => false,
            Self::StandardIa => matches!(self, Self::Standard),
            Self::IntelligentTiering => matches!(self, Self::Standard | Self::StandardIa),
            Self::OnezoneIa | Self::GlacierIr => {
                matches!(self, Self::Standard | Self::StandardIa | Self::IntelligentTiering)
            }
            Self::Glacier => !self.must_be_restored(),
            Self::DeepArchive => !matches!(self, Self::DeepArchive),
        }
    }
}

impl Lifecycle {
    /// Whether a rule moves something of this size to this class: not what is small, unless it says itself which sizes it is about.
    fn takes(&self, rule: &LifecycleRule, of: Traits<'_>, class: StorageClass) -> bool {
        let sized = rule.filter.greater_than.is_some() || rule.filter.less_than.is_some();
        let cold = self.minimum == MinimumSize::Varies && class.must_be_restored();
        let colder = match of.tier {
            None => true,
            Some(ArchiveTier::Archive) => class.must_be_restored(),
            Some(ArchiveTier::DeepArchive) => class == StorageClass::DeepArchive,
        };
        colder && of.class.may_become(class) && rule.filter.fits(of) && (sized || cold || of.bytes >= SMALL_BYTES)
    }

    /// The moves that are ahead of the current object of this key, made at this time.
    pub(super) fn moves<'a>(
        &'a self,
        key: &ObjectKey,
        of: Traits<'a>,
        made: Timestamp,
        day_ms: i64,
    ) -> impl Iterator<Item = Move<'a>> {
        let due = move |when| match when {
            When::Days(days) => after_days(made, days, day_ms),
            When::Date(date) => Timestamp(date),
        };
        self.enabled(key).flat_map(move |rule| {
            let there = rule.transitions.iter().filter(move |to| self.takes(rule, of, to.class));
            there.map(move |to| Move { due: due(to.when), class: to.class, rule: &rule.id, counted: 0 })
        })
    }

    /// The moves that are ahead of a version of this key that became noncurrent at this time and has so many newer noncurrent ones.
    pub(super) fn noncurrent_moves<'a>(
        &'a self,
        key: &ObjectKey,
        of: Traits<'a>,
        since: Timestamp,
        newer: u32,
        day_ms: i64,
    ) -> impl Iterator<Item = Move<'a>> {
        self.enabled(key).flat_map(move |rule| {
            let there = rule.noncurrent_transitions.iter().filter(move |to| self.takes(rule, of, to.class));
            there.filter_map(move |to| {
                let counted = to.after.newer.unwrap_or(0);
                let due = after_days(since, to.after.days, day_ms);
                (newer >= counted).then_some(Move { due, class: to.class, rule: &rule.id, counted })
            })
        })
    }

    /// When something comes of the current object of this key, made at this time: it expires, or goes to another class.
    pub(crate) fn first(&self, key: &ObjectKey, of: Traits<'_>, made: Timestamp, day_ms: i64) -> Option<Timestamp> {
        let expires = self.expiration(key, of, made, day_ms).map(|ruled| ruled.due);
        expires.into_iter().chain(self.moves(key, of, made, day_ms).map(|to| to.due)).min()
    }

    /// Whether a version of this key that is not the current one goes to another class some time, however many newer ones there are.
    pub(crate) fn moves_noncurrent(&self, key: &ObjectKey, of: Traits<'_>) -> bool {
        self.noncurrent_moves(key, of, Timestamp(0), 0, 1).next().is_some()
    }
}

/// Of the moves that are ahead, that to the coldest of the classes that are due.
pub(super) fn ahead<'a>(moves: impl Iterator<Item = Move<'a>>, now: Timestamp) -> Ahead<'a> {
    moves.fold(Ahead::default(), |ahead, to| match ahead.due {
        _ if to.due > now => Ahead { next: Some(ahead.next.map_or(to.due, |next| next.min(to.due))), ..ahead },
        Some(colder) if !colder.class.may_become(to.class) => ahead,
        _ => Ahead { due: Some(to), ..ahead },
    })
}

impl Store {
    /// Adds to a commit that an object, whose record this is as it was read, is of another class from then on. No byte is sealed anew, and
    /// what is told of the object stays, but its class.
    pub(super) fn change_class(
        &self,
        commit: &mut Commit,
        (bucket, key): (&Bucket, &ObjectKey),
        at: Vec<u8>,
        (value, version): (&[u8], Version),
        class: StorageClass,
    ) -> Result<ObjectRecord, Error> {
        let mut record = ObjectRecord::from_value(value)?;
        self.follow(commit, &mut record, class, (bucket.id, key));
        self.enters(commit, bucket, key, &mut record);
        commit.expect(at.clone(), Some(version)).put(at, record.to_value());
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::{Filter, FilterForm};
    use StorageClass::{
        DeepArchive, Glacier, GlacierIr, IntelligentTiering, OnezoneIa, ReducedRedundancy, Standard, StandardIa,
    };

    fn lifecycle(minimum: MinimumSize, transitions: &[(When, StorageClass)], sized: bool) -> Lifecycle {
        let greater_than = sized.then_some(0);
        let filter = Filter { form: FilterForm::One, prefix: None, greater_than, less_than: None, tags: None };
        let transitions = transitions.iter().map(|(when, class)| Transition { when: *when, class: *class }).collect();
        let rule = LifecycleRule {
            id: "r".into(),
            enabled: true,
            filter,
            expiration: None,
            abort_days: None,
            noncurrent: None,
            transitions,
            noncurrent_transitions: Vec::new(),
        };
        Lifecycle { rules: vec![rule], minimum }
    }

    fn due(lifecycle: &Lifecycle, class: StorageClass, bytes: u64, now: i64) -> (Option<StorageClass>, Option<i64>) {
        let (key, of) = (ObjectKey::parse("k").unwrap(), Traits { bytes, tags: &[], class, tier: None });
        let ahead = ahead(lifecycle.moves(&key, of, Timestamp(5), 10), Timestamp(now));
        (ahead.due.map(|to| to.class), ahead.next.map(|next| next.0))
    }

    #[test]
    fn objects_go_down_the_waterfall_and_no_other_way() {
        let to = |from: StorageClass| -> Vec<_> {
            StorageClass::ALL.into_iter().filter(|class| from.may_become(*class)).collect()
        };
        assert_eq!(to(Standard), [StandardIa, OnezoneIa, IntelligentTiering, GlacierIr, Glacier, DeepArchive]);
        assert_eq!(to(ReducedRedundancy), [Glacier, DeepArchive]);
        assert_eq!(to(StandardIa), [OnezoneIa, IntelligentTiering, GlacierIr, Glacier, DeepArchive]);
        assert_eq!(to(IntelligentTiering), [OnezoneIa, GlacierIr, Glacier, DeepArchive]);
        assert_eq!(to(OnezoneIa), [Glacier, DeepArchive]);
        assert_eq!(to(GlacierIr), [Glacier, DeepArchive]);
        assert_eq!(to(Glacier), [DeepArchive]);
        assert_eq!(to(DeepArchive), []);
    }

    #[test]
    fn of_several_that_are_due_it_is_the_coldest() {
        let all = lifecycle(
            MinimumSize::Varies,
            &[
                (When::Days(2), Glacier),
                (When::Days(1), StandardIa),
                (When::Days(1), OnezoneIa),
                (When::Date(50), DeepArchive),
            ],
            true,
        );
        assert_eq!(due(&all, Standard, 1, 19), (None, Some(20)));
        assert_eq!(due(&all, Standard, 1, 20), (Some(OnezoneIa), Some(30)));
        assert_eq!(due(&all, OnezoneIa, 1, 20), (None, Some(30)));
        assert_eq!(due(&all, Standard, 1, 30), (Some(Glacier), Some(50)));
        assert_eq!(due(&all, Glacier, 1, 60), (Some(DeepArchive), None));
        assert_eq!(due(&all, DeepArchive, 1, 60), (None, None));
    }

    #[test]
    fn small_ones_stay_unless_a_rule_says_sizes() {
        let to = [(When::Days(0), StandardIa), (When::Days(1), DeepArchive)];
        let gone = |minimum, bytes, sized| {
            let lifecycle = lifecycle(minimum, &to, sized);
            (due(&lifecycle, Standard, bytes, 10).0, due(&lifecycle, Standard, bytes, 20).0)
        };
        let (all, none) = ((Some(StandardIa), Some(DeepArchive)), (None, None));
        assert_eq!(gone(MinimumSize::All128K, 131_071, false), none);
        assert_eq!(gone(MinimumSize::All128K, 131_072, false), all);
        assert_eq!(gone(MinimumSize::All128K, 1, true), all);
        assert_eq!(gone(MinimumSize::Varies, 131_071, false), (None, Some(DeepArchive)));
    }
}
