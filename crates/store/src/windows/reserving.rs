//! Taking numbers, and reserving more of them ahead.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use coldkeep_meta::{Commit, Record};
use coldkeep_types::Id;

use super::{Taken, WindowSizes, Windows, window_key};
use crate::{Error, MAX_TRIES, Store};

impl Store {
    /// An id for a new blob in this pool. Waits only where numbers are taken faster than they can be reserved, that is where no commit comes through.
    pub(crate) async fn take_id(&self, pool: u8) -> Result<Taken, Error> {
        let Some(windows) = &self.0.windows else { return Ok(Taken::free(self.next_id().in_pool(pool))) };
        let of_pool = windows.of(pool)?;
        loop {
            let (number, is_low) = {
                let mut window = of_pool.window.lock();
                (window.take(), window.is_low())
            };
            let Some(number) = number else {
                self.reserve_numbers(windows, pool).await?;
                continue;
            };
            if is_low && !of_pool.begun.swap(true, Ordering::Relaxed) {
                let (store, windows) = (self.clone(), windows.clone());
                tokio::spawn(async move {
                    let reserved = store.reserve_numbers(&windows, pool).await;
                    if let Ok(of_pool) = windows.of(pool) {
                        of_pool.begun.store(false, Ordering::Relaxed);
                    }
                    // Who needs one and finds none tries again, and is told.
                    let _ = reserved
                        .inspect_err(|error| tracing::debug!(%error, "numbers for blobs cannot be reserved yet"));
                });
            }
            return Ok(Taken::new(windows.id(pool, number), windows.clone()));
        }
    }

    /// Reserves a block, unless somebody did meanwhile. The commit requires the record that was read: one that was not answered does not come through after a later one.
    async fn reserve_numbers(&self, windows: &Arc<Windows>, pool: u8) -> Result<(), Error> {
        let of_pool = windows.of(pool)?;
        let _alone = of_pool.reserving.lock().await;
        let key = window_key(windows.run, pool);
        for _ in 0..MAX_TRIES {
            let entry = self.get(&key).await?;
            let (record, end) = {
                let window = of_pool.window.lock();
                match (window.has_ended(), window.is_low()) {
                    (true, _) => return Err(Error::Unavailable("this server is ending".into())),
                    (false, false) => return Ok(()),
                    (false, true) => window.with_another_block(),
                }
            };
            if end > Id::NUMBERS {
                return Err(Error::Unavailable(
                    "this server has used all numbers that a run has: start it again".into(),
                ));
            }
            let mut commit = Commit::default();
            commit.expect(key.clone(), entry.map(|entry| entry.version)).put(key.clone(), record.to_value());
            match self.0.meta.commit(commit).await {
                Ok(()) => {
                    of_pool.window.lock().reserved(end);
                    return Ok(());
                }
                // An earlier one came through after all; or this server is dead, and cannot read any more.
                Err(coldkeep_meta::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Busy)
    }

    /// How many numbers of blobs are reserved or open: what would be looked at if this server died. `None`: the store is not shared.
    pub fn windows(&self) -> Option<WindowSizes> {
        self.0.windows.as_ref().map(|windows| windows.sizes())
    }
}
