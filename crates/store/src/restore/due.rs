//! What is due of restores: they are done, and what they gave goes. The clock need not be sure for the former, which drops nothing.

use coldkeep_meta::{Commit, Entry};
use coldkeep_types::{Id, Timestamp};

use super::{Restore, request};
use crate::events::{EventType, Subject};
use crate::records::{MarkerRecord, ObjectRecord, Record};
use crate::staging::look_again;
use crate::upkeep::due::EXPIRE_RESTORE;
use crate::{Error, MAX_TRIES, Store, Tier, keys};

/// Adds to a commit that somebody looks at the object when something comes of its restore. `about` is the key that it would have as a
/// version below the current one: wherever it lies by then, that tells.
pub(crate) fn look_at(commit: &mut Commit, restore: Restore, about: &[u8], instance: Id) {
    let (time, kind) = restore.next();
    commit.put(keys::due(time, kind, instance), about.to_vec());
}

impl Store {
    /// Does what is due of a restore, if its object still says so.
    pub(crate) async fn go_on_restoring(
        &self,
        kind: u8,
        key: &[u8],
        come: &Entry,
        now: Timestamp,
    ) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let mut commit = Commit::default();
            commit.expect(key.to_vec(), Some(come.version)).delete(key.to_vec());
            if let Some((at, entry)) = self.lies(&come.value).await? {
                let mut record = ObjectRecord::from_value(&entry.value)?;
                if let Some(restore) = record.restore.filter(|restore| restore.next().1 == kind) {
                    let (mut later, tier) = (None, record.tier);
                    record.restore = match restore {
                        early if early.next().0 > now => Some(early),
                        // The bytes come first. Whoever fetches them lets this be looked at again.
                        Restore::Ongoing { tier, .. } if !self.is_resident(record.content).await? => {
                            self.look_at_content(&mut commit, record.content, tier);
                            later = Some(look_again(now));
                            Some(restore)
                        }
                        Restore::Ongoing { .. } if tier.is_some() => {
                            self.is_back(&mut commit, &come.value, &mut record).await?;
                            None
                        }
                        Restore::Ongoing { days, .. } => Some(request::until(now, days, self.options())),
                        Restore::Restored { .. } => {
                            self.look_at_content(&mut commit, record.content, Tier::Bulk);
                            None
                        }
                    };
                    if let Some((next, kind)) = record.restore.map(Restore::next) {
                        commit.put(keys::due(later.unwrap_or(next), kind, record.instance), come.value.clone());
                    }
                    commit.expect(at.clone(), Some(entry.version));
                    if record.restore != Some(restore) {
                        commit.put(at, record.to_value());
                        self.tell_restore(&mut commit, &come.value, &record, tier.is_some()).await?;
                    }
                }
            }
            let committed = match kind {
                EXPIRE_RESTORE => self.commit_freeing(commit).await?,
                _ => self.commit(commit).await?,
            };
            // Another worker may have done it.
            if committed || self.get(key).await?.map(|entry| entry.version) != Some(come.version) {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// What Intelligent-Tiering has archived is in the tier of what is read often again, for good.
    async fn is_back(&self, commit: &mut Commit, about: &[u8], record: &mut ObjectRecord) -> Result<(), Error> {
        let (container, key) =
            keys::parse_versioned(about).ok_or_else(|| Error::Damaged("what is due of a restore".into()))?;
        if let Some(bucket) = self.bucket_of(container).await? {
            self.comes_back(commit, &bucket, &key, record);
        }
        Ok(())
    }

    /// Adds the event that an object is restored, or its copy gone.
    async fn tell_restore(
        &self,
        commit: &mut Commit,
        about: &[u8],
        record: &ObjectRecord,
        for_good: bool,
    ) -> Result<(), Error> {
        let Some((container, key)) = keys::parse_versioned(about) else { return Ok(()) };
        let Some(bucket) = self.bucket_of(container).await? else { return Ok(()) };
        let (event, subject) = match record.restore {
            None if for_good => (EventType::RestoreCompleted, Subject::object(record)),
            Some(_) => (EventType::RestoreCompleted, Subject::restored(record)),
            None => (EventType::RestoreDelete, Subject::object(record)),
        };
        self.happened(commit, &bucket, event, &key, || subject).await?;
        Ok(())
    }

    /// Where the object lies now that this would be the key of as a version below the current one, and its record.
    pub(crate) async fn lies(&self, about: &[u8]) -> Result<Option<(Vec<u8>, Entry)>, Error> {
        let damaged = || Error::Damaged("what is due of a restore".into());
        let (bucket, key) = keys::parse_versioned(about).ok_or_else(damaged)?;
        let instance = keys::parse_version(about).ok_or_else(damaged)?;
        let current = keys::object(bucket, &key);
        for _ in 0..MAX_TRIES {
            let entry = self.get(&current).await?;
            let seen = entry.as_ref().map(|entry| entry.version);
            if let Some(entry) = entry
                && ObjectRecord::from_value(&entry.value)?.instance == instance
            {
                return Ok(Some((current, entry)));
            }
            match self.get(about).await? {
                Some(entry) if entry.value.first() == Some(&MarkerRecord::VERSION) => return Ok(None),
                Some(entry) => return Ok(Some((about.to_vec(), entry))),
                // It may have gone from there to here meanwhile.
                None if self.get(&current).await?.map(|entry| entry.version) == seen => return Ok(None),
                None => {}
            }
        }
        Err(Error::Busy)
    }
}
