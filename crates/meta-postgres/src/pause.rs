//! How long to wait before what was refused is tried again.

use std::time::Duration;

use xxhash_rust::xxh3::xxh3_64_with_seed;

const SHORTEST: Duration = Duration::from_millis(1);
const DOUBLINGS: u32 = 6;

/// The pause before try `nth`: up to twice as long each time, and for each seed another part of that, so that two who met part.
pub(crate) fn jittered(nth: u32, seed: u64) -> Duration {
    let most = SHORTEST * (1 << nth.min(DOUBLINGS));
    let chance = xxh3_64_with_seed(&nth.to_be_bytes(), seed ^ u64::from(std::process::id())) as u32;
    most.mul_f64(0.25 + 0.75 * f64::from(chance) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_differ() {
        for nth in 0..40 {
            let most = Duration::from_millis(1 << nth.min(6));
            let pauses: Vec<_> = (0..20).map(|seed| jittered(nth, seed)).collect();
            assert!(pauses.iter().all(|pause| *pause <= most && *pause >= most / 4), "{nth}: {pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{nth}");
        }
    }
}
