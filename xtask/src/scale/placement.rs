//! Where buckets lie: which store a new one goes to, when one is divided by ranges of its keys, when stores are added, and what then moves.
//!
//! No object is ever lost or made by any of it: what stores have is what buckets have.

use coldkeep_disk::simulated::Dice;

use super::buckets::{Bucket, growing, unit};
use super::inputs::{STORE_OBJECTS, STORE_REQUESTS};

/// Beyond this much of a store, or of its requests, a bucket is divided.
const LARGE: f64 = 0.125;
/// A store that is fuller than this gives away until it is no fuller than [`LOW`], which none is filled beyond by that.
const HIGH: f64 = 0.8;
const LOW: f64 = 0.7;
/// Where all stores together are fuller than the first, so many are added that they are as full as the second.
const EXTEND: (f64, f64) = (0.6, 0.5);

/// By which rule a store is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// By a hash of the bucket's name.
    Hash,
    /// Of two by chance the emptier; a table remembers it.
    TwoChoices,
    /// The same, and what is large is divided, and what is too much moves.
    Table,
}

/// What lies in a store, or is of a bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Objects.
    pub objects: u64,
    /// Requests a second.
    pub requests: f64,
}

impl Load {
    /// How many stores it fills.
    pub fn fullness(&self) -> f64 {
        (self.objects as f64 / STORE_OBJECTS as f64).max(self.requests / STORE_REQUESTS)
    }

    fn with(self, other: Self) -> Self {
        Self { objects: self.objects + other.objects, requests: self.requests + other.requests }
    }

    fn without(self, other: Self) -> Self {
        Self { objects: self.objects - other.objects, requests: self.requests - other.requests }
    }
}

/// A range of a bucket's keys, or all of them: it lies in one store.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Which one.
    pub store: usize,
    objects: u64,
    heat: f64,
}

impl Piece {
    /// What it asks of its store.
    pub fn load(&self) -> Load {
        Load { objects: self.objects, requests: self.objects as f64 * self.heat }
    }
}

/// What was moved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moved {
    /// Ranges.
    pub pieces: u64,
    /// Objects.
    pub objects: u64,
    /// Objects that a ring of hashes would have moved when stores were added.
    pub by_ring: u64,
}

/// All buckets in all stores.
#[derive(Clone, Debug)]
pub struct Placement {
    rule: Rule,
    dice: Dice,
    /// Of each bucket, in the order of keys.
    pub pieces: Vec<Vec<Piece>>,
    /// The stores.
    pub stores: Vec<Load>,
    /// Since the beginning.
    pub moved: Moved,
    /// The fullest that a store ever was.
    pub fullest: f64,
}

impl Placement {
    /// Empty stores. Only [`Rule::Table`] adds some.
    pub fn new(rule: Rule, stores: usize, buckets: &[Bucket], dice: Dice) -> Self {
        let (pieces, stores) = (vec![Vec::new(); buckets.len()], vec![Load::default(); stores]);
        Self { rule, dice, pieces, stores, moved: Moved::default(), fullest: 0.0 }
    }

    /// What there is.
    pub fn total(&self) -> Load {
        self.stores.iter().fold(Load::default(), |sum, store| sum.with(*store))
    }

    /// Lets a month pass.
    pub fn step(&mut self, buckets: &[Bucket], month: u32) {
        for at in growing(buckets, month) {
            self.grow(at, &buckets[at], month);
        }
        self.fullest = self.stores.iter().map(Load::fullness).fold(self.fullest, f64::max);
        if self.rule == Rule::Table {
            growing(buckets, month).for_each(|at| self.divide(at));
            self.extend();
            self.level();
        }
    }

    fn grow(&mut self, at: usize, bucket: &Bucket, month: u32) {
        let before = month.checked_sub(1).map_or(0, |month| bucket.objects(month));
        if self.pieces[at].is_empty() {
            let store = self.choose();
            self.pieces[at].push(Piece { store, objects: 0, heat: bucket.heat });
        }
        let new = bucket.objects(month) - before;
        let (last, mut left) = (self.pieces[at].len() - 1, new);
        for (place, piece) in self.pieces[at].iter_mut().enumerate() {
            let share = match place == last {
                true => left,
                false if bucket.appends => 0,
                false => (u128::from(new) * u128::from(piece.objects) / u128::from(before)) as u64,
            };
            left -= share;
            piece.objects += share;
            let store = &mut self.stores[piece.store];
            *store = store.with(Load { objects: share, requests: share as f64 * piece.heat });
        }
    }

    /// A store for a new bucket.
    fn choose(&mut self) -> usize {
        let stores = self.stores.len() as u64;
        let [one, other] = [self.dice.below(stores), self.dice.below(stores)].map(|at| at as usize);
        let is_emptier = self.stores[other].fullness() < self.stores[one].fullness();
        if self.rule != Rule::Hash && is_emptier { other } else { one }
    }

