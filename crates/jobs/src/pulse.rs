//! The pulse of a server that shares its store with others: see `store/servers/`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next};

/// The pause after a step that failed: long pauses would look like death.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Beats, watches the others, and answers what is being read here.
pub struct Pulse {
    store: Store,
    /// The last step failed, and that was said.
    failing: AtomicBool,
}

impl Pulse {
    /// The one of this store.
    pub fn new(store: Store) -> Self {
        Self { store, failing: AtomicBool::new(false) }
    }
}

#[async_trait]
impl Job for Pulse {
    fn name(&self) -> &'static str {
        "pulse"
    }

    async fn run(&self) -> Result<Next, Error> {
        match self.store.pulse().await {
            Ok(pause) => {
                self.failing.store(false, Ordering::Relaxed);
                Ok(pause.map_or(Next::Never, Next::After))
            }
            Err(error) => {
                if !self.failing.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "what this server shares with others cannot be reached, and is tried again");
                }
                Ok(Next::After(AFTER_FAILURE))
            }
        }
    }
}
