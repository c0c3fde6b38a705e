//! The buckets of ten years: when each is made, how many objects it comes to have, how busy they are. Sizes and requests have heavy tails: a seed decides
//! which bucket is the largest, not how large that is.

use std::ops::Range;

use coldkeep_disk::simulated::Dice;

use super::inputs::{ACCOUNT_BUCKETS, HEAT_TAIL, OBJECTS, REQUESTS_PER_MILLION, SIZE_TAIL};

/// Steps, of a month each.
pub const MONTHS: u32 = 120;
/// How long a bucket grows.
const GROWING: u32 = 24;

/// A bucket.
pub struct Bucket {
    /// Whose it is.
    pub account: usize,
    /// Requests a second for each object.
    pub heat: f64,
    /// Whether new keys come after all others.
    pub appends: bool,
    born: u32,
    objects: u64,
}

impl Bucket {
    /// How many objects it has at the end of a month.
    pub fn objects(&self, month: u32) -> u64 {
        let age = (month + 1).saturating_sub(self.born).min(GROWING);
        self.objects * u64::from(age) / u64::from(GROWING)
    }
}

/// Makes so many, in the order in which they are made; twice as many each year.
pub fn make(number: usize, dice: &mut Dice) -> Vec<Bucket> {
    let (sizes, heats) = (tailed(number, SIZE_TAIL, dice), tailed(number, HEAT_TAIL, dice));
    let accounts = (number / ACCOUNT_BUCKETS).max(1) as u64;
    let last = MONTHS - 1;
    let mut buckets: Vec<Bucket> = sizes
        .into_iter()
        .zip(heats)
        .enumerate()
        .map(|(at, (size, heat))| Bucket {
            account: dice.below(accounts) as usize,
            heat,
            appends: dice.once_in(2),
            born: last.saturating_sub((12.0 * (number as f64 / (at + 1) as f64).log2()) as u32),
            objects: (size * 1e6) as u64,
        })
        .collect();
    let scale = OBJECTS / buckets.iter().map(|bucket| bucket.objects(last)).sum::<u64>() as f64;
    buckets.iter_mut().for_each(|bucket| bucket.objects = (bucket.objects as f64 * scale) as u64);
    let requests: f64 = buckets.iter().map(|bucket| bucket.objects(last) as f64 * bucket.heat).sum();
    let scale = OBJECTS / 1e6 * REQUESTS_PER_MILLION / requests;
    buckets.iter_mut().for_each(|bucket| bucket.heat *= scale);
    buckets
}

/// Those that have been made by the end of a month and grew in it.
pub fn growing(buckets: &[Bucket], month: u32) -> Range<usize> {
    let grown = buckets.partition_point(|bucket| bucket.born + GROWING <= month);
    grown..buckets.partition_point(|bucket| bucket.born <= month)
}

/// From 0 to 1.
pub fn unit(dice: &mut Dice) -> f64 {
    (dice.roll() >> 11) as f64 / (1_u64 << 53) as f64
}

/// Numbers by Pareto's law from 1 on, in an order of chance.
fn tailed(number: usize, tail: f64, dice: &mut Dice) -> Vec<f64> {
    let quantile = |at: usize| ((at as f64 + 0.5) / number as f64).powf(-1.0 / tail);
    let mut all: Vec<f64> = (0..number).map(quantile).collect();
    for at in (1..number).rev() {
        all.swap(at, dice.below(at as u64 + 1) as usize);
    }
    all
}
