//! What rules mean: when an object expires, when an upload is aborted, and by which rule. Pure.
//!
//! Rules are kept as they were written, so that they read back field by field. From the user guide, "Lifecycle configuration elements"
//! and "Conflicts": of several rules that apply, the one that comes first in time wins.

use coldkeep_types::{ObjectKey, Timestamp};
use minicbor::{Decode, Encode};

use super::transitions::{NoncurrentTransition, Transition};
use crate::objects::class::StorageClass;
use crate::tiering::ArchiveTier;

/// The rules of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Lifecycle {
    /// In the order they were given.
    #[n(0)]
    pub rules: Vec<LifecycleRule>,
    /// `x-amz-transition-default-minimum-object-size`.
    #[n(1)]
    pub minimum: MinimumSize,
}

/// Which objects transitions pass over by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum MinimumSize {
    /// `all_storage_classes_128K`.
    #[default]
    #[n(0)]
    All128K,
    /// `varies_by_storage_class`.
    #[n(1)]
    Varies,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LifecycleRule {
    /// Unique among the bucket's rules.
    #[n(0)]
    pub id: String,
    /// `Status`.
    #[n(1)]
    pub enabled: bool,
    /// What it is about.
    #[n(2)]
    pub filter: Filter,
    /// When its objects expire.
    #[n(3)]
    pub expiration: Option<Expiration>,
    /// After how many days its uploads are aborted.
    #[n(4)]
    pub abort_days: Option<u32>,
    /// When its versions go that are not the current one.
    #[n(5)]
    pub noncurrent: Option<Noncurrent>,
    /// When its objects go to other classes.
    #[cbor(n(6), default)]
    pub transitions: Vec<Transition>,
    /// When its versions do that are not the current one.
    #[cbor(n(7), default)]
    pub noncurrent_transitions: Vec<NoncurrentTransition>,
}

/// How a filter was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum FilterForm {
    /// `Prefix` of the rule itself, the form of before 2016.
    #[n(0)]
    Prefix,
    /// `Filter` with at most one condition.
    #[n(1)]
    One,
    /// `Filter` with `And`.
    #[n(2)]
    And,
}

/// What a rule is about: all conditions that are there must hold.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Filter {
    /// How it was written.
    #[n(0)]
    pub form: FilterForm,
    /// Keys begin with this.
    #[n(1)]
    pub prefix: Option<String>,
    /// Objects have more bytes than this.
    #[n(2)]
    pub greater_than: Option<u64>,
    /// Objects have fewer bytes than this.
    #[n(3)]
    pub less_than: Option<u64>,
    /// Objects have all of these tags.
    #[n(4)]
    pub tags: Option<Vec<(String, String)>>,
}

/// When objects expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Expiration {
    /// So many days after they were made.
    #[n(0)]
    Days(#[n(0)] u32),
    /// At this time, in milliseconds since 1970, and all that are made later at once.
    #[n(1)]
    Date(#[n(0)] i64),
    /// Only delete markers with nothing below go, if it is true.
    #[n(2)]
    Markers(#[n(0)] bool),
}

/// Which versions that are not the current one something comes of, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Noncurrent {
    /// So many days after the version came that took their place.
    #[n(0)]
    pub days: u32,
    /// So many of the newest of them stay.
    #[n(1)]
    pub newer: Option<u32>,
}

/// What an object has that rules ask for; a delete marker has nothing of it.
#[derive(Clone, Copy, Debug)]
pub struct Traits<'a> {
    /// Its size.
    pub bytes: u64,
    /// Its tags.
    pub tags: &'a [(String, String)],
    /// Its class.
    pub class: StorageClass,
    /// Where it is archived by Intelligent-Tiering, if it is.
    pub tier: Option<ArchiveTier>,
}

/// What a rule says of something: when it is due, by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruled<'a> {
    /// When it is due.
    pub due: Timestamp,
    /// The id of the rule.
    pub rule: &'a str,
}

/// "Amazon S3 calculates the time by adding the number of days specified in the rule to the object creation time and rounding up the
/// resulting time to the next day at midnight UTC."
pub(crate) fn after_days(from: Timestamp, days: u32, day_ms: i64) -> Timestamp {
    let day_ms = day_ms.max(1);
    let elapsed = from.0.saturating_add(i64::from(days).saturating_mul(day_ms));
    Timestamp(elapsed.div_euclid(day_ms).saturating_add(1).saturating_mul(day_ms))
}

