//! The machine's own.

use std::time::Duration;

pub use parking_lot::{Condvar, Mutex, MutexGuard};
pub use std::thread;

/// Lets others run for so long.
pub async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
