//! Whether a lock lets a version go, or itself be changed. Pure, but for the clock.

use coldkeep_meta::Commit;
use coldkeep_types::Timestamp;

use super::{LockMode, ObjectLock, Retention};
use crate::annotations::{AnnotationSet, leave_annotations};
use crate::upkeep::due::LOCKED_VERSION;
use crate::{Error, Store};

/// By what right a version is removed.
#[derive(Clone, Copy)]
pub(crate) struct Clearance<'a> {
    store: &'a Store,
    bypass: bool,
}

impl<'a> Clearance<'a> {
    /// By none: what is locked stays.
    pub fn none(store: &'a Store) -> Self {
        Self { store, bypass: false }
    }

    /// By that of somebody who may pass over governance.
    pub fn bypassing(store: &'a Store, bypass: bool) -> Self {
        Self { store, bypass }
    }

    /// Adds to the commit that removes a version that its annotations are to be dropped.
    pub fn leave(&self, commit: &mut Commit, set: &AnnotationSet) {
        leave_annotations(commit, set, self.store.now());
    }

    /// [`Error::Locked`], if the lock is stronger.
    pub fn judge(&self, lock: &ObjectLock) -> Result<(), Error> {
        if lock.legal_hold == Some(true) {
            return Err(Error::Locked);
        }
        match &lock.retention {
            None => Ok(()),
            Some(Retention { mode: LockMode::Governance, .. }) if self.bypass => Ok(()),
            Some(_) if lock.held().is_some() => Err(Error::Locked),
            Some(retention) if is_over(retention, self.store.sure_of_locks()) => Ok(()),
            Some(_) => Err(Error::Locked),
        }
    }

    /// Whether a version's retention may become this, as it was asked for at this time. It may always end later.
    pub fn judge_change(&self, old: &ObjectLock, new: &ObjectLock, asked: Timestamp) -> Result<(), Error> {
        if new.lasts(old, asked) {
            return Ok(());
        }
        self.judge(&ObjectLock { legal_hold: None, ..*old })
    }
}

fn is_over(retention: &Retention, sure: Option<Timestamp>) -> bool {
    sure.is_some_and(|sure| sure >= retention.until())
}

impl Store {
    /// The time that has surely come; none before the clock was seen twice, a while apart.
    fn sure_of_locks(&self) -> Option<Timestamp> {
        self.look_at_clock();
        // The beginning of time has come as soon as anything has.
        self.sure_now(LOCKED_VERSION, Timestamp(i64::MIN)).ok()
    }
}
