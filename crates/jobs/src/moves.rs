//! Bytes that follow the class of their object into its pool.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next, Stats};

/// How often it is shown how far a long pass is.
const SHOWN_EVERY: Duration = Duration::from_secs(5);

/// Moves what is due to be moved, one blob after another. What is due later, due work rings for.
pub struct Moves {
    store: Store,
    stats: Arc<Stats>,
}

impl Moves {
    /// The one of this store.
    pub fn new(store: Store, stats: Arc<Stats>) -> Self {
        Self { store, stats }
    }

    fn note(&self) {
        let moved = self.store.moved();
        self.stats.pool_moved_objects.store(moved.objects, Ordering::Relaxed);
        self.stats.pool_moved_bytes.store(moved.bytes, Ordering::Relaxed);
        self.stats.pool_moves_waiting.store(moved.waiting, Ordering::Relaxed);
    }
}

#[async_trait]
impl Job for Moves {
    fn name(&self) -> &'static str {
        "moves"
    }

    async fn run(&self) -> Result<Next, Error> {
        let mut moving = std::pin::pin!(self.store.run_moves());
        loop {
            // It may take hours: what it has done is shown meanwhile.
            let moved = tokio::time::timeout(SHOWN_EVERY, &mut moving).await;
            self.note();
            if let Ok(moved) = moved {
                return moved.map(|()| Next::Rung);
            }
        }
    }

    async fn rung(&self) {
        self.store.wait_moves().await;
    }
}
