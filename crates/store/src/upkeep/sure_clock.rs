//! The time of day, as far as something may be dropped for good by it. Pure.
//!
//! A clock that is days ahead for some seconds, before it is set right, must drop nothing. So a time ahead of what is sure is
//! believed only when it is seen again after a while, counted by the machine's steady clock, and every look in between saw a
//! time at least as late. A clock that goes back is believed at once: waiting loses nothing. A new run is sure of nothing.

use std::time::Duration;

use coldkeep_types::Timestamp;
use tokio::time::Instant;

/// Differences up to this are how clocks drift; they are made up for as a jump is, and do not count as one.
const DRIFT_MS: i64 = 1000;

/// What was seen of the clock so far.
pub struct SureClock {
    /// When this was made, by the steady clock.
    begun: Instant,
    /// By how many milliseconds the time of day is surely ahead of the time since then.
    sure: Option<i64>,
    /// By how many it seems to be, and since when.
    seeming: Option<(i64, Instant)>,
}

impl SureClock {
    /// A clock that is sure of nothing yet; `now` is the steady clock's.
    pub fn new(now: Instant) -> Self {
        Self { begun: now, sure: None, seeming: None }
    }

    /// Notes what the clock says now.
    pub fn look(&mut self, time: Timestamp, now: Instant, confirm: Duration) {
        let seen = time.0.saturating_sub(self.since_begun(now));
        if self.sure.is_some_and(|sure| seen <= sure) || confirm.is_zero() {
            (self.sure, self.seeming) = (Some(seen), None);
            return;
        }
        if self.sure.is_some_and(|sure| seen - sure <= DRIFT_MS) {
            self.seeming = None;
            return;
        }
        let (least, since) = self.seeming.unwrap_or((seen, now));
        let least = least.min(seen);
        if now.duration_since(since) >= confirm {
            self.sure = Some(least);
            self.seeming = (seen > least).then_some((seen, now));
        } else {
            self.seeming = Some((least, since));
        }
    }

    /// A time that has surely come; none before a first time was confirmed.
    pub fn sure(&self, now: Instant) -> Option<Timestamp> {
        self.sure.map(|sure| Timestamp(sure.saturating_add(self.since_begun(now))))
    }

    /// How long to wait before looking whether a time has come that is not sure yet.
    pub fn wait(&self, time: Timestamp, now: Instant, confirm: Duration) -> Duration {
        let missing = self.sure(now).map(|sure| Duration::from_millis(time.0.saturating_sub(sure.0).max(1) as u64));
        let left = self.seeming.map(|(_, since)| confirm.saturating_sub(now.duration_since(since)));
        let wait = [missing, left].into_iter().flatten().min();
        wait.unwrap_or(confirm).max(Duration::from_millis(1))
    }

    fn since_begun(&self, now: Instant) -> i64 {
        i64::try_from(now.duration_since(self.begun).as_millis()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIRM: Duration = Duration::from_secs(60);
    const DAY: i64 = 86_400_000;

    /// Looks at times told as (seconds of the steady clock, time of day); what is sure after each.
    fn looks(table: &[(u64, i64)]) -> Vec<Option<i64>> {
        let begun = Instant::now();
        let mut clock = SureClock::new(begun);
        let look = |(seconds, time): &(u64, i64)| {
            let now = begun + Duration::from_secs(*seconds);
            clock.look(Timestamp(*time), now, CONFIRM);
            clock.sure(now).map(|time| time.0)
        };
        table.iter().map(look).collect()
    }

    #[test]
    fn a_new_run_is_sure_after_a_minute() {
        assert_eq!(looks(&[(0, DAY), (59, DAY + 59_000), (60, DAY + 60_000)]), [None, None, Some(DAY + 60_000)]);
    }

    #[test]
    fn a_jump_ahead_counts_once_it_lasts() {
        let seen = looks(&[(0, 0), (60, 60_000), (61, DAY), (90, 90_000), (91, DAY), (150, DAY + 59_000)]);
        assert_eq!(seen[1..], [60_000, 61_000, 90_000, 91_000, 150_000].map(Some));
        let seen = looks(&[(0, 0), (60, 60_000), (61, DAY), (121, DAY + 60_000), (122, DAY + 61_000)]);
        assert_eq!(seen[1..], [60_000, 61_000, DAY + 60_000, DAY + 61_000].map(Some));
    }

    #[test]
    fn of_several_jumps_the_least_is_believed() {
        let seen = looks(&[(0, 0), (60, 60_000), (61, 9 * DAY), (90, DAY), (121, 5 * DAY), (200, 5 * DAY + 79_000)]);
        assert_eq!(seen[4], Some(DAY + 31_000));
        assert_eq!(seen[5], Some(5 * DAY + 79_000));
    }

    #[test]
    fn a_clock_that_goes_back_is_believed() {
        assert_eq!(looks(&[(0, DAY), (60, DAY + 60_000), (70, 5)])[2], Some(5));
    }

    #[test]
    fn drift_does_not_make_it_unsure() {
        let seen = looks(&[(0, 0), (60, 60_000), (3600, 3_600_400), (7200, 7_201_500), (7260, 7_261_500)]);
        assert_eq!(seen[2..], [3_600_000, 7_200_000, 7_261_500].map(Some));
    }
}
