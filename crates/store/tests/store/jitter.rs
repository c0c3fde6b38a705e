//! A metadata engine that lets other tasks run before and after its calls, so that few tasks meet in many ways.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use coldkeep_meta::{Commit, Entry, Error, Meta, Visit};

use crate::body::Dice;

pub struct Jitter {
    pub inner: Arc<dyn Meta>,
    pub seed: AtomicU64,
}

impl Jitter {
    async fn wait(&self) {
        let mut dice = Dice(self.seed.fetch_add(1, Ordering::Relaxed));
        for _ in 0..dice.below(4) {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl Meta for Jitter {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        self.wait().await;
        let found = self.inner.get(key).await;
        self.wait().await;
        found
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        self.wait().await;
        let found = self.inner.scan_back(range, limit).await;
        self.wait().await;
        found
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.wait().await;
        let walked = self.inner.walk(range, visit).await;
        self.wait().await;
        walked
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.wait().await;
        let outcome = self.inner.commit(commit).await;
        self.wait().await;
        outcome
    }

    fn health(&self) -> Result<(), Error> {
        self.inner.health()
    }
}
