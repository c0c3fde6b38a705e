//! A server of a shared store with its pulse, over whichever engines, and what must be in order when all have ended.

use std::time::Duration;

use coldkeep_blob::Blobs;
use coldkeep_meta::{Meta, prefix_range};
use coldkeep_store::{Options, Store, fsck};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::world::{TestClock, options};

/// After which a silent server is dead.
pub const LEASE: Duration = Duration::from_secs(10);

/// The options of a server of several.
pub fn shared() -> Options {
    Options { lease: Some(LEASE), ..options() }
}

/// A server with its pulse; dropped, it is as if it were held up.
pub struct Server {
    pub store: Store,
    pulse: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.pulse.abort();
    }
}

impl Server {
    /// The server of this store, which beats from now on.
    pub fn of(store: Store) -> Self {
        let beating = store.clone();
        let pulse = tokio::spawn(async move {
            while let Ok(Some(pause)) = beating.pulse().await {
                sleep(pause).await;
            }
        });
        Self { store, pulse }
    }

    /// It does not beat from now on.
    pub fn hold_up(&self) {
        self.pulse.abort();
    }

    /// All others have ended, or are held up for ever. It ends too, and what they left is in order: so many blobs, each of them owned, and nothing is left to be looked at.
    pub async fn settle(self, meta: &dyn Meta, blobs: &dyn Blobs, clock: &TestClock, count: usize) {
        while !self.store.leads() || alive(meta).await > 1 {
            sleep(Duration::from_millis(20)).await;
        }
        for _ in 0..2 {
            self.store.sweep().await.unwrap();
            clock.advance(15 * 60 * 1000);
        }
        while self.store.reclaim().await.unwrap().done > 0 {}
        self.store.close().await.unwrap();
        for looked_at in [b"sdirty/".as_slice(), b"swindow/"] {
            assert_eq!(meta.scan(prefix_range(looked_at), usize::MAX).await.unwrap(), Vec::new());
        }
        let report = fsck(meta, blobs, true).await.unwrap();
        assert_eq!(report.windows, Vec::new());
        assert_eq!((report.problems, report.released, report.unswept), (Vec::new(), 0, 0));
        assert_eq!(report.blobs, count as u64);
    }
}

pub async fn until(holds: impl Fn() -> bool) {
    while !holds() {
        sleep(Duration::from_millis(20)).await;
    }
}

/// How many records of servers there are.
pub async fn alive(meta: &dyn Meta) -> usize {
    meta.scan(prefix_range(b"sserver/"), usize::MAX).await.unwrap().len()
}
