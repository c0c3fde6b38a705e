//! Work that is due: what is kept for a time only must be scheduled to go.

use coldkeep_meta::{Commit, Step};
use coldkeep_types::Id;

use super::remedy::Remedy;
use super::{Check, damaged};
use crate::upkeep::{due, remains};
use crate::vaults::jobs::{Job, JobStatus};
use crate::{Error, keys};

/// How long what had lost its schedule stays.
const ANEW_MS: i64 = 24 * 3600 * 1000;

/// Checks one record of work that is due: it names a record of the right kind, or nothing.
pub(super) fn check(key: &[u8], value: &[u8]) -> Result<(), Error> {
    let (_, kind, id) = keys::parse_due(key).ok_or_else(|| damaged("malformed key"))?;
    if kind == due::DROP_REMAINS {
        return remains::container(value).map(drop).ok_or_else(|| damaged("remains of no bucket and no vault"));
    }
    let tag = match kind {
        due::FORGET_OUTCOME | due::PURGE_BLOB => None,
        due::EXPIRE_UPLOAD => Some(&b'U'),
        due::FINISH_JOB | due::FORGET_JOB | due::TELL_JOB => Some(&b'j'),
        _ => return Err(damaged("work of an unknown kind")),
    };
    let right = value.first() == tag && (tag.is_none() || keys::trailing_id(value) == Some(id));
    if right { Ok(()) } else { Err(damaged("it is scheduled for something else")) }
}

impl Check<'_> {
    /// Remembers what is scheduled.
    pub(super) async fn find_scheduled(&mut self) -> Result<(), Error> {
        let scheduled = &mut self.scheduled;
        let mut visit = |seen: coldkeep_meta::Seen<'_>| {
            scheduled.extend(keys::parse_due(seen.key).map(|(_, kind, id)| (kind, id)));
            Step::Next
        };
        Ok(self.meta.walk(keys::tagged(b'd'), &mut visit).await?)
    }

    /// A job is to be finished, or to be forgotten.
    pub(super) async fn job_is_scheduled(&mut self, key: &[u8], job: &Job) -> Result<(), Error> {
        let kind = if job.status == JobStatus::InProgress { due::FINISH_JOB } else { due::FORGET_JOB };
        self.is_scheduled(kind, job.id, key).await
    }

    /// Work of this kind is scheduled for this id; `key` is what the work needs to know.
    pub(super) async fn is_scheduled(&mut self, kind: u8, id: Id, key: &[u8]) -> Result<(), Error> {
        if self.scheduled.contains(&(kind, id)) {
            return Ok(());
        }
        let what = format!("{}: nothing is scheduled for it", self.place(key).await);
        let value = if kind == due::FORGET_OUTCOME { Vec::new() } else { key.to_vec() };
        self.problem(what, Remedy::Schedule { kind, id, value }).await
    }

    pub(super) async fn schedule(&mut self, kind: u8, id: Id, value: Vec<u8>) -> Result<(), Error> {
        let Some(repair) = &self.repair else { return Ok(()) };
        let mut commit = Commit::default();
        commit.put(keys::due(repair.recovered.now.plus_millis(ANEW_MS), kind, id), value);
        Ok(self.meta.commit(commit).await?)
    }
}
