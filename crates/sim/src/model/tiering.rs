//! What Intelligent-Tiering may have archived, and must have: objects that nobody reads, as far as configurations are about them.
//!
//! One client reads and writes. A read that was answered while all was well counts; one that was not, or not surely written down, may.

use std::collections::BTreeMap;

use super::ageing::{DAY_MS, Reading, Span};
use crate::clients::Wrong;

/// The tiers, the colder one last.
pub const TIERS: [&str; 2] = ["ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"];

/// How many days the time goes on at once: to either side of when something is archived.
pub const DAYS_ON: [i64; 7] = [20, 70, 88, 90, 91, 92, 93];

/// Which objects are archived, and when.
#[derive(Clone, Copy, Debug)]
pub struct Configuration {
    /// Those whose keys begin with this.
    pub prefix: &'static str,
    /// After how many days without a read they go to each tier.
    pub days: [Option<i64>; 2],
    /// Since when reads count.
    pub since: Span,
}

/// An object of the class.
#[derive(Clone, Debug)]
pub struct Object {
    /// The number that its bytes were made from.
    pub number: u64,
    /// When it was last read or put: surely not before the one, and not after the other.
    pub read: Span,
    /// In which tier it is.
    pub tier: Option<usize>,
    /// A read that was not answered may have brought it back.
    may_be_back: bool,
}

impl Object {
    /// One that was put just then.
    pub fn new(number: u64, read: Span) -> Self {
        Self { number, read, tier: None, may_be_back: false }
    }

    /// It was read, or restored.
    pub fn was_read(&mut self, read: Span) {
        (self.read, self.tier, self.may_be_back) = (read, None, false);
    }

    /// It was read perhaps, not after this.
    pub fn may_be_read(&mut self, to: i64) {
        (self.read.to, self.may_be_back) = (self.read.to.max(to), true);
    }
}

/// The bucket.
#[derive(Clone, Debug, Default)]
pub struct Tiering {
    /// Objects by their keys.
    pub objects: BTreeMap<&'static str, Object>,
    /// The configurations in force, by their ids.
    pub configurations: BTreeMap<&'static str, Configuration>,
    /// Those that were in force since the last look.
    former: Vec<Configuration>,
    /// The latest by which anything was done.
    latest: i64,
}

impl Tiering {
    /// The clocks show this.
    pub fn clock(&mut self, now: Reading) {
        self.latest = self.latest.max(now.latest);
    }

    /// In place of the configuration of this id there is this, or none, from some time of this span on.
    pub fn configure(&mut self, id: &'static str, to: Option<Configuration>) {
        let before = self.configurations.remove(id);
        self.former.extend(before);
        if let Some(to) = to {
            let kept = before.filter(|before| before.prefix == to.prefix);
            let since = kept.map_or(to.since, |before| before.since);
            self.configurations.insert(id, Configuration { since, ..to });
        }
    }

    /// Judges in which tier an object is seen to be. What is due surely was done, if `surely` says a time by which it was.
    pub fn judge(&mut self, key: &'static str, seen: Option<usize>, surely: Option<i64>) -> Result<(), Wrong> {
        let latest = self.latest;
        let object = self.objects.get_mut(key).ok_or("an object is lost")?;
        let shown = || format!("{key} is in the tier {seen:?}: {object:?}, by {:?}", self.configurations);
        let fits = |it: &&Configuration| key.starts_with(it.prefix);
        let all = || self.configurations.values().chain(&self.former).filter(fits);
        let days_pass = |it: &Configuration, tier: usize| {
            it.days[tier].is_some_and(|days| object.read.from.max(it.since.from) + days * DAY_MS <= latest)
        };
        let have_passed = |it: &Configuration, tier: usize| {
            let last = Span { from: 0, to: object.read.to.max(it.since.to) };
            let due = it.days[tier].map(|days| last.after_days(days + 2).to);
            due.zip(surely).is_some_and(|(due, now)| due <= now)
        };
        let in_force = || self.configurations.values().filter(fits);
        let must = (0..TIERS.len()).rev().find(|tier| in_force().any(|it| have_passed(it, *tier)));
        let moves = seen != object.tier;
        match seen {
            None if moves && !object.may_be_back => return Err(format!("came back by itself: {}", shown())),
            Some(tier) if moves && (seen < object.tier || !all().any(|it| days_pass(it, tier))) => {
                return Err(format!("archived before its time: {}", shown()));
            }
            _ if seen < must => return Err(format!("not archived after its time: {}", shown())),
            _ => {}
        }
        object.tier = seen;
        Ok(())
    }

    /// All was looked at.
    pub fn looked(&mut self, is_at_rest: bool) {
        self.former.clear();
        if is_at_rest {
            self.objects.values_mut().for_each(|object| object.may_be_back = false);
        }
    }
}
