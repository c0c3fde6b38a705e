//! Records read lately, by name, shared by all who ask. A change forgets a name or all of them, and counts up, so that a reader that
//! was under way when the change happened does not put the old record back. Where other servers may change a record too, it is used for
//! [`MAX_STALENESS`] only.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use tokio::time::Instant;

use crate::Error;

/// Entries of a cache; when it is full it starts afresh.
const MAX_ENTRIES: usize = 10_000;
/// How long a change made through another server of the same store may take to count.
pub(crate) const MAX_STALENESS: Duration = Duration::from_secs(1);

pub(crate) struct Cache<K, V> {
    cached: RwLock<Cached<K, V>>,
    /// Whether others change the records too.
    ages: bool,
}

struct Cached<K, V> {
    changes: u64,
    entries: HashMap<K, Kept<V>>,
}

struct Kept<V> {
    value: Arc<V>,
    /// When it was read, if it ages.
    read: Option<Instant>,
}

impl<V> Kept<V> {
    fn is_fresh(&self) -> bool {
        self.read.is_none_or(|read| read.elapsed() < MAX_STALENESS)
    }
}

impl<K: Eq + Hash, V> Cache<K, V> {
    /// An empty one; whether other servers may change the records.
    pub fn new(ages: bool) -> Self {
        Self { cached: RwLock::new(Cached { changes: 0, entries: HashMap::new() }), ages }
    }

    /// What is kept under this name, else what `read` finds. Reading is rare, so it is boxed: it does not set the size of every future
    /// that waits for this.
    pub async fn get<Q, F>(&self, name: &Q, read: impl FnOnce() -> F) -> Result<Arc<V>, Error>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
        F: Future<Output = Result<V, Error>>,
    {
        let (changes, read_at) = {
            let cached = self.cached.read();
            if let Some(kept) = cached.entries.get(name).filter(|kept| kept.is_fresh()) {
                return Ok(kept.value.clone());
            }
            (cached.changes, self.ages.then(Instant::now))
        };
        let found = Arc::new(Box::pin(read()).await?);
        let mut cached = self.cached.write();
        if cached.changes == changes {
            if cached.entries.len() >= MAX_ENTRIES {
                cached.entries.clear();
            }
            cached.entries.insert(name.to_owned(), Kept { value: found.clone(), read: read_at });
        }
        Ok(found)
    }

    /// What has this name changed.
    pub fn changed<Q>(&self, name: &Q)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut cached = self.cached.write();
        cached.changes += 1;
        cached.entries.remove(name);
    }

    /// Something changed that any of them may know.
    pub fn all_changed(&self) {
        let mut cached = self.cached.write();
        cached.changes += 1;
        cached.entries.clear();
    }
}
