//! Who owns a blob, what they want of it, and who waits for it.

use std::collections::{BTreeMap, BTreeSet};

use coldkeep_meta::{Commit, Expect};
use coldkeep_types::{Id, Timestamp};

use crate::records::{ObjectRecord, OwnerRecord, Record};
use crate::restore::Restore;
use crate::upkeep::due::{FINISH_JOB, FINISH_RESTORE, MOVE_BYTES};
use crate::vaults::jobs::{Job, JobStatus};
use crate::{Error, Store, Tier, keys};

/// What is known of those who own a blob.
#[derive(Default)]
pub(super) struct Owners {
    /// There are some.
    pub any: bool,
    /// The tier of the most urgent who wants its bytes, if anybody does.
    pub wanted: Option<u8>,
    /// The lists of parts that it is in.
    pub lists: BTreeSet<Id>,
    /// Due records of work that waits for its bytes.
    pub waiting: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Expects that all of this is still so.
    pub unchanged: Commit,
}

impl Owners {
    fn want(&mut self, tier: u8) {
        self.wanted = Some(self.wanted.map_or(tier, |before| before.min(tier)));
    }
}

impl Store {
    /// Judges the owners of a blob: those of its own, and those of the lists that it is in.
    pub(super) async fn judge_owners(&self, blob: Id) -> Result<Owners, Error> {
        let mut owners = Owners::default();
        self.add_owners(blob, blob, &mut owners).await?;
        owners.any = owners.unchanged.expects.iter().any(|expect| matches!(expect, Expect::Version { .. }));
        for list in owners.lists.clone() {
            self.add_owners(list, blob, &mut owners).await?;
        }
        Ok(owners)
    }

    /// Adds those who own a content in which the blob's bytes are.
    async fn add_owners(&self, content: Id, blob: Id, owners: &mut Owners) -> Result<(), Error> {
        let all = keys::owners(content);
        let mut from = all.start.clone();
        for (key, entry) in self.0.meta.scan(all.clone(), usize::MAX).await? {
            owners.unchanged.expect_empty(from..key.clone()).expect(key.clone(), Some(entry.version));
            from = keys::after(key);
            let at = OwnerRecord::from_value(&entry.value)?.key;
            match at.first() {
                // An archive's bytes are wanted by its jobs.
                Some(b'a') => {}
                Some(b'p') => owners.lists.extend(keys::parse_part(&at).map(|(list, _)| list)),
                Some(b'o' | b'O') => self.add_object(&at, blob, owners).await?,
                Some(b'j') => self.add_job(&at, owners).await?,
                _ => owners.want(Tier::Bulk as u8),
            }
        }
        owners.unchanged.expect_empty(from..all.end);
        Ok(())
    }

    /// An object wants its bytes while it is restored, while they are on their way to another pool, and where its class is read at once.
    async fn add_object(&self, lies: &[u8], blob: Id, owners: &mut Owners) -> Result<(), Error> {
        let entry = self.get(lies).await?;
        owners.unchanged.expect(lies.to_vec(), entry.as_ref().map(|entry| entry.version));
        let Some(entry) = entry else { return Ok(()) };
        let record = ObjectRecord::from_value(&entry.value)?;
        let class = record.class.unwrap_or_default();
        let leaves = record.to_move.is_some() && self.0.options.pool_of(class) != blob.pool();
        let mut wait = |at: Timestamp, kind: u8| {
            if let Some((bucket, key)) = keys::parse_versioned(lies) {
                let about = keys::version(bucket, &key, record.instance);
                owners.waiting.insert(keys::due(at, kind, record.instance), about);
            }
        };
        if leaves {
            wait(Timestamp(0), MOVE_BYTES);
        }
        if let Some(Restore::Ongoing { ready_ms, .. }) = record.restore {
            wait(Timestamp(ready_ms), FINISH_RESTORE);
        }
        match record.restore {
            Some(Restore::Ongoing { tier, .. }) => owners.want(tier as u8),
            Some(Restore::Restored { .. }) => owners.want(Tier::Standard as u8),
            None if leaves || !class.must_be_restored() => owners.want(Tier::Bulk as u8),
            None => {}
        }
        Ok(())
    }

    /// A retrieval wants the bytes for as long as its output is kept.
    async fn add_job(&self, at: &[u8], owners: &mut Owners) -> Result<(), Error> {
        let Some(entry) = self.get(at).await? else { return Ok(()) };
        let job = Job::from_value(&entry.value)?;
        let tier = job.archive.as_ref().map_or(Tier::Standard, |archive| archive.tier);
        owners.want(tier as u8);
        if job.status == JobStatus::InProgress {
            let ready = job.created().plus_millis(self.0.options.retrieval_delay_ms[tier as usize]);
            owners.waiting.insert(keys::due(ready, FINISH_JOB, job.id), at.to_vec());
        }
        Ok(())
    }
}
