//! Looks are judged: lists of versions and uploads, and reads.

use std::collections::BTreeSet;

use super::fates::Fate;
use super::{Ageing, COOLED, CREATED, DAY_MS, DELETED, HIDDEN, Lock, Perhaps, Reading, Rule, Seen, Span, Version};
use crate::clients::Wrong;

impl Ageing {
    /// Judges a list of all versions. What is due surely was done, if `surely` says a time by which it was.
    pub fn judge(&mut self, seen: &[Seen], surely: Option<i64>) -> Result<(), Wrong> {
        self.adopt(seen)?;
        let keys: BTreeSet<String> = self.versions.iter().map(|version| version.key.clone()).collect();
        for key in keys {
            self.judge_key(&key, seen, surely)?;
        }
        Ok(())
    }

    /// Judges what a read of a version gave: its bytes, or that it must be restored.
    pub fn judge_read(&mut self, id: &str, is_readable: bool, surely: Option<i64>) -> Result<(), Wrong> {
        let latest = self.latest();
        let version = self.versions.iter_mut().find(|version| version.id == id).ok_or("a version is lost")?;
        let shown = format!("{version:?}");
        let Some(content) = &mut version.content else { return Err(format!("{shown} is no object")) };
        let (may, must) = match (content.is_cold, content.restored) {
            (false, _) => (true, true),
            (true, None) => (false, false),
            (true, Some(until)) => (surely.is_none_or(|now| until.to > now), until.from > latest),
        };
        match is_readable {
            true if !may => Err(format!("{shown} can be read, though it must be restored")),
            false if must => Err(format!("{shown} cannot be read before its time")),
            true => {
                if content.restored.is_some() {
                    let key = version.key.clone();
                    self.told.surely("ObjectRestore:Completed", &key, id);
                }
                Ok(())
            }
            false => {
                if content.restored.take().is_some() {
                    let key = version.key.clone();
                    self.told.surely("ObjectRestore:Delete", &key, id);
                }
                Ok(())
            }
        }
    }

    /// Takes in what the list shows and nobody knew: what was not answered, and delete markers over what expired.
    fn adopt(&mut self, seen: &[Seen]) -> Result<(), Wrong> {
        let window = self.clock.map_or(Span { from: 0, to: 0 }, Reading::span);
        let news = seen.iter().filter(|seen| !self.versions.iter().any(|version| version.id == seen.id));
        for row in news.cloned().collect::<Vec<_>>() {
            let is_it = |perhaps: &Perhaps| match (perhaps, &row.object) {
                (Perhaps::Made(key, Some(content), ..), Some((etag, _))) => *key == row.key && content.etag == *etag,
                (Perhaps::Made(key, None, ..), None) => *key == row.key,
                _ => false,
            };
            let asked = self.perhaps.iter().position(is_it).map(|at| self.perhaps.remove(at));
            let expires = row.object.is_none() && self.may_expire(&row.key, &row.id);
            let what = if row.object.is_some() { CREATED } else { HIDDEN };
            let expired = "LifecycleExpiration:DeleteMarkerCreated";
            let (content, made, lock) = match asked {
                Some(Perhaps::Made(_, content, made, lock)) => {
                    match expires {
                        true => self.told.either(&row.key, &row.id, &[what, expired]),
                        false => self.told.at_some_time(what, &row.key, &row.id),
                    }
                    (content, made, lock)
                }
                _ if expires => {
                    self.told.surely(expired, &row.key, &row.id);
                    (None, window, Lock::default())
                }
                _ => return Err(format!("the list shows {row:?}, which nobody made")),
            };
            self.made(&row.key, &row.id, content, made, lock)?;
        }
        // A client may have made others after what the list showed first.
        self.versions.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(())
    }

