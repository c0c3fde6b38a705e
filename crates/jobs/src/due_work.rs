//! Work due at a time: expiry of idle uploads, retrieval jobs, what is to be forgotten.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next, Stats};

/// Does what is due, and sleeps until the next time something is.
pub struct DueWork {
    store: Store,
    stats: Arc<Stats>,
}

impl DueWork {
    /// The due work of this store.
    pub fn new(store: Store, stats: Arc<Stats>) -> Self {
        Self { store, stats }
    }
}

#[async_trait]
impl Job for DueWork {
    fn name(&self) -> &'static str {
        "due"
    }

    async fn run(&self) -> Result<Next, Error> {
        let next = self.store.run_due().await?;
        let removed = self.store.removed();
        self.stats.expired_objects.store(removed.expired_objects, Ordering::Relaxed);
        self.stats.moved_objects.store(removed.moved_objects, Ordering::Relaxed);
        self.stats.archived_objects.store(removed.archived_objects, Ordering::Relaxed);
        self.stats.expired_archives.store(removed.expired_archives, Ordering::Relaxed);
        self.stats.aborted_uploads.store(removed.aborted_uploads, Ordering::Relaxed);
        self.stats.due_runs.fetch_add(1, Ordering::Relaxed);
        self.stats.next_due_ms.store(next.map_or(0, |time| time.0), Ordering::Relaxed);
        Ok(next.map_or(Next::Rung, Next::At))
    }

    async fn rung(&self) {
        self.store.wait_scheduled().await;
    }
}
