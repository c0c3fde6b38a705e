//! A metadata engine that takes time: before and after each call others may run, so that few clients meet in many ways.
//!
//! The blob engine needs none of this: without threads it lets others run before each of its jobs.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_disk::simulated::Dice;
use coldkeep_meta::{Commit, Entry, Error, Meta, Visit};
use parking_lot::Mutex;

/// An engine, and the dice that say how long its calls take.
pub struct Jitter {
    engine: Arc<dyn Meta>,
    dice: Mutex<Dice>,
}

impl Jitter {
    /// Slows an engine down.
    pub fn new(engine: Arc<dyn Meta>, dice: Dice) -> Self {
        Self { engine, dice: Mutex::new(dice) }
    }

    async fn wait(&self) {
        let pause = self.dice.lock().below(12);
        match pause {
            0..5 => {}
            5..9 => tokio::task::yield_now().await,
            pause => tokio::time::sleep(Duration::from_millis(pause - 8)).await,
        }
    }
}

#[async_trait]
impl Meta for Jitter {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        self.wait().await;
        self.engine.get(key).await
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        self.wait().await;
        self.engine.scan_back(range, limit).await
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.wait().await;
        self.engine.walk(range, visit).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.wait().await;
        let done = self.engine.commit(commit).await;
        self.wait().await;
        done
    }

    fn health(&self) -> Result<(), Error> {
        self.engine.health()
    }
}
