//! Event holds, which Amazon calls variable retention too: a version is retained until it is released, and for a time from then on.
//!
//! While it is held, its retention ends at no date that anybody could name: as if it were released now, which comes later every
//! moment, and never before a date that was asked for besides. The release makes that the date for good.

use coldkeep_types::Timestamp;
use minicbor::{Decode, Encode};

use super::{LockMode, ObjectLock, Period, Retention};
use crate::Error;

/// Whether a version is held by an event that is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum EventHold {
    /// It is, and is retained for so long from its release on.
    #[n(0)]
    On(#[n(0)] Period),
    /// It was, or somebody said that it is not.
    #[n(1)]
    Off,
}

/// What the retention of a version shall become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewRetention {
    /// There is none any more, nor a hold.
    None,
    /// Until this time, or also until this time of a version that is held.
    Until(Retention),
    /// Held, in this mode; not less long than what is retained already, nor than this date.
    Held(LockMode, Period, Option<Timestamp>),
    /// Released: until this date, or until the duration of the hold has passed.
    Released(Option<LockMode>, Option<Timestamp>),
}

impl ObjectLock {
    /// For how long the version is held from its release on, if it is held.
    pub fn held(&self) -> Option<Period> {
        match self.event_hold {
            Some(EventHold::On(duration)) => Some(duration),
            _ => None,
        }
    }

    /// When the retention ends, if the version is released now at the latest.
    pub fn until(&self, now: Timestamp) -> Option<Timestamp> {
        let retention = self.retention?;
        let released = self.held().map(|duration| duration.after(now));
        Some(released.map_or(retention.until(), |released| released.max(retention.until())))
    }

    /// What the lock is once this was asked of it. [`Error::NoEventHold`] where nothing is held that could be released, and no date
    /// is given.
    pub(super) fn changed(&self, new: NewRetention, now: Timestamp) -> Result<Self, Error> {
        let (retention, event_hold) = match new {
            NewRetention::None => (None, None),
            NewRetention::Until(retention) => (Some(retention), self.event_hold),
            NewRetention::Held(mode, duration, until) => {
                let before = self.retention.map(|retention| retention.until());
                let until = until.max(before).unwrap_or(Retention::NO_DATE);
                (Some(Retention::new(mode, until)), Some(EventHold::On(duration)))
            }
            NewRetention::Released(mode, until) => {
                let mode = mode.or(self.retention.map(|retention| retention.mode));
                let released = self.until(now).filter(|_| self.held().is_some());
                let (mode, until) = mode.zip(until.or(released)).ok_or(Error::NoEventHold)?;
                (Some(Retention::new(mode, until)), Some(EventHold::Off))
            }
        };
        Ok(Self { retention, event_hold, ..*self })
    }

    /// Whether this keeps a version for as long as another lock would, whenever that were released.
    pub(super) fn lasts(&self, other: &Self, now: Timestamp) -> bool {
        let (Some(new), Some(old)) = (self.retention, other.retention) else { return other.retention.is_none() };
        let held = |lock: &Self| lock.held().map(|duration| duration.after(now));
        let released = held(other).unwrap_or(Retention::NO_DATE);
        new.mode == old.mode && new.until() >= old.until() && held(self).unwrap_or(new.until()) >= released
    }
}