impl Filter {
    pub(crate) fn covers(&self, key: &ObjectKey) -> bool {
        self.prefix.as_ref().is_none_or(|prefix| key.as_str().starts_with(prefix.as_str()))
    }

    pub(crate) fn fits(&self, of: Traits<'_>) -> bool {
        self.greater_than.is_none_or(|than| of.bytes > than)
            && self.less_than.is_none_or(|than| of.bytes < than)
            && self.tags.iter().flatten().all(|tag| of.tags.contains(tag))
    }

    /// Whether it asks for the key alone, so that delete markers are covered as well.
    fn is_bare(&self) -> bool {
        self.greater_than.is_none() && self.less_than.is_none() && self.tags.is_none()
    }
}

/// The first in time; of several at one time the first in order.
fn first<'a>(ruled: impl Iterator<Item = Ruled<'a>>) -> Option<Ruled<'a>> {
    ruled.min_by_key(|ruled| ruled.due)
}

impl Lifecycle {
    pub(super) fn enabled(&self, key: &ObjectKey) -> impl Iterator<Item = &LifecycleRule> {
        self.rules.iter().filter(move |rule| rule.enabled && rule.filter.covers(key))
    }

    /// When an object of this key expires that was made at this time, if it does.
    pub fn expiration(&self, key: &ObjectKey, of: Traits<'_>, made: Timestamp, day_ms: i64) -> Option<Ruled<'_>> {
        first(self.enabled(key).filter(|rule| rule.filter.fits(of)).filter_map(|rule| {
            let due = match rule.expiration? {
                Expiration::Days(days) => after_days(made, days, day_ms),
                Expiration::Date(date) => Timestamp(date),
                Expiration::Markers(_) => return None,
            };
            Some(Ruled { due, rule: &rule.id })
        }))
    }

    /// When a version goes that became noncurrent at this time and has so many newer noncurrent ones, and how many of those the rule
    /// keeps; `of` is `None` for a delete marker.
    pub fn noncurrent(
        &self,
        key: &ObjectKey,
        of: Option<Traits<'_>>,
        since: Timestamp,
        newer: u32,
        day_ms: i64,
    ) -> Option<(Ruled<'_>, u32)> {
        let fits = |filter: &Filter| of.map_or(filter.is_bare(), |of| filter.fits(of));
        let ruled = self.enabled(key).filter(|rule| fits(&rule.filter)).filter_map(|rule| {
            let Noncurrent { days, newer: kept } = rule.noncurrent?;
            let kept = kept.unwrap_or(0);
            (newer >= kept).then(|| (Ruled { due: after_days(since, days, day_ms), rule: &rule.id }, kept))
        });
        ruled.min_by_key(|(ruled, _)| ruled.due)
    }

    /// When a delete marker that was put at this time goes, once nothing is below it. Days and dates of expiration hold for it too.
    pub fn marker(&self, key: &ObjectKey, made: Timestamp, day_ms: i64) -> Option<Ruled<'_>> {
        first(self.enabled(key).filter(|rule| rule.filter.is_bare()).filter_map(|rule| {
            let due = match rule.expiration? {
                Expiration::Days(days) => after_days(made, days, day_ms),
                Expiration::Date(date) => Timestamp(date),
                Expiration::Markers(go) => go.then_some(made)?,
            };
            Some(Ruled { due, rule: &rule.id })
        }))
    }

    /// When to look at the versions of a key, of which one becomes noncurrent now: a rule that keeps some may be done with another one
    /// by that.
    pub(super) fn look(&self, key: &ObjectKey, now: Timestamp, day_ms: i64) -> Option<Timestamp> {
        let noncurrent = self.enabled(key).flat_map(|rule| {
            let moves = rule.noncurrent_transitions.iter().map(|to| to.after);
            rule.noncurrent.into_iter().chain(moves)
        });
        let days = noncurrent.map(|rule| if rule.newer.is_some() { 0 } else { rule.days }).min()?;
        Some(after_days(now, days, day_ms))
    }

    /// When to look at the versions of a key whose versions or tags were changed, if a rule is about them.
    pub(super) fn look_soon(&self, key: &ObjectKey, now: Timestamp, day_ms: i64) -> Option<Timestamp> {
        let ruled = self.look(key, now, day_ms).is_some() || self.marker(key, now, day_ms).is_some();
        ruled.then(|| after_days(now, 0, day_ms))
    }

