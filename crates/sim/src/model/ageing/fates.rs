//! What rules may do to a version, and what they must have done, between two looks.
//!
//! What may have happened is judged by all the stacks of versions that there were meanwhile; what must have, by the one there is.

use super::{Ageing, DAY_MS, Rule, Span, Version};

/// Why something may go, or must.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fate {
    /// It may go now, and has for however long.
    pub ripe: bool,
    /// It must be gone.
    pub must: bool,
}

impl Ageing {
    /// The rules for a key, each with whether it is in force still. What only a former one wants may have happened.
    pub(super) fn covering(&self, key: &str) -> impl Iterator<Item = (&Rule, bool)> {
        let rules = self.rules.iter().map(|rule| (rule, true)).chain(self.former.iter().map(|rule| (rule, false)));
        rules.filter(move |(rule, _)| key.starts_with(rule.prefix))
    }

    /// All versions of a key that there were since the last look, newest first.
    fn history(&self, key: &str) -> Vec<&Version> {
        let all = self.versions.iter().chain(&self.lately);
        let mut history: Vec<&Version> = all.filter(|version| version.key == key).collect();
        history.sort_by(|one, other| other.id.cmp(&one.id));
        history
    }

    /// Those of a history that may have been next to a version: all up to the first that never went.
    fn next_to<'a>(
        history: impl Iterator<Item = &'a Version>,
        is_there: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = &'a Version> {
        let mut stands = false;
        history.take_while(move |version| !std::mem::replace(&mut stands, is_there(&version.id)))
    }

    /// Whether a rule may have removed this version since the last look; `is_there` says which are there now.
    pub(super) fn may_go(&self, version: &Version, is_there: impl Fn(&str) -> bool) -> bool {
        let (history, latest) = (self.history(&version.key), self.latest());
        let newer: Vec<&Version> = history.iter().copied().filter(|other| other.id > version.id).collect();
        let mut older = history.iter().filter(|other| other.id < version.id);
        let rules = || self.covering(&version.key).map(|(rule, _)| rule);
        let goes = |days: i64, kept: usize| {
            let mut successors = Self::next_to(newer.iter().rev().copied(), &is_there);
            newer.len() > kept && successors.any(|next| next.made.after_days(days).from <= latest)
        };
        let is_old = !version.lock.holds(latest, false)
            && rules().filter_map(|rule| rule.noncurrent).any(|(days, kept)| goes(days, kept));
        let is_alone = version.content.is_none()
            && Self::was_newest(&newer, &is_there)
            && !older.any(|other| is_there(&other.id))
            && rules().any(|rule| Self::marker_due(rule, version).any(|due| due.from <= latest));
        is_old || is_alone
    }

    /// Whether there was a time since the last look at which none of these was there.
    fn was_newest(newer: &[&Version], is_there: impl Fn(&str) -> bool) -> bool {
        newer.iter().all(|other| other.is_new || !is_there(&other.id))
    }

    /// When a rule removes a delete marker that is alone.
    fn marker_due<'a>(rule: &'a Rule, marker: &'a Version) -> impl Iterator<Item = Span> {
        let days = rule.days.map(|days| marker.made.after_days(days));
        days.into_iter().chain(rule.markers.then_some(marker.made))
    }

    /// Whether the object may have become cold since the last look.
    pub(super) fn may_cool(&self, version: &Version, is_there: impl Fn(&str) -> bool) -> bool {
        let history = self.history(&version.key);
        let newer: Vec<&Version> = history.into_iter().filter(|other| other.id > version.id).collect();
        let mut days = self.covering(&version.key).filter_map(|(rule, _)| rule.cold);
        version.content.as_ref().is_some_and(|content| !content.is_cold)
            && Self::was_newest(&newer, is_there)
            && days.any(|days| version.made.after_days(days).from <= self.latest())
    }

    /// Whether a delete marker with this id may be that of an object that expired.
    pub(super) fn may_expire(&self, key: &str, id: &str) -> bool {
        let history = self.history(key);
        let is_there = |id: &str| self.versions.iter().any(|version| version.id == id);
        let below = Self::next_to(history.into_iter().filter(|version| version.id.as_str() < id), is_there);
        let is_due = |made: Span| {
            let mut days = self.covering(key).filter_map(|(rule, _)| rule.days);
            days.any(|days| made.after_days(days).from <= self.latest())
        };
        below.into_iter().any(|version| version.content.is_some() && is_due(version.made))
    }

    /// Of the newest, a delete marker, which is alone or not.
    pub(super) fn fate_of_marker(&self, marker: &Version, is_alone: bool, surely: Option<i64>) -> Fate {
        let mut due = self.rules.iter().filter(|rule| marker.key.starts_with(rule.prefix));
        let is_due = |due: Span| surely.is_some_and(|now| due.to <= now);
        Fate { ripe: is_alone && due.any(|rule| Self::marker_due(rule, marker).any(is_due)), must: false }
    }

    /// Of a version that has so many newer noncurrent ones, and whose successor was made then.
    pub(super) fn fate_of_noncurrent(&self, version: &Version, since: Span, newer: usize, surely: Option<i64>) -> Fate {
        let Some(now) = surely else { return Fate::default() };
        // A locked version is looked at again the day after, and after a clock that went back later than that.
        let looked_at = Span { from: self.touched, to: self.touched }.after_days(0).to;
        let is_prompt = version.lock.is_none() && self.ever - now < 3_600_000 && now >= looked_at;
        let rules = self.rules.iter().filter(|rule| version.key.starts_with(rule.prefix));
        let fitting = rules.filter_map(|rule| rule.noncurrent).filter(|(_, kept)| newer >= *kept);
        fitting.fold(Fate::default(), |fate, (days, kept)| {
            let ripe = since.after_days(days).to <= now && version.lock.is_over(now);
            Fate { ripe: fate.ripe || ripe, must: fate.must || (ripe && is_prompt && kept == 0) }
        })
    }

    /// Since when it may go; from whatever the clock has ever shown, since that may be when somebody looks again.
    pub(super) fn ripens(&self, version: &Version, fate: Fate, surely: Option<i64>) -> Option<i64> {
        match surely {
            Some(_) => fate.ripe.then(|| version.since.unwrap_or(self.ever)),
            None => version.since,
        }
    }

    /// Whether it is there for longer after its time than it takes to look again.
    pub(super) fn is_overdue(fate: Fate, ripe: Option<i64>, surely: Option<i64>) -> bool {
        fate.must || ripe.zip(surely).is_some_and(|(since, now)| now > since + 2 * DAY_MS)
    }
}
