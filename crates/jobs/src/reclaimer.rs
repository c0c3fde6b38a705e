//! The reclaimer: frees released contents soon after they are released.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next, Stats};

/// How long releases gather after the first, so that a stream of overwrites shares passes over the list and syncs.
const GATHER: Duration = Duration::from_millis(100);
/// The first pause before contents are looked at again that somebody still reads; it doubles.
const FIRST_LOOK: Duration = Duration::from_millis(250);
/// The longest such pause.
const LONGEST_LOOK: Duration = Duration::from_secs(30);

/// Works off the released list whenever something is put on it.
pub struct Reclaimer {
    store: Store,
    stats: Arc<Stats>,
    /// Milliseconds until the next look at what is being read; zero when nothing was.
    look_ms: AtomicU64,
}

impl Reclaimer {
    /// The reclaimer of this store.
    pub fn new(store: Store, stats: Arc<Stats>) -> Self {
        Self { store, stats, look_ms: AtomicU64::new(0) }
    }
}

#[async_trait]
impl Job for Reclaimer {
    fn name(&self) -> &'static str {
        "reclaim"
    }

    async fn run(&self) -> Result<Next, Error> {
        // What a pass itself releases, such as the blobs of a part list, rings again.
        let reclaimed = self.store.reclaim().await?;
        self.stats.reclaimed.fetch_add(reclaimed.done as u64, Ordering::Relaxed);
        self.stats.held.store(reclaimed.held as u64, Ordering::Relaxed);
        if reclaimed.held == 0 {
            self.look_ms.store(0, Ordering::Relaxed);
            return Ok(Next::Rung);
        }
        let last = match reclaimed.done {
            0 => Duration::from_millis(self.look_ms.load(Ordering::Relaxed)),
            _ => Duration::ZERO,
        };
        let pause = (last * 2).clamp(FIRST_LOOK, LONGEST_LOOK);
        self.look_ms.store(pause.as_millis() as u64, Ordering::Relaxed);
        Ok(Next::After(pause))
    }

    async fn rung(&self) {
        self.store.wait_released().await;
        tokio::time::sleep(GATHER).await;
    }
}
