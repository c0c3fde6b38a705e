//! A job: keys are destroyed and rotated, and imported material ends, when its time has surely come.

use std::time::Duration;

use async_trait::async_trait;
use coldkeep_keyring::Keyring;
use coldkeep_store::{Error, SureClock};
use coldkeep_types::Timestamp;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{Job, Next};

/// How long the clock must agree with itself before a key is destroyed: that cannot be undone, and a window has seven days at least.
const CONFIRM: Duration = Duration::from_secs(600);

/// Does what is due for keys, and sleeps until the next thing is.
pub struct KeyWork {
    keyring: Keyring,
    clock: Mutex<SureClock>,
}

impl KeyWork {
    /// The work of this keyring.
    pub fn new(keyring: Keyring) -> Self {
        Self { keyring, clock: Mutex::new(SureClock::new(Instant::now())) }
    }

    /// A time that has surely come.
    fn sure(&self) -> Timestamp {
        let (now, steady) = (self.keyring.now(), Instant::now());
        let mut clock = self.clock.lock();
        clock.look(now, steady, CONFIRM);
        clock.sure(steady).unwrap_or(Timestamp(0))
    }
}

#[async_trait]
impl Job for KeyWork {
    fn name(&self) -> &'static str {
        "keys"
    }

    async fn run(&self) -> Result<Next, Error> {
        let due = self.keyring.do_due(self.sure()).await;
        let due = due.map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(match due.next {
            None => Next::Rung,
            Some(next) if next > self.keyring.now() => Next::At(next),
            // It is due, but the clock is not sure yet.
            Some(next) => Next::After(self.clock.lock().wait(next, Instant::now(), CONFIRM)),
        })
    }

    async fn rung(&self) {
        self.keyring.wait_scheduled().await;
    }
}
