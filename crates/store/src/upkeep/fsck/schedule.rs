//! Work that is due: what is kept for a time only must be scheduled to go.

use coldkeep_meta::{Commit, Step};
use coldkeep_types::Id;

use super::remedy::Remedy;
use super::{Check, damaged};
use crate::annotations::parse_remains;
use crate::inventories::{self, InventoryRecord};
use crate::lifecycle::due::is_lifecycle;
use crate::lifecycle::schedule as lifecycle;
use crate::records::{ObjectRecord, VaultRecord};
use crate::staging;
use crate::tiering::judge::Candidate;
use crate::upkeep::{due, remains};
use crate::vaults::expiry::{self, ArchiveExpiry};
use crate::vaults::jobs::{Job, JobStatus};
use crate::{Error, Object, Upload, keys};

/// How long what had lost its schedule stays.
const ANEW_MS: i64 = DAY_MS;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Checks one record of work that is due: it names a record of the right kind, or nothing.
pub(super) fn check(key: &[u8], value: &[u8]) -> Result<(), Error> {
    let (_, kind, id) = keys::parse_due(key).ok_or_else(|| damaged("malformed key"))?;
    if kind == due::DROP_REMAINS {
        let of_set = parse_remains(value).map(|set| set == id);
        return match of_set.unwrap_or_else(|| remains::container(value).is_some()) {
            true => Ok(()),
            false => Err(damaged("remains of no bucket, vault or object")),
        };
    }
    if is_lifecycle(kind) || matches!(kind, due::WALK_RULES | due::WALK_TIERINGS) {
        return check_lifecycle(kind, id, value);
    }
    if kind == due::MAKE_INVENTORY {
        let right = value.first() == Some(&b'C') && inventories::work_id(value) == id;
        return if right { Ok(()) } else { Err(damaged("it is scheduled for no inventory")) };
    }
    if staging::is_look(kind) {
        return if staging::is_value(value) { Ok(()) } else { Err(damaged("a look without its time")) };
    }
    if kind == due::EXPIRE_ARCHIVES {
        return keys::parse_vault(value).map(drop).ok_or_else(|| damaged("it is scheduled for no vault"));
    }
    let about = if is_of_object(kind) { keys::parse_version(value) } else { keys::trailing_id(value) };
    let tag = match kind {
        due::FORGET_OUTCOME | due::PURGE_BLOB => None,
        due::EXPIRE_UPLOAD => Some(&b'U'),
        due::FINISH_JOB | due::FORGET_JOB | due::TELL_JOB => Some(&b'j'),
        kind if is_of_object(kind) => Some(&b'O'),
        _ => return Err(damaged("work of an unknown kind")),
    };
    let right = value.first() == tag && (tag.is_none() || about == Some(id));
    if right { Ok(()) } else { Err(damaged("it is scheduled for something else")) }
}

/// What is about an object, wherever it lies.
fn is_of_object(kind: u8) -> bool {
    matches!(kind, due::FINISH_RESTORE | due::EXPIRE_RESTORE | due::MOVE_BYTES)
}