    /// When an upload for this key is aborted that was begun at this time, if it is.
    pub fn abort(&self, key: &ObjectKey, begun: Timestamp, day_ms: i64) -> Option<Ruled<'_>> {
        first(
            self.enabled(key)
                .filter_map(|rule| Some(Ruled { due: after_days(begun, rule.abort_days?, day_ms), rule: &rule.id })),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    fn rule(id: &str, prefix: &str) -> LifecycleRule {
        let filter = Filter {
            form: FilterForm::One,
            prefix: Some(prefix.into()),
            greater_than: None,
            less_than: None,
            tags: None,
        };
        LifecycleRule {
            id: id.into(),
            enabled: true,
            filter,
            expiration: None,
            abort_days: None,
            noncurrent: None,
            transitions: Vec::new(),
            noncurrent_transitions: Vec::new(),
        }
    }

    fn of(bytes: u64) -> Traits<'static> {
        Traits { bytes, tags: &[], class: StorageClass::default(), tier: None }
    }

    fn expires(rules: &[LifecycleRule], key: &str, bytes: u64, made: i64) -> Option<(i64, String)> {
        let lifecycle = Lifecycle { rules: rules.to_vec(), minimum: MinimumSize::default() };
        let key = ObjectKey::parse(key).unwrap();
        lifecycle.expiration(&key, of(bytes), Timestamp(made), DAY_MS).map(|ruled| (ruled.due.0, ruled.rule.to_owned()))
    }

    /// The example of the user guide: made on the 15th at 10:30, expires after three days on the 19th at 00:00.
    #[test]
    fn days_are_counted_to_the_next_midnight() {
        let ten_thirty = 10 * 3_600_000 + 1_800_000;
        let rules = [LifecycleRule { expiration: Some(Expiration::Days(3)), ..rule("r", "") }];
        let due = |made| expires(&rules, "k", 1, made).map(|(due, _)| due);
        assert_eq!(due(15 * DAY_MS + ten_thirty), Some(19 * DAY_MS));
        assert_eq!(due(15 * DAY_MS), Some(19 * DAY_MS));
        assert_eq!(due(16 * DAY_MS - 1), Some(19 * DAY_MS));
        let upload = Lifecycle {
            rules: vec![LifecycleRule { abort_days: Some(1), ..rule("r", "") }],
            minimum: MinimumSize::default(),
        };
        let key = ObjectKey::parse("k").unwrap();
        assert_eq!(upload.abort(&key, Timestamp(5), 10).map(|ruled| ruled.due), Some(Timestamp(20)));
        assert_eq!(upload.expiration(&key, of(1), Timestamp(5), 10), None);
    }

    #[test]
    fn the_rule_that_is_due_first_wins() {
        let days = |id: &str, prefix: &str, days| LifecycleRule {
            expiration: Some(Expiration::Days(days)),
            ..rule(id, prefix)
        };
        let date = LifecycleRule { expiration: Some(Expiration::Date(5 * DAY_MS)), ..rule("date", "logs/") };
        let off = LifecycleRule { enabled: false, ..days("off", "", 1) };
        let rules = [off, days("all", "", 9), days("logs", "logs/", 3), days("too", "logs/", 3), date];
        let by = |key, made| expires(&rules, key, 1, made).map(|(_, rule)| rule);
        assert_eq!(by("logs/a", 0), Some("logs".into()));
        assert_eq!(by("logs/a", 4 * DAY_MS), Some("date".into()));
        assert_eq!(by("log", 0), Some("all".into()));
        assert_eq!(by("logs", 0), Some("all".into()));
    }

    #[test]
    fn sizes_are_bounds_that_are_not_met() {
        let mut sized = LifecycleRule { expiration: Some(Expiration::Days(1)), ..rule("r", "") };
        (sized.filter.greater_than, sized.filter.less_than) = (Some(10), Some(20));
        let fits: Vec<u64> =
            (0..30).filter(|bytes| expires(std::slice::from_ref(&sized), "k", *bytes, 0).is_some()).collect();
        assert_eq!(fits, (11..20).collect::<Vec<_>>());
    }

    #[test]
    fn far_days_do_not_overflow() {
        let rules = [LifecycleRule { expiration: Some(Expiration::Days(u32::MAX)), ..rule("r", "") }];
        assert!(expires(&rules, "k", 1, i64::MAX - 1).is_some());
    }
}
