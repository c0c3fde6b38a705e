//! Which servers have stopped to beat, as one of them sees it. Pure.
//!
//! Time is counted in looks: each look adds what has passed since the one before, but at most twice the pause between looks. Who was held up itself, by
//! a debugger or a machine that slept, so learns nothing from it about the others.

use std::collections::BTreeMap;
use std::time::Duration;

use coldkeep_meta::Version;
use tokio::time::Instant;

#[derive(Clone, Copy)]
struct Seen {
    beat: Version,
    still: Duration,
}

/// What one server has seen of the others.
#[derive(Default)]
pub(crate) struct Watch {
    seen: BTreeMap<u32, Seen>,
    last: Option<Instant>,
}

impl Watch {
    /// Looks at all beats there are, by run; those that have stood still for the whole lease, with the beat that did.
    pub fn look(
        &mut self,
        now: Instant,
        beats: &[(u32, Version)],
        (pause, lease): (Duration, Duration),
    ) -> Vec<(u32, Version)> {
        let passed = self.last.map_or(Duration::ZERO, |last| now.saturating_duration_since(last)).min(pause * 2);
        self.last = Some(now);
        let before = std::mem::take(&mut self.seen);
        let mut dead = Vec::new();
        for (run, beat) in beats {
            let still = match before.get(run) {
                Some(seen) if seen.beat == *beat => seen.still + passed,
                _ => Duration::ZERO,
            };
            if still >= lease {
                dead.push((*run, *beat));
            }
            self.seen.insert(*run, Seen { beat: *beat, still });
        }
        dead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));

    fn looks(beats: impl Fn(u64) -> Vec<(u32, Version)>, seconds: &[u64]) -> Option<(u64, Vec<(u32, Version)>)> {
        let (mut watch, start) = (Watch::default(), Instant::now());
        seconds.iter().find_map(|second| {
            let dead = watch.look(start + Duration::from_secs(*second), &beats(*second), TIMES);
            (!dead.is_empty()).then_some((*second, dead))
        })
    }

    #[test]
    fn who_beats_lives_and_who_stands_still_for_the_lease_is_dead() {
        let seconds: Vec<u64> = (0..60).collect();
        assert_eq!(looks(|second| vec![(1, Version(second / 9))], &seconds), None);
        let stopped = |second: u64| vec![(1, Version(second)), (2, Version(100 + second.min(20)))];
        assert_eq!(looks(stopped, &seconds), Some((30, vec![(2, Version(120))])));
    }

    #[test]
    fn who_was_held_up_itself_gives_the_others_their_time() {
        let beats = |_| vec![(1, Version(7))];
        let held_up: Vec<u64> = (0..3).chain(1_000..1_100).collect();
        // Two seconds before, two at most for the gap, and the rest after it.
        assert_eq!(looks(beats, &held_up), Some((1_006, vec![(1, Version(7))])));
    }

    #[test]
    fn who_has_gone_and_come_again_is_new() {
        let beats = |second| if second == 5 { Vec::new() } else { vec![(1, Version(7))] };
        let seconds: Vec<u64> = (0..40).collect();
        assert_eq!(looks(beats, &seconds).map(|(second, _)| second), Some(16));
    }
}
