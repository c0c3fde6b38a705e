//! When access keys were last used. Kept in memory, and written at most now and then: never for a request.

use std::collections::HashMap;

use coldkeep_meta::Commit;
use coldkeep_types::Timestamp;
use parking_lot::Mutex;

use crate::{Error, Identity, keys};

/// A use is noted to the minute, as roughly as Amazon tells it.
const ROUGHLY_MILLIS: i64 = 60_000;
/// How many keys are remembered between two writings.
const MOST: usize = 100_000;

/// When a key was last used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastUse(pub Timestamp);

#[derive(Default)]
pub(crate) struct LastUses(Mutex<HashMap<String, Timestamp>>);

impl LastUses {
    pub fn note(&self, access_key: &str, now: Timestamp) {
        if access_key.starts_with("ASIA") {
            return;
        }
        let mut uses = self.0.lock();
        if let Some(known) = uses.get_mut(access_key) {
            if known.0 + ROUGHLY_MILLIS <= now.0 {
                *known = now;
            }
        } else if uses.len() < MOST {
            uses.insert(access_key.to_owned(), now);
        }
    }
}

impl Identity {
    /// When a key was last used, as far as is known.
    pub async fn last_use(&self, access_key: &str) -> Result<Option<LastUse>, Error> {
        let in_memory = self.0.last_uses.0.lock().get(access_key).copied();
        let entry = self.0.meta.get(&keys::last_use(access_key)).await?;
        let written = entry.and_then(|entry| <[u8; 8]>::try_from(entry.value).ok());
        let written = written.map(|bytes| Timestamp(i64::from_be_bytes(bytes)));
        Ok(in_memory.max(written).map(LastUse))
    }

    /// Writes what memory knows of uses: for the server to call now and then, and when it stops.
    pub async fn write_last_uses(&self) -> Result<(), Error> {
        let uses: Vec<(String, Timestamp)> = self.0.last_uses.0.lock().drain().collect();
        for some in uses.chunks(BATCH) {
            let mut commit = Commit::default();
            for (access_key, at) in some {
                // A key that is gone leaves nothing behind.
                let owner = keys::access_key(access_key);
                if let Some(entry) = self.0.meta.get(&owner).await? {
                    commit.expect(owner, Some(entry.version));
                    commit.put(keys::last_use(access_key), at.0.to_be_bytes());
                }
            }
            match self.0.meta.commit(commit).await {
                // A key went at this moment: the others are noted by their next use.
                Ok(()) | Err(coldkeep_meta::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Uses written at once.
const BATCH: usize = 100;
