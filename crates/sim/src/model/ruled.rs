//! What a bucket's rules may have done by the clock, and what they must have: lives of versions that nobody deletes but they.
//!
//! A server's clock is set, back and forth. So nothing may happen before the latest time that it ever showed, and nothing must have
//! happened that is not long past by the time it shows now.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Object;

/// A day of the rules, in milliseconds.
pub const DAY_MS: i64 = 600_000;
/// What keys begin with whose objects go after a day, and their versions a day after that.
pub const GOES: &str = "goes/";
/// What keys begin with whose objects go to `GLACIER` after a day, and their versions to `DEEP_ARCHIVE`.
pub const COLD: &str = "cold/";
/// In so many days all is done that is due after two.
const LONG_DAYS: i64 = 6;

/// A version's life.
#[derive(Clone, Debug)]
pub struct Life {
    /// What it is.
    pub object: Arc<Object>,
    /// What the clock showed before it was asked for, and after it was answered.
    pub made_ms: (i64, i64),
    /// What locks it: until then, in milliseconds since 1970; for good.
    pub lock: (Option<i64>, bool),
    /// Somebody saw that it is gone.
    pub gone: bool,
    /// The coldest class that somebody saw, by how cold it is.
    pub coldest: usize,
}

/// All lives.
#[derive(Clone, Debug, Default)]
pub struct Ruled {
    /// The latest time that the clock ever showed.
    latest_ms: i64,
    /// It was set back at some time, so that what is to be done may be far ahead.
    pub set_back: bool,
    /// By key and version.
    pub lives: BTreeMap<(String, String), Life>,
    /// Those that were asked for and never answered, by key.
    pub lost: Vec<(String, Life)>,
}

/// Classes by how cold they are.
const CLASSES: [&str; 3] = ["STANDARD", "GLACIER", "DEEP_ARCHIVE"];

/// The midnight after a day has passed.
fn after_a_day(ms: i64) -> i64 {
    ((ms + DAY_MS).div_euclid(DAY_MS) + 1) * DAY_MS
}

impl Life {
    /// Whether a lock surely keeps it, if this is the latest that the clock showed.
    pub fn is_locked(&self, latest_ms: i64) -> bool {
        self.lock.1 || self.lock.0.is_some_and(|until| until > latest_ms)
    }
}

impl Ruled {
    /// The clock shows this.
    pub fn saw(&mut self, now_ms: i64) {
        self.latest_ms = self.latest_ms.max(now_ms);
    }

    /// The clock was set, and shows this.
    pub fn was_set(&mut self, by_ms: i64, now_ms: i64) {
        self.saw(now_ms);
        self.set_back |= by_ms < 0;
        // What takes the place of a version is older than it then, and counts.
        self.lives.values_mut().for_each(|life| life.made_ms.0 = life.made_ms.0.min(now_ms));
    }

    /// Somebody looked at a version: its class, or that it is gone.
    pub fn judge(&mut self, key: &str, id: &str, class: Option<&str>) -> Result<(), String> {
        let latest_ms = self.latest_ms;
        let of = (key.to_owned(), id.to_owned());
        let life = self.lives.get_mut(&of).ok_or_else(|| format!("no version {id} of {key:?} is known"))?;
        let may_act = latest_ms >= after_a_day(life.made_ms.0);
        let Some(class) = class else {
            life.gone = true;
            return match key.starts_with(GOES) && may_act && !life.is_locked(latest_ms) {
                true => Ok(()),
                false => Err(format!("the version {id} of {key:?} is gone, which it cannot be: {life:?}")),
            };
        };
        let cold = CLASSES.iter().position(|known| *known == class);
        let cold = cold.ok_or_else(|| format!("the version {id} of {key:?} is of the class {class}"))?;
        let may_be = cold == 0 || (key.starts_with(COLD) && may_act);
        if life.gone || !may_be || cold < life.coldest {
            return Err(format!("the version {id} of {key:?} is there in the class {class}: {life:?}"));
        }
        life.coldest = cold;
        Ok(())
    }

    /// What is not done by now that must be: all that is known was looked at just now. The clock shows this.
    pub fn undone(&self, now_ms: i64) -> Option<String> {
        if self.set_back {
            return None;
        }
        let long_ago_ms = now_ms - LONG_DAYS * DAY_MS;
        let mut old = self.lives.iter().filter(|(_, life)| life.made_ms.1 <= long_ago_ms);
        let undone = old.find(|((key, _), life)| match key.starts_with(GOES) {
            true => !life.gone && !life.lock.1 && life.lock.0.is_none_or(|until| until <= long_ago_ms),
            false => life.coldest == 0,
        });
        undone.map(|((key, id), life)| format!("the rules left the version {id} of {key:?} as it was: {life:?}"))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn one(key: &str, lock: (Option<i64>, bool)) -> Ruled {
        let object = Arc::new(Object::whole(Bytes::from_static(b"x"), "label"));
        let life = Life { object, made_ms: (5, 9), lock, gone: false, coldest: 0 };
        let mut ruled = Ruled::default();
        ruled.lives.insert((key.to_owned(), "id".to_owned()), life);
        ruled
    }

    #[test]
    fn what_is_locked_or_young_must_be_there_and_what_is_gone_stays_gone() {
        let gone = |mut ruled: Ruled, now_ms| {
            ruled.saw(now_ms);
            ruled.judge(ruled.lives.keys().next().unwrap().0.clone().as_str(), "id", None)
        };
        assert!(gone(one("goes/1", (None, false)), 2 * DAY_MS - 1).is_err());
        assert!(gone(one("goes/1", (None, false)), 2 * DAY_MS).is_ok());
        assert!(gone(one("goes/1", (Some(3 * DAY_MS), false)), 2 * DAY_MS).is_err());
        assert!(gone(one("goes/1", (Some(3 * DAY_MS), false)), 3 * DAY_MS).is_ok());
        assert!(gone(one("goes/1", (None, true)), 99 * DAY_MS).is_err());
        assert!(gone(one("cold/1", (None, false)), 99 * DAY_MS).is_err());
        let mut back = one("goes/1", (None, false));
        back.saw(9 * DAY_MS);
        assert!(back.judge("goes/1", "id", None).is_ok());
        assert!(back.judge("goes/1", "id", Some("STANDARD")).is_err());
    }

    #[test]
    fn nothing_goes_cold_too_early_or_warm_again() {
        let mut ruled = one("cold/1", (None, false));
        assert!(ruled.judge("cold/1", "id", Some("GLACIER")).is_err());
        ruled.saw(2 * DAY_MS);
        assert!(ruled.judge("cold/1", "id", Some("GLACIER")).is_ok());
        assert!(ruled.judge("cold/1", "id", Some("STANDARD")).is_err());
        assert!(ruled.judge("cold/1", "id", Some("DEEP_ARCHIVE")).is_ok());
        assert!(ruled.undone(99 * DAY_MS).is_none());
    }

    #[test]
    fn what_is_long_due_must_be_done_unless_a_lock_keeps_it() {
        let undone = |ruled: &Ruled| ruled.undone(9 + 6 * DAY_MS).is_some();
        assert!(undone(&one("goes/1", (None, false))) && undone(&one("cold/1", (None, true))));
        assert!(!undone(&one("goes/1", (None, true))) && !undone(&one("goes/1", (Some(DAY_MS), false))));
        let mut set_back = one("goes/1", (None, false));
        set_back.was_set(-1, 4);
        assert!(!undone(&set_back) && set_back.lives.values().all(|life| life.made_ms.0 == 4));
    }
}
