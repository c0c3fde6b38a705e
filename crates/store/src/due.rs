//! Work that becomes due at a time: written down with what it belongs to, so it survives a restart.

use coldkeep_meta::Commit;
use coldkeep_types::{Id, Timestamp};

use crate::{Error, Store, keys};

/// Forget how an upload ended.
pub(crate) const FORGET_OUTCOME: u8 = 1;
/// Drop a Glacier upload that idled; the value is the key of its record.
pub(crate) const EXPIRE_UPLOAD: u8 = 2;
/// Finish a retrieval job; the value is the key of its record.
pub(crate) const FINISH_JOB: u8 = 3;
/// Forget a retrieval job; the value is the key of its record.
pub(crate) const FORGET_JOB: u8 = 4;

/// Entries worked off between two looks at the clock.
const BATCH: usize = 64;

impl Store {
    /// Does what is due; returns when the next work will be, if any is scheduled.
    pub async fn run_due(&self) -> Result<Option<Timestamp>, Error> {
        loop {
            let found = self.0.meta.scan(keys::tagged(b'd'), BATCH).await?;
            if found.is_empty() {
                return Ok(None);
            }
            for (key, entry) in found {
                let Some((time, kind, id)) = keys::parse_due(&key) else {
                    return Err(Error::Damaged("a due record's key".into()));
                };
                if time > self.now() {
                    return Ok(Some(time));
                }
                self.perform(kind, id, &entry.value, &key).await?;
            }
        }
    }

    /// Each kind of work may be repeated, so it is struck off after it was done.
    async fn perform(&self, kind: u8, id: Id, value: &[u8], key: &[u8]) -> Result<(), Error> {
        let mut commit = Commit::default();
        commit.delete(key);
        match kind {
            FORGET_OUTCOME => {
                commit.delete(keys::outcome(id));
            }
            EXPIRE_UPLOAD => self.expire_vault_upload(value, &mut commit).await?,
            FINISH_JOB => self.finish_job(value).await?,
            FORGET_JOB => self.forget_job(value, &mut commit).await?,
            unknown => return Err(Error::Damaged(format!("due work of kind {unknown}"))),
        }
        self.commit(commit).await?;
        Ok(())
    }
}