/// Work of lifecycle names the record of a bucket's object or upload, which may be gone.
fn check_lifecycle(kind: u8, id: Id, value: &[u8]) -> Result<(), Error> {
    let about = lifecycle::parse(value).map(|(_, about)| about);
    let right = about.is_some_and(|about| match (kind, about.first()) {
        (due::EXPIRE_OBJECT, Some(b'o')) => lifecycle::object_key(about).is_some() && lifecycle::expiry_id(about) == id,
        (due::EXPIRE_VERSIONS, Some(b'o')) => {
            lifecycle::about_object(about).is_some_and(|(record_key, _)| lifecycle::expiry_id(record_key) == id)
        }
        (due::ABORT_UPLOAD, Some(b'u')) => keys::trailing_id(about) == Some(id),
        (due::ARCHIVE_OBJECT, Some(b'O')) => {
            lifecycle::object_key(about).is_some() && keys::parse_version(about) == Some(id)
        }
        (due::WALK_TIERINGS, Some(b'o' | b'O')) => keys::container(about).map(lifecycle::walk_id) == Some(id),
        (due::WALK_RULES, Some(b'o' | b'O' | b'u')) => keys::container(about).map(lifecycle::walk_id) == Some(id),
        _ => false,
    });
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

    /// What is being restored is to be finished, what is restored is to end.
    pub(super) async fn restore_is_scheduled(&mut self, key: &[u8], record: &ObjectRecord) -> Result<(), Error> {
        let Some((restore, (bucket, object))) = record.restore.zip(keys::parse_versioned(key)) else { return Ok(()) };
        let about = keys::version(bucket, &object, record.instance);
        self.is_scheduled(restore.next().1, record.instance, &about).await
    }

    /// What has bytes in another pool is to be moved.
    pub(super) async fn move_is_scheduled(&mut self, key: &[u8], record: &ObjectRecord) -> Result<(), Error> {
        let Some((_, (bucket, object))) = record.to_move.zip(keys::parse_versioned(key)) else { return Ok(()) };
        let about = keys::version(bucket, &object, record.instance);
        self.is_scheduled(due::MOVE_BYTES, record.instance, &about).await
    }

    /// What a configuration of tiering covers is to be looked at, or a walk will see to that; what is being restored when it is.
    pub(super) async fn archiving_is_scheduled(&mut self, key: &[u8], record: &ObjectRecord) -> Result<(), Error> {
        let Some((container, object_key)) = keys::parse_versioned(key).filter(|_| record.restore.is_none()) else {
            return Ok(());
        };
        let Some((bucket, tierings)) = self.tiered.get(&container) else { return Ok(()) };
        let covered = Candidate::record(&object_key, record).next(tierings, DAY_MS).is_some();
        let walks = self.scheduled.contains(&(due::WALK_TIERINGS, lifecycle::walk_id(container)));
        if !covered || walks {
            return Ok(());
        }
        let value = lifecycle::value(bucket, &keys::version(container, &object_key, record.instance));
        if self.scheduled.contains(&(due::ARCHIVE_OBJECT, record.instance)) {
            return Ok(());
        }
        let what = format!("{}: a configuration of tiering covers it, but nothing is scheduled", self.place(key).await);
        self.problem(what, Remedy::Schedule { kind: due::ARCHIVE_OBJECT, id: record.instance, value }).await
    }

    /// An inventory is of a bucket that is there, and its next report, or step of one, is scheduled.
    pub(super) async fn inventory(&mut self, key: &[u8], record: &InventoryRecord) -> Result<(), Error> {
        self.contained(key)?;
        if !record.inventory.enabled {
            return Ok(());
        }
        self.is_scheduled(due::MAKE_INVENTORY, inventories::work_id(key), key).await
    }

    /// A vault with a rule of expiry is to be looked at.
    pub(super) async fn vault_is_scheduled(&mut self, key: &[u8], record: &VaultRecord) -> Result<(), Error> {
        let ruled = record.access.as_ref().and_then(ArchiveExpiry::of);
        if ruled.is_none() {
            return Ok(());
        }
        self.is_scheduled(due::EXPIRE_ARCHIVES, expiry::work_id(record.id), key).await
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

    /// What a rule of its bucket covers is to be looked at, or a walk will see to that.
    pub(super) async fn is_ruled(&mut self, kind: u8, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let Some(container) = keys::container(key) else { return Ok(()) };
        let Some((bucket, rules)) = self.ruled.get(&container) else { return Ok(()) };
        let Some(object_key) = lifecycle::object_key(key) else { return Ok(()) };
        // When it is due is judged again; here it matters that it is at all.
        let (id, ruled) = match kind {
            due::EXPIRE_OBJECT => {
                let object = Object::from_value(value)?;
                let ruled = rules.first(&object_key, object.traits(), object.modified, DAY_MS).is_some();
                (Some(lifecycle::expiry_id(key)), ruled)
            }
            due::EXPIRE_VERSIONS => {
                let object = Object::from_value(value)?;
                // What a rule keeps for its number is looked at when another one comes, so only the others must be scheduled.
                let of = object.traits();
                let ruled = rules.noncurrent(&object_key, Some(of), object.modified, 0, DAY_MS).is_some()
                    || rules.moves_noncurrent(&object_key, of);
                (Some(lifecycle::expiry_id(&keys::object(container, &object_key))), ruled)
            }
            _ => (keys::trailing_id(key), rules.abort(&object_key, Upload::begun(value)?, DAY_MS).is_some()),
        };
        let Some(id) = id.filter(|_| ruled) else { return Ok(()) };
        let walks = self.scheduled.contains(&(due::WALK_RULES, lifecycle::walk_id(container)));
        if walks || self.scheduled.contains(&(kind, id)) {
            return Ok(());
        }
        let value = match kind {
            due::EXPIRE_VERSIONS => lifecycle::value(bucket, &keys::object(container, &object_key)),
            _ => lifecycle::value(bucket, key),
        };
        let what = format!("{}: a lifecycle rule covers it, but nothing is scheduled", self.place(key).await);
        self.problem(what, Remedy::Schedule { kind, id, value }).await
    }

    pub(super) async fn schedule(&mut self, kind: u8, id: Id, value: Vec<u8>) -> Result<(), Error> {
        let Some(repair) = &self.repair else { return Ok(()) };
        let mut commit = Commit::default();
        commit.put(keys::due(repair.recovered.now.plus_millis(ANEW_MS), kind, id), value);
        Ok(self.meta.commit(commit).await?)
    }
}
