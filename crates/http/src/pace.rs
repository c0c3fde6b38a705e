//! How fast a body must come: a client that trickles holds a request's memory for nothing.
//!
//! Only time that is spent waiting for the client counts, so a slow disk of ours is not held against anybody. The rate is
//! an average over a window; a body that ends or moves within its first window is never judged.

use std::time::Duration;

use tokio::time::Instant;

/// The least rate of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Bytes in a second; 0 switches the rule off.
    pub bytes_per_second: u64,
    /// The time that is averaged over, which is also the time before the first judgement.
    pub window: Duration,
}

/// Judges one body.
pub(crate) struct Pace {
    rate: Rate,
    waited: Duration,
    received: u64,
}

impl Pace {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, waited: Duration::ZERO, received: 0 }
    }

    pub(crate) fn rate(&self) -> Rate {
        self.rate
    }

    /// Bytes were there without a wait.
    pub(crate) fn had(&mut self, bytes: u64) {
        self.received += bytes;
    }

    /// How long the next wait may take at most until it is time to judge.
    pub(crate) fn patience(&self) -> Duration {
        match self.rate.bytes_per_second {
            0 => Duration::MAX,
            _ => self.rate.window.saturating_sub(self.waited),
        }
    }

    /// Bytes came, after waiting since `since`. False when the window is over and too few came in it.
    pub(crate) fn came(&mut self, bytes: u64, since: Instant) -> bool {
        self.received += bytes;
        self.waited += since.elapsed();
        if self.rate.bytes_per_second == 0 || self.waited < self.rate.window {
            return true;
        }
        let least = u128::from(self.rate.bytes_per_second) * self.waited.as_millis() / 1000;
        let enough = u128::from(self.received) >= least;
        (self.waited, self.received) = (Duration::ZERO, 0);
        enough
    }
}
