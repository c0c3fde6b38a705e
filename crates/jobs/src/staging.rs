//! Blobs that leave staged pools and come back.

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next};

/// Does what is due with the blobs of staged pools, one call of their program after another. What is due later, due work rings for.
pub struct Staging(Store);

impl Staging {
    /// The one of this store.
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

#[async_trait]
impl Job for Staging {
    fn name(&self) -> &'static str {
        "staging"
    }

    async fn run(&self) -> Result<Next, Error> {
        self.0.run_staging().await.map(|()| Next::Rung)
    }

    async fn rung(&self) {
        self.0.wait_staging().await;
    }
}
