//! Files that were opened lately and are kept open, so that ranges of one blob do not open and check it each time.

use std::num::NonZeroUsize;
use std::sync::Arc;

use coldkeep_types::Id;
use lru::LruCache;
use parking_lot::Mutex;

use super::read::Inner;

/// The most files kept open. Each has at most a page of its table in memory.
const MOST_FILES: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// Open files by blob. A blob never changes, so the file of one that is there is always right.
pub(super) struct Opened(Mutex<LruCache<Id, Arc<Inner>>>);

impl Default for Opened {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MOST_FILES)))
    }
}

impl Opened {
    pub(super) fn get(&self, id: Id) -> Option<Arc<Inner>> {
        self.0.lock().get(&id).cloned()
    }

    /// Keeps a file, unless it was deleted since it was opened. Looked at under the lock: whoever deletes the file
    /// afterwards comes to [`forget`](Self::forget) after this.
    pub(super) fn keep(&self, id: Id, inner: &Arc<Inner>) {
        let mut opened = self.0.lock();
        let pushed_out = if inner.is_deleted() { None } else { opened.push(id, inner.clone()) };
        drop(opened);
        // Closed without the lock.
        drop(pushed_out);
    }

    /// To be called when the file has been deleted: what is open of it keeps its room on the disk.
    pub(super) fn forget(&self, id: Id) {
        let gone = self.0.lock().pop(&id);
        drop(gone);
    }
}