    fn judge_key(&mut self, key: &str, seen: &[Seen], surely: Option<i64>) -> Result<(), Wrong> {
        let of_key = self.versions.iter().rev().filter(|version| version.key == key);
        let newest_first: Vec<Version> = of_key.cloned().collect();
        let there = |id: &str| seen.iter().find(|row| row.id == id);
        let left: Vec<&Version> = newest_first.iter().filter(|version| there(&version.id).is_some()).collect();
        for (at, version) in newest_first.iter().enumerate() {
            let Some(row) = there(&version.id) else {
                self.judge_gone(version, |id| there(id).is_some())?;
                continue;
            };
            if row.is_latest != (left[0].id == version.id) {
                return Err(format!("the list says wrongly whether this is the newest version: {row:?}"));
            }
            let fate = match at.checked_sub(1) {
                Some(newer) => self.fate_of_noncurrent(version, newest_first[newer].made, newer, surely),
                None if version.content.is_some() => Fate::default(),
                None => self.fate_of_marker(version, left.len() == 1, surely),
            };
            let ripe = self.ripens(version, fate, surely);
            if Self::is_overdue(fate, ripe, surely) {
                return Err(format!("{version:?} is there after its time, by {:?}", self.rules));
            }
            let may_cool = self.may_cool(version, |id| there(id).is_some());
            self.judge_content(version, row, may_cool, surely)?;
            let known = self.versions.iter_mut().find(|known| known.id == version.id);
            known.ok_or("a version is lost by the model")?.since = ripe;
        }
        Ok(())
    }

    /// A version is not in the list.
    fn judge_gone(&mut self, version: &Version, is_there: impl Fn(&str) -> bool) -> Result<(), Wrong> {
        match (self.may_go(version, is_there), self.may_be_deleted(&version.id)) {
            (false, false) => return Err(format!("{version:?} is gone before its time, by {:?}", self.rules)),
            (true, true) => self.told.either(&version.key, &version.id, &DELETED),
            (false, true) => self.told.at_some_time(DELETED[0], &version.key, &version.id),
            (true, false) => self.told.surely(DELETED[1], &version.key, &version.id),
        }
        self.gone(&version.id);
        Ok(())
    }

    /// A version that stays may have become cold; the newest must have, or expired, by its day.
    fn judge_content(
        &mut self,
        version: &Version,
        row: &Seen,
        may_cool: bool,
        surely: Option<i64>,
    ) -> Result<(), Wrong> {
        let (Some(content), Some((etag, is_cold))) = (&version.content, &row.object) else {
            let same = version.content.is_none() && row.object.is_none();
            return if same { Ok(()) } else { Err(format!("{version:?} is shown as {row:?}")) };
        };
        if etag != &content.etag || (*is_cold != content.is_cold && !(*is_cold && may_cool)) {
            return Err(format!("{version:?} is shown as {row:?}, by {:?}", self.rules));
        }
        let in_force = || self.rules.iter().filter(|rule| version.key.starts_with(rule.prefix));
        let due_by_now = |days: i64| surely.is_some_and(|now| version.made.after_days(days).to <= now);
        if row.is_latest && in_force().filter_map(|rule| rule.days).any(due_by_now) {
            return Err(format!("{version:?} is current after its time, by {:?}", self.rules));
        }
        if row.is_latest && !is_cold && in_force().filter_map(|rule| rule.cold).any(due_by_now) {
            return Err(format!("{version:?} is not cold after its time, by {:?}", self.rules));
        }
        if *is_cold && !content.is_cold {
            self.told.surely(COOLED, &version.key, &version.id);
            let known = self.versions.iter_mut().find(|known| known.id == version.id);
            if let Some(content) = known.and_then(|known| known.content.as_mut()) {
                content.is_cold = true;
            }
        }
        Ok(())
    }

    /// Judges a list of the ids of open uploads; nobody completes or aborts one but rules.
    pub fn judge_uploads(&mut self, open: &[String], surely: Option<i64>) -> Result<(), Wrong> {
        let latest = self.latest();
        for (id, key, begun) in std::mem::take(&mut self.uploads) {
            let due = |(rule, is_now): (&Rule, bool)| Some((begun.after_days(rule.abort?), is_now));
            let due: Vec<(Span, bool)> = self.covering(&key).filter_map(due).collect();
            // Where no rule is about it, it goes when nobody went on with it for long enough.
            let idles = !due.iter().any(|(_, is_now)| *is_now) && latest - begun.from >= 7 * DAY_MS;
            let may = idles || due.iter().any(|(due, _)| due.from <= latest);
            let must = due.iter().any(|(due, is_now)| *is_now && surely.is_some_and(|now| due.to <= now));
            match open.contains(&id) {
                false if !may => return Err(format!("the upload {id} of {key} is gone before its time")),
                true if must => return Err(format!("the upload {id} of {key} is there after its time")),
                true => self.uploads.push((id, key, begun)),
                false => {}
            }
        }
        match open.iter().find(|id| !self.uploads.iter().any(|(known, ..)| known == *id)) {
            Some(id) => Err(format!("the upload {id} is there, which nobody began or which has gone")),
            None => Ok(()),
        }
    }
}
