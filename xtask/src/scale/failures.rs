//! A year of failures: each store's database is switched over, dies, or is lost with its standby, by chance and for itself. Meanwhile its keys are away, and
//! only they.

use coldkeep_disk::simulated::Dice;

use super::buckets::unit;
use super::inputs::{
    DEATHS, LOSSES, NOTICED_SECONDS, PAUSE_SECONDS, RECORD_BYTES, REPLAY_SECONDS, RESTORE_RATE, SWITCHES,
};
use super::placement::Load;

const YEAR: f64 = 365.0 * 86_400.0;

/// One failure of a store.
struct Failure {
    from: f64,
    to: f64,
    share: f64,
}

/// What a year was like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Year {
    /// How many switches, deaths and losses there were.
    pub failures: [usize; 3],
    /// How long the last of them took, in seconds, at the longest.
    pub longest: f64,
    /// How long a key was away, in seconds, on average.
    pub away: f64,
    /// The part of the year in which all stores were there.
    pub whole: f64,
    /// Stores that were away at once.
    pub at_once: usize,
    /// The keys that were, of all.
    pub share_at_once: f64,
}

/// How long a store is away that comes from its backup.
fn restored_in(store: &Load) -> f64 {
    store.objects as f64 * RECORD_BYTES / RESTORE_RATE + REPLAY_SECONDS
}

/// Lets a year pass.
pub fn year(stores: &[Load], dice: &mut Dice) -> Year {
    let total: f64 = stores.iter().map(|store| store.objects as f64).sum();
    let mut year = Year::default();
    let mut failures = Vec::new();
    for store in stores {
        let restored = restored_in(store);
        let kinds = [(SWITCHES, PAUSE_SECONDS), (DEATHS, NOTICED_SECONDS + PAUSE_SECONDS), (LOSSES, restored)];
        for (kind, (number, seconds)) in kinds.into_iter().enumerate() {
            let mut from = pause(number, dice);
            while from < YEAR {
                year.failures[kind] += 1;
                year.longest = year.longest.max(seconds);
                failures.push(Failure { from, to: (from + seconds).min(YEAR), share: store.objects as f64 / total });
                from += pause(number, dice);
            }
        }
    }
    sweep(&failures, &mut year);
    year
}

/// Until the next of so many a year.
fn pause(number: f64, dice: &mut Dice) -> f64 {
    -(1.0 - unit(dice)).ln() * YEAR / number
}

/// Goes through the year from one change to the next. A store that fails twice at once counts twice.
fn sweep(failures: &[Failure], year: &mut Year) {
    let begins = failures.iter().map(|failure| (failure.from, 1, failure.share));
    let mut changes: Vec<(f64, i64, f64)> =
        begins.chain(failures.iter().map(|failure| (failure.to, -1, -failure.share))).collect();
    changes.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut before, mut stores, mut share, mut whole) = (0.0, 0_i64, 0.0, 0.0);
    for (at, one, of) in changes {
        year.away += share * (at - before);
        if stores == 0 {
            whole += at - before;
        }
        (before, stores, share) = (at, stores + one, share + of);
        year.at_once = year.at_once.max(stores as usize);
        year.share_at_once = year.share_at_once.max(share);
    }
    year.whole = (whole + YEAR - before) / YEAR;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_away_as_long_as_their_stores_together() {
        let failures = [
            Failure { from: 100.0, to: 200.0, share: 0.25 },
            Failure { from: 150.0, to: 160.0, share: 0.5 },
            Failure { from: 300.0, to: 400.0, share: 0.125 },
        ];
        let mut year = Year::default();
        sweep(&failures, &mut year);
        assert_eq!((year.at_once, year.share_at_once), (2, 0.75));
        assert!((year.away - 42.5).abs() < 1e-9, "{year:?}");
        assert!((year.whole - (YEAR - 200.0) / YEAR).abs() < 1e-12, "{year:?}");
    }
}
