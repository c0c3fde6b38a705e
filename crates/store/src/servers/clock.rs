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
/// An answer that took longer says little.
const SLOW: Duration = Duration::from_secs(1);

/// How far a clock is ahead that was ahead by this when somebody asked, by an answer that took so long; `None` where that says too little.
fn difference(asked_ms: i64, took: Duration) -> Option<i64> {
    let took_ms = took.as_millis() as i64;
    // The answer is of some moment between; half way is wrong by half of it at most.
    if took <= SLOW {
        return Some(asked_ms + took_ms / 2);
    }
    // Whichever moment that was, the clock may be too far off: also of a server that has had no quicker answer yet.
    let least_ms = 0.clamp(asked_ms, asked_ms + took_ms);
    (!agrees(least_ms)).then_some(least_ms)
}

/// Whether a server with this difference may serve.
pub(super) fn agrees(skew_ms: i64) -> bool {
    skew_ms.abs() <= LIMIT_MS
}

impl Store {
    /// Compares the clocks, where there is one to compare with.
    pub(super) async fn compare_clocks(&self, shared: &Shared) -> Result<(), Error> {
        let (own, asked) = (self.0.clock.now(), Instant::now());
        let Some(theirs) = shared.fenced.engine().time().await? else { return Ok(()) };
        let Some(skew_ms) = difference(own.0 - theirs, asked.elapsed()) else { return Ok(()) };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_answer_tells_only_of_a_clock_that_is_wrong_anyhow() {
        let difference = |asked_ms, took_ms| difference(asked_ms, Duration::from_millis(took_ms));
        assert_eq!([difference(-300, 600), difference(61_000, 1000)], [Some(0), Some(61_500)]);
        assert_eq!([difference(-5000, 3000), difference(60_000, 3000), difference(-63_000, 3000)], [None; 3]);
        assert_eq!([difference(60_001, 3000), difference(-63_001, 3000)], [Some(60_001), Some(-60_001)]);
        assert_eq!(difference(2 * 86_400_000, 30_000), Some(2 * 86_400_000));
    }
}
