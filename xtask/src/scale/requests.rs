//! Which requests would touch more than one store: requests by chance, as many of a bucket as it gets.

use coldkeep_disk::simulated::Dice;

use super::buckets::{Bucket, unit};
use super::inputs::{COPIES, SPREAD};
use super::placement::Placement;

/// So many are looked at.
pub const SAMPLES: u64 = 250_000;

/// How many of all touch two stores or more.
#[derive(Clone, Copy, Debug, Default)]
pub struct Touching {
    /// Copies from another store.
    pub copies: u64,
    /// Lists and deletions over ranges that lie in several.
    pub spread: u64,
}

/// Looks at [`SAMPLES`].
pub fn look(buckets: &[Bucket], placement: &Placement, dice: &mut Dice) -> Touching {
    let mut of_account: Vec<Vec<usize>> = Vec::new();
    let mut pieces: Vec<(f64, usize, usize)> = Vec::new();
    let mut sum = 0.0;
    for (at, bucket) in buckets.iter().enumerate() {
        of_account.resize_with(of_account.len().max(bucket.account + 1), Vec::new);
        of_account[bucket.account].push(at);
        for piece in &placement.pieces[at] {
            sum += piece.load().requests;
            pieces.push((sum, at, piece.store));
        }
    }
    let mut touching = Touching::default();
    for _ in 0..SAMPLES {
        let wanted = unit(dice) * sum;
        let place = pieces.partition_point(|piece| piece.0 <= wanted).min(pieces.len() - 1);
        let (_, bucket, store) = pieces[place];
        match dice.below(1_000) {
            kind if kind < COPIES => {
                // Half of the copies stay in the bucket, the others go to one of the same account.
                let from = if dice.once_in(2) { bucket } else { *dice.pick(&of_account[buckets[bucket].account]) };
                touching.copies += u64::from(dice.pick(&placement.pieces[from]).store != store);
            }
            kind if kind < COPIES + SPREAD => {
                touching.spread += u64::from(placement.pieces[bucket].iter().any(|piece| piece.store != store));
            }
            _ => {}
        }
    }
    touching
}
