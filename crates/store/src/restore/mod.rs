//! Restoring: objects of the classes `GLACIER` and `DEEP_ARCHIVE`, and what Intelligent-Tiering has archived, are not read until
//! RestoreObject was asked for and its time has passed: the former for some days, the latter for good. A restore is a state of the
//! object's record; only bytes of a staged pool are fetched for it (`staging/`).
//!
//! Invariants:
//! - A record that has a restore has due work for what comes next of it; `fsck` proves that.
//! - Due work says when to look, the record what to do: what was deleted, replaced or extended meanwhile is left alone.
//! - The record and its due work change in one commit.

mod due;
mod request;

use coldkeep_types::Timestamp;
use minicbor::{Decode, Encode};

pub(crate) use due::look_at;
pub use request::{RestoreRequest, Restored};

use crate::upkeep::due::{EXPIRE_RESTORE, FINISH_RESTORE};
use crate::{Error, Object, Tier};

/// How far the restoring of an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Restore {
    /// It is under way.
    #[n(0)]
    Ongoing {
        /// When it will be done, in milliseconds since 1970.
        #[n(0)]
        ready_ms: i64,
        /// How many days the copy shall be kept then; of what Intelligent-Tiering has archived 0, since it stays.
        #[n(1)]
        days: u32,
        /// How urgent it is.
        #[n(2)]
        tier: Tier,
    },
    /// The object can be read.
    #[n(1)]
    Restored {
        /// Until then, in milliseconds since 1970.
        #[n(0)]
        until_ms: i64,
    },
}

impl Restore {
    /// Until when the object can be read; `None` while it cannot.
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Ongoing { .. } => None,
            Self::Restored { until_ms } => Some(Timestamp(until_ms)),
        }
    }

    /// When something comes of it, and which work that is.
    pub(crate) fn next(self) -> (Timestamp, u8) {
        match self {
            Self::Ongoing { ready_ms, .. } => (Timestamp(ready_ms), FINISH_RESTORE),
            Self::Restored { until_ms } => (Timestamp(until_ms), EXPIRE_RESTORE),
        }
    }
}

impl Object {
    /// [`Error::MustBeRestored`] if it must be restored before it is read.
    pub(crate) fn readable(&self) -> Result<(), Error> {
        match self.restore {
            Some(Restore::Restored { .. }) => Ok(()),
            _ if let Some(tier) = self.tier => Err(Error::Archived(tier)),
            _ if self.class.must_be_restored() => Err(Error::MustBeRestored(self.class)),
            _ => Ok(()),
        }
    }
}
