//! The machine's own.

use std::io;
use std::time::Duration;

pub use parking_lot::{Condvar, Mutex, MutexGuard};
pub use std::thread;

/// Lets others run for so long.
pub async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// A thread's means to wait for what is asynchronous, timers included.
pub struct Waits(tokio::runtime::Runtime);

impl Waits {
    /// Fails if the system refuses.
    pub fn new() -> io::Result<Self> {
        Ok(Self(tokio::runtime::Builder::new_current_thread().enable_time().build()?))
    }

    /// Runs this on the current thread.
    pub fn for_end_of<T>(&self, work: impl Future<Output = T>) -> T {
        self.0.block_on(work)
    }
}
