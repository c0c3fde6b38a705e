//! The sweep after an unclean stop, once, beside the requests that are already served.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next, Stats};

/// Takes out of service what servers that did not stop cleanly left behind.
pub struct Sweep {
    store: Store,
    stats: Arc<Stats>,
}

impl Sweep {
    /// The sweep of this store.
    pub fn new(store: Store, stats: Arc<Stats>) -> Self {
        Self { store, stats }
    }
}

#[async_trait]
impl Job for Sweep {
    fn name(&self) -> &'static str {
        "sweep"
    }

    async fn run(&self) -> Result<Next, Error> {
        let blobs = self.store.sweep().await?;
        self.stats.swept.fetch_add(blobs as u64, Ordering::Relaxed);
        if blobs > 0 {
            tracing::info!(blobs, "moved unfinished writes of an earlier run that was cut short to quarantine");
        }
        Ok(Next::Never)
    }
}