    /// Divides what is large in the middle of its keys, again and again. Nothing moves by that.
    fn divide(&mut self, at: usize) {
        let pieces = &mut self.pieces[at];
        let mut place = 0;
        while place < pieces.len() {
            let piece = pieces[place];
            if piece.load().fullness() <= LARGE || piece.objects < 2 {
                place += 1;
                continue;
            }
            // As many objects on both sides, but not as many requests.
            let (left, share) = (piece.objects / 2, 0.3 + 0.4 * unit(&mut self.dice));
            let half = |objects: u64, share: f64| {
                let heat = piece.load().requests * share / objects as f64;
                Piece { objects, heat, ..piece }
            };
            pieces[place] = half(left, share);
            pieces.insert(place + 1, half(piece.objects - left, 1.0 - share));
        }
    }

    fn extend(&mut self) {
        let (total, stores) = (self.total(), self.stores.len());
        if total.fullness() > EXTEND.0 * stores as f64 {
            let wanted = (total.fullness() / EXTEND.1).ceil() as usize;
            let share = (wanted - stores) as f64 / wanted as f64;
            self.moved.by_ring += (total.objects as f64 * share) as u64;
            self.stores.resize(wanted, Load::default());
        }
    }

    /// Moves from stores that are too full, the largest first, each to where most room is.
    fn level(&mut self) {
        let is_full: Vec<bool> = self.stores.iter().map(|store| store.fullness() > HIGH).collect();
        let mut here: Vec<(usize, usize)> = Vec::new();
        for (bucket, pieces) in self.pieces.iter().enumerate() {
            let places = pieces.iter().enumerate().filter(|(_, piece)| is_full[piece.store]);
            here.extend(places.map(|(place, _)| (bucket, place)));
        }
        let weight = |at: &(usize, usize)| self.pieces[at.0][at.1].load().fullness();
        here.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
        for (bucket, place) in here {
            let piece = self.pieces[bucket][place];
            if self.stores[piece.store].fullness() > LOW {
                self.move_away(bucket, place);
            }
        }
    }

    fn move_away(&mut self, bucket: usize, place: usize) {
        let piece = &mut self.pieces[bucket][place];
        let (from, load) = (piece.store, piece.load());
        let emptiest = (0..self.stores.len())
            .min_by(|one, other| self.stores[*one].fullness().total_cmp(&self.stores[*other].fullness()));
        let Some(to) = emptiest.filter(|to| self.stores[*to].with(load).fullness() <= LOW) else { return };
        self.stores[from] = self.stores[from].without(load);
        self.stores[to] = self.stores[to].with(load);
        piece.store = to;
        self.moved.pieces += 1;
        self.moved.objects += load.objects;
    }
}

#[cfg(test)]
mod tests {
    use super::super::buckets::{MONTHS, make};
    use super::*;

    fn placed(rule: Rule, seed: u64) -> (Vec<Bucket>, Placement) {
        let mut dice = Dice::new(seed);
        let buckets = make(2_000, &mut dice);
        let mut placement = Placement::new(rule, if rule == Rule::Table { 2 } else { 1_000 }, &buckets, dice.fork());
        (0..MONTHS).for_each(|month| placement.step(&buckets, month));
        (buckets, placement)
    }

    #[test]
    fn stores_have_what_buckets_have_and_a_seed_decides_all_of_it() {
        for rule in [Rule::Hash, Rule::TwoChoices, Rule::Table] {
            let (buckets, placement) = placed(rule, 7);
            for (bucket, pieces) in buckets.iter().zip(&placement.pieces) {
                let objects: u64 = pieces.iter().map(|piece| piece.objects).sum();
                assert_eq!(objects, bucket.objects(MONTHS - 1), "{rule:?}");
            }
            let mut stores = vec![0; placement.stores.len()];
            placement.pieces.iter().flatten().for_each(|piece| stores[piece.store] += piece.objects);
            let told: Vec<u64> = placement.stores.iter().map(|store| store.objects).collect();
            assert_eq!(stores, told, "{rule:?}");
            let again = placed(rule, 7).1;
            assert_eq!((again.pieces, again.moved), (placement.pieces, placement.moved), "{rule:?}");
        }
    }

    #[test]
    fn no_store_stays_too_full_where_buckets_are_divided_and_moved() {
        let (_, placement) = placed(Rule::Table, 7);
        for store in &placement.stores {
            assert!(store.fullness() <= HIGH + 1e-6, "{store:?}");
        }
        assert!(placed(Rule::Hash, 7).1.stores.iter().any(|store| store.fullness() > 1.0));
    }
}
