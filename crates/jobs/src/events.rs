//! Events of buckets: handed over as they are written.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next, Stats};

/// Hands events over, and offers them again where they are not taken.
pub struct Events {
    store: Store,
    stats: Arc<Stats>,
}

impl Events {
    /// The one of this store.
    pub fn new(store: Store, stats: Arc<Stats>) -> Self {
        Self { store, stats }
    }
}

#[async_trait]
impl Job for Events {
    fn name(&self) -> &'static str {
        "events"
    }

    async fn run(&self) -> Result<Next, Error> {
        let pause = self.store.deliver_events().await;
        let told = self.store.told();
        self.stats.delivered_events.store(told.delivered, Ordering::Relaxed);
        self.stats.dropped_events.store(told.dropped, Ordering::Relaxed);
        Ok(pause?.map_or(Next::Rung, Next::After))
    }

    async fn rung(&self) {
        self.store.wait_events().await;
    }
}
