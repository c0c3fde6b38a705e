//! What is done for keys when its time has come: they are destroyed, rotated, and imported material ends.

use coldkeep_types::Timestamp;

use crate::{Edit, Error, Key, KeyRecord, Keyring, RotatedBy, keys};

/// How far a pass came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// What was done.
    pub done: u64,
    /// When the next thing is due.
    pub next: Option<Timestamp>,
}

impl Keyring {
    /// Waits until something comes to be due that was not before.
    pub async fn wait_scheduled(&self) {
        self.0.scheduled.notified().await;
    }

    /// Does what is due by `sure`: a time that has surely come, for a destroyed key is destroyed for good.
    pub async fn do_due(&self, sure: Timestamp) -> Result<Due, Error> {
        const BATCH: usize = 100;
        let mut due = Due::default();
        let mut range = keys::all_due();
        loop {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { return Ok(due) };
            range.start = keys::behind(last.clone());
            for (at, entry) in found {
                let (time, place, id) =
                    keys::parse_due(&at).ok_or_else(|| Error::Damaged("the key of what is due".into()))?;
                if time > sure {
                    due.next = Some(time);
                    return Ok(due);
                }
                let mut edit = self.edit();
                match self.find(&place, id).await? {
                    Some(key) if key.record.due() == Some(time.0) => edit.do_for(&key, sure).await?,
                    // What is due no more leaves its note only, which goes.
                    _ => {
                        edit.commit.expect(at.clone(), Some(entry.version)).delete(at);
                    }
                }
                if edit.done().await? {
                    due.done += 1;
                }
            }
        }
    }
}

impl Edit {
    async fn do_for(&mut self, key: &Key, sure: Timestamp) -> Result<(), Error> {
        let record = &key.record;
        if record.deletion.is_some() {
            tracing::info!(key = key.arn.as_str(), "a key is destroyed, as it was scheduled to be");
            return self.remove_key(key).await;
        }
        let ended = |expires: Option<i64>| expires.is_some_and(|expires| expires <= sure.0);
        if record.materials.iter().any(|material| material.sealed.is_some() && ended(material.expires)) {
            tracing::info!(key = key.arn.as_str(), "imported key material ended, as it was to");
            let mut record: KeyRecord = record.clone();
            record.materials.iter_mut().filter(|it| ended(it.expires)).for_each(|material| material.sealed = None);
            self.put_key(key, &record);
            return Ok(());
        }
        self.rotate(key, RotatedBy::Schedule).await
    }
}
