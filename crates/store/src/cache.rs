//! Records read lately, by name, shared by all who ask. A change forgets a name or all of them, and counts up, so that a reader that
//! was under way when the change happened does not put the old record back.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use parking_lot::RwLock;

use crate::Error;

/// Entries of a cache; when it is full it starts afresh.
const MAX_ENTRIES: usize = 10_000;

pub(crate) struct Cache<K, V>(RwLock<Cached<K, V>>);

struct Cached<K, V> {
    changes: u64,
    entries: HashMap<K, Arc<V>>,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self(RwLock::new(Cached { changes: 0, entries: HashMap::new() }))
    }
}

impl<K: Eq + Hash, V> Cache<K, V> {
    /// What is kept under this name, else what `read` finds.
    pub async fn get<Q>(&self, name: &Q, read: impl Future<Output = Result<V, Error>>) -> Result<Arc<V>, Error>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        let changes = {
            let cached = self.0.read();
            if let Some(kept) = cached.entries.get(name) {
                return Ok(kept.clone());
            }
            cached.changes
        };
        let found = Arc::new(read.await?);
        let mut cached = self.0.write();
        if cached.changes == changes {
            if cached.entries.len() >= MAX_ENTRIES {
                cached.entries.clear();
            }
            cached.entries.insert(name.to_owned(), found.clone());
        }
        Ok(found)
    }

    /// What has this name changed.
    pub fn changed<Q>(&self, name: &Q)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut cached = self.0.write();
        cached.changes += 1;
        cached.entries.remove(name);
    }

    /// Something changed that any of them may know.
    pub fn all_changed(&self) {
        let mut cached = self.0.write();
        cached.changes += 1;
        cached.entries.clear();
    }
}
