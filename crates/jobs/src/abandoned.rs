//! Uploads to S3 that nobody went on with: dropped now and then.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next, Stats};

/// Drops uploads that idle for longer than the store lets them.
pub struct Abandoned {
    store: Store,
    stats: Arc<Stats>,
}

impl Abandoned {
    /// The one of this store.
    pub fn new(store: Store, stats: Arc<Stats>) -> Self {
        Self { store, stats }
    }
}

#[async_trait]
impl Job for Abandoned {
    fn name(&self) -> &'static str {
        "abandoned"
    }

    async fn run(&self) -> Result<Next, Error> {
        let pause = self.store.drop_abandoned().await?;
        self.stats.abandoned_uploads.store(self.store.removed().abandoned_uploads, Ordering::Relaxed);
        Ok(pause.map_or(Next::Never, Next::After))
    }
}
