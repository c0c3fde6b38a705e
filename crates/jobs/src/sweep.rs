//! The sweep after an unclean stop, once, beside the requests that are already served; where several servers share a store, after each one's.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next, Stats};

/// How often what is in quarantine is counted, while something is.
const COUNT_AGAIN: Duration = Duration::from_secs(3600);
/// How often one of several servers looks whether another one has died.
const SWEEP_AGAIN: Duration = Duration::from_secs(10);

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
        self.stats.sweep_withheld.store(self.store.sweep_withheld().await?.into(), Ordering::Relaxed);
        let quarantined = self.store.quarantined().await?;
        self.stats.quarantined_bytes.store(quarantined.bytes, Ordering::Relaxed);
        if self.store.is_shared() {
            return Ok(Next::After(SWEEP_AGAIN));
        }
        // What is there expires, and is counted again until it is gone.
        Ok(if quarantined.blobs > 0 { Next::After(COUNT_AGAIN) } else { Next::Never })
    }
}
