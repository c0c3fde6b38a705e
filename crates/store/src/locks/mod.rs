//! Object lock: what keeps a version of an object from being removed or replaced, whoever asks.
//!
//! Invariants:
//! - Only a bucket that has object lock has locked versions; it keeps versions, and has both for good.
//! - A version gives up its content in one place (`versions/stack.rs`, `Gone::object`), which asks `judge` for clearance in the same
//!   commit. So no path removes one without asking: neither deletions, nor rules, nor writes that replace the null version.
//! - A version is free by time only when that time has surely come (`upkeep/sure_clock.rs`).
//! - A lock is part of the version's record, so that setting it and removing the version exclude each other.
//!
//! What it does not do: stand in the way of new versions and delete markers, or of an operator who repairs or removes the folder.

mod change;
mod default;
mod event_hold;
mod judge;

use coldkeep_types::Timestamp;
use minicbor::{Decode, Encode};

pub use default::{BucketLock, DefaultRetention, Period};
pub use event_hold::{EventHold, NewRetention};
pub(crate) use judge::Clearance;

/// How firmly a version is retained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum LockMode {
    /// `GOVERNANCE`: whoever may bypass it can remove the version, or retain it for a shorter time.
    #[n(0)]
    Governance,
    /// `COMPLIANCE`: nobody can, the root neither; it can only be made longer.
    #[n(1)]
    Compliance,
}

/// Until when a version is retained; of one that is held, until when at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Retention {
    /// How firmly.
    #[n(0)]
    pub mode: LockMode,
    #[n(1)]
    until_ms: i64,
}

impl Retention {
    /// In place of a date where there is none: of what is held and was given no date besides.
    pub const NO_DATE: Timestamp = Timestamp(0);

    /// Until this time.
    pub fn new(mode: LockMode, until: Timestamp) -> Self {
        Self { mode, until_ms: until.0 }
    }

    /// When it ends.
    pub fn until(&self) -> Timestamp {
        Timestamp(self.until_ms)
    }
}

/// The lock of a version, or of what an upload will be. A version without any has the default one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ObjectLock {
    /// Until when, if it is or was retained.
    #[n(0)]
    pub retention: Option<Retention>,
    /// Whether it is held until further notice; absent: nobody ever said.
    #[n(1)]
    pub legal_hold: Option<bool>,
    /// Whether it is held until an event; absent: nobody ever said. What is held has a retention too, which says how firmly.
    #[n(2)]
    pub event_hold: Option<EventHold>,
}

impl ObjectLock {
    /// As records keep it.
    pub(crate) fn stored(self) -> Option<Self> {
        Some(self).filter(|lock| *lock != Self::default())
    }
}
