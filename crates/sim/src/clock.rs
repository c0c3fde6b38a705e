//! The server's wall clock: it goes with the simulation's time and can be set, as clocks are.

use std::sync::atomic::{AtomicI64, Ordering};

use coldkeep_disk::simulated::Dice;
use coldkeep_types::{Clock, Timestamp};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::clients::Wrong;

/// A clock that only the simulation moves.
pub struct SimulatedClock {
    /// What it shows at the start of the runtime's time.
    base_ms: AtomicI64,
    /// When that was; each life of a server has a runtime of its own.
    started: Mutex<Option<Instant>>,
    dice: Mutex<Dice>,
}

impl SimulatedClock {
    /// A clock that shows a day in November 2026.
    pub fn new(dice: Dice) -> Self {
        Self { base_ms: AtomicI64::new(1_795_000_000_000), started: Mutex::default(), dice: Mutex::new(dice) }
    }

    /// Runs something in a runtime of its own, whose time goes only when all wait.
    pub fn in_runtime<T>(&self, run: impl AsyncFnOnce() -> Result<T, Wrong>) -> Result<T, Wrong> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let done = runtime.block_on(async {
            self.begin();
            let done = run().await;
            self.end();
            done
        });
        drop(runtime);
        done
    }

    /// The time of another runtime begins.
    fn begin(&self) {
        self.end();
        *self.started.lock() = Some(Instant::now());
    }

    /// Keeps what the clock shows for the next runtime.
    fn end(&self) {
        let now = self.now().0;
        self.base_ms.store(now, Ordering::Relaxed);
        *self.started.lock() = None;
    }

    /// Sets the clock forward, or back.
    pub fn jump(&self, ms: i64) {
        self.base_ms.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        let elapsed = self.started.lock().map_or(0, |started| started.elapsed().as_millis() as i64);
        Timestamp(self.base_ms.load(Ordering::Relaxed) + elapsed)
    }

    fn random_u32(&self) -> u32 {
        self.dice.lock().roll() as u32
    }
}
