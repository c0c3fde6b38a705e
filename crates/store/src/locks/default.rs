//! The object lock of a bucket: what retains new versions that come without a retention of their own.

use coldkeep_types::Timestamp;
use minicbor::{Decode, Encode};

use super::{EventHold, LockMode, ObjectLock, Retention};
use crate::{Bucket, Error};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// For how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Period {
    /// Days of 24 hours.
    #[n(0)]
    Days(#[n(0)] u32),
    /// Years of the calendar.
    #[n(1)]
    Years(#[n(0)] u32),
}

impl Period {
    pub(crate) fn after(self, time: Timestamp) -> Timestamp {
        match self {
            Self::Days(days) => time.plus_millis(i64::from(days) * DAY_MS),
            Self::Years(years) => time.plus_years(years),
        }
    }
}

/// How new versions are retained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DefaultRetention {
    /// How firmly.
    #[n(0)]
    pub mode: LockMode,
    /// From when the version came to be. At least one of the two is there.
    #[n(1)]
    pub period: Option<Period>,
    /// Held, and for so long from the release on.
    #[n(2)]
    pub event_hold: Option<Period>,
}

/// That a bucket has object lock, which it has for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BucketLock {
    /// Absent: new versions are retained only where their writer says so.
    #[n(0)]
    pub default: Option<DefaultRetention>,
}

impl Bucket {
    /// The lock of a version that comes to be now, as records keep it. Decided anew whenever a commit is.
    pub(crate) fn lock_of_new(&self, asked: &ObjectLock, now: Timestamp) -> Result<Option<ObjectLock>, Error> {
        let Some(lock) = &self.lock else {
            return if *asked == ObjectLock::default() { Ok(None) } else { Err(Error::NoObjectLock) };
        };
        let mut new = *asked;
        if let (Some(default), None) = (lock.default, asked.retention) {
            let until = default.period.map_or(Retention::NO_DATE, |period| period.after(now));
            new.retention = Some(Retention::new(default.mode, until));
            new.event_hold = default.event_hold.map(EventHold::On);
        }
        Ok(new.stored())
    }
}
