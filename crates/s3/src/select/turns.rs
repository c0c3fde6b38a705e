//! How many queries there are at once, and how many of them are at work: each holds some MiB, and evaluates as fast as a core goes.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinError;

use crate::errors::S3Error;

/// So many queries may be answered at once. Each holds a record of 1 MiB at most, a piece of the object, and the answer of a step.
const MAX_QUERIES: usize = 64;

/// The places that queries have.
#[derive(Clone)]
pub(crate) struct Turns {
    open: Arc<Semaphore>,
    /// As many work at once as there are cores; the others wait for their next step, first come, first served.
    working: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        Self { open: Arc::new(Semaphore::new(MAX_QUERIES)), working: Arc::new(Semaphore::new(cores)) }
    }
}

impl Turns {
    /// A place for one more query, until it is dropped. `Busy` is what the API reference of SelectObjectContent has for it.
    pub fn begin(&self) -> Result<OwnedSemaphorePermit, S3Error> {
        let place = self.open.clone().try_acquire_owned();
        place.map_err(|_| S3Error::new(503, "Busy", "The service is unavailable. Try again later."))
    }

    /// Runs a short step of a query on a thread that may be busy for long, when it is its turn.
    pub async fn work<T: Send + 'static>(&self, step: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
        // It is never closed.
        let turn = self.working.clone().acquire_owned().await.ok();
        tokio::task::spawn_blocking(move || {
            let done = step();
            drop(turn);
            done
        })
        .await
    }
}
