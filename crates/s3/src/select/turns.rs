//! How many queries there are at once, and how many of them are at work: each holds some MiB, and evaluates as fast as a core goes.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinError;

use crate::errors::S3Error;

/// What who finds no place is told.
pub(crate) const BUSY: &str = "The service is unavailable. Try again later.";

/// So many queries may be answered at once. Each holds a record of 1 MiB at most, a piece of the object, and the answer of a step.
const MAX_QUERIES: usize = 64;
/// One that holds more, as those over Parquet do, takes a place for each so many bytes.
const PLACE_BYTES: usize = 8 << 20;

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
        place.map_err(|_| S3Error::new(503, "Busy", BUSY))
    }

    /// Takes as many places more as a query needs that holds so many bytes. Whether there were as many.
    pub fn grow(&self, place: &mut OwnedSemaphorePermit, held_bytes: usize) -> bool {
        let more = (held_bytes / PLACE_BYTES + 1).saturating_sub(place.num_permits());
        let Ok(places) = self.open.clone().try_acquire_many_owned(more as u32) else { return false };
        place.merge(places);
        true
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_query_holds_takes_places_of_others() {
        let turns = Turns::default();
        let mut one = turns.begin().unwrap();
        assert!(turns.grow(&mut one, PLACE_BYTES - 1) && one.num_permits() == 1);
        assert!(turns.grow(&mut one, 32 * PLACE_BYTES) && one.num_permits() == 33);
        let mut two = turns.begin().unwrap();
        assert!(!turns.grow(&mut two, 31 * PLACE_BYTES) && two.num_permits() == 1);
        assert!(turns.grow(&mut two, 30 * PLACE_BYTES) && turns.begin().is_err());
        drop(one);
        assert!(turns.begin().is_ok());
    }
}
