//! How far the clock of a server is from the one that all of them share, which is the database's. Deaths do not go by it (`watch.rs`), but ids, and when
//! things are due: a server whose clock is more than [`LIMIT_MS`] off does not serve, and leaves the lead to another, until they agree again.

use std::time::Duration;

use tokio::time::Instant;

use super::Shared;
use crate::{Error, Store};

/// From here on a difference is told.
const TOLD_MS: i64 = 1_000;
/// Beyond it nobody serves.
const LIMIT_MS: i64 = 60_000;
/// An answer that took longer says too little.
const SLOW: Duration = Duration::from_secs(1);

/// Whether a server with this difference may serve.
pub(super) fn agrees(skew_ms: i64) -> bool {
    skew_ms.abs() <= LIMIT_MS
}

impl Store {
    /// Compares the clocks, where there is one to compare with.
    pub(super) async fn compare_clocks(&self, shared: &Shared) -> Result<(), Error> {
        let (own, asked) = (self.0.clock.now(), Instant::now());
        let Some(theirs) = shared.fenced.engine().time().await? else { return Ok(()) };
        let took = asked.elapsed();
        if took > SLOW {
            return Ok(());
        }
        // The answer is of some moment between; half way is wrong by half of it at most.
        let skew_ms = own.0 + (took / 2).as_millis() as i64 - theirs;
        let before = shared.standing.clock_is_off(skew_ms);
        match (grade(before), grade(skew_ms)) {
            (before, now) if before == now => {}
            (_, Grade::Fine) => tracing::info!(skew_ms, "this server's clock and the database's agree again"),
            (_, Grade::Off) => {
                tracing::warn!(
                    skew_ms,
                    "this server's clock and the database's differ by more than a second: look at NTP on both"
                );
            }
            (_, Grade::Refused) => tracing::error!(
                skew_ms,
                "this server's clock and the database's differ by more than a minute: it does not serve until they agree, look at NTP on both"
            ),
        }
        Ok(())
    }
}

#[derive(PartialEq, Eq)]
enum Grade {
    Fine,
    Off,
    Refused,
}

fn grade(skew_ms: i64) -> Grade {
    match agrees(skew_ms) {
        false => Grade::Refused,
        true if skew_ms.abs() >= TOLD_MS => Grade::Off,
        true => Grade::Fine,
    }
}
