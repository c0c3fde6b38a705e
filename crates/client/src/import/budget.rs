//! How much may be begun in a day. Pure: it is told the time.
//!
//! In any time as long as a day, the jobs that are begun come to the budget at most. An archive that alone comes to more is begun
//! when nothing else counts, and counts for as many days as it is budgets long: so the mean holds.

use std::collections::BTreeMap;
use std::time::Duration;

use coldkeep_types::Timestamp;

use super::prices::Dollars;

/// What may be begun in a day; nothing is no limit.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Bytes.
    pub bytes: Option<u64>,
    /// Money.
    pub cost: Option<Dollars>,
    /// How long a day is.
    pub day: Duration,
}

/// What is left of a budget.
pub struct Purse {
    bytes: Option<Allowance>,
    cost: Option<Allowance>,
}

impl Purse {
    /// Nothing was begun yet.
    pub fn new(budget: &Budget) -> Self {
        let day = u64::try_from(budget.day.as_millis()).unwrap_or(u64::MAX).max(1);
        let of = |per_day: u64| Allowance { per_day: per_day.max(1), day, charges: BTreeMap::new() };
        Self { bytes: budget.bytes.map(of), cost: budget.cost.map(|cost| of(cost.0)) }
    }

    /// A job of so many bytes was begun.
    pub fn charge(&mut self, at: Timestamp, bytes: u64, cost: Dollars) {
        for (allowance, amount) in [(&mut self.bytes, bytes), (&mut self.cost, cost.0)] {
            if let Some(allowance) = allowance {
                allowance.charge(at, amount);
            }
        }
    }

    /// When such a job may be begun: now, or later.
    pub fn free_at(&self, now: Timestamp, bytes: u64, cost: Dollars) -> Timestamp {
        let of = |allowance: &Option<Allowance>, amount| {
            allowance.as_ref().map_or(now, |allowance| allowance.free_at(now, amount))
        };
        of(&self.bytes, bytes).max(of(&self.cost, cost.0))
    }
}

struct Allowance {
    per_day: u64,
    /// Milliseconds.
    day: u64,
    /// What counts, by when it no longer does.
    charges: BTreeMap<Timestamp, u64>,
}

impl Allowance {
    fn charge(&mut self, at: Timestamp, amount: u64) {
        let days = (u128::from(amount) * u128::from(self.day)).div_ceil(u128::from(self.per_day));
        let lasts = i64::try_from(days.max(u128::from(self.day))).unwrap_or(i64::MAX);
        *self.charges.entry(at.plus_millis(lasts)).or_default() += amount.min(self.per_day);
    }

    fn free_at(&self, now: Timestamp, amount: u64) -> Timestamp {
        let room = self.per_day - amount.min(self.per_day);
        let after_now = (std::ops::Bound::Excluded(now), std::ops::Bound::Unbounded);
        let mut counted: u64 = self.charges.range(after_now).map(|(_, amount)| amount).sum();
        let mut free = now;
        for (until, amount) in self.charges.range(after_now) {
            if counted <= room {
                break;
            }
            (counted, free) = (counted - amount, *until);
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn purse(bytes: u64, day: u64) -> Purse {
        Purse::new(&Budget { bytes: Some(bytes), cost: None, day: Duration::from_millis(day) })
    }

    #[test]
    fn a_job_waits_until_what_was_begun_counts_no_longer() {
        let mut purse = purse(100, 1000);
        let free = |purse: &Purse, now, bytes| purse.free_at(Timestamp(now), bytes, Dollars(0)).0;
        purse.charge(Timestamp(0), 60, Dollars(0));
        purse.charge(Timestamp(10), 40, Dollars(0));
        assert_eq!((free(&purse, 20, 1), free(&purse, 20, 60), free(&purse, 20, 61)), (1000, 1000, 1010));
        assert_eq!(free(&purse, 1000, 60), 1000);
        // Longer than a day's budget: alone, and for as long as it takes.
        assert_eq!(free(&purse, 20, 1000), 1010);
        purse.charge(Timestamp(1010), 250, Dollars(0));
        assert_eq!((free(&purse, 1010, 1), free(&purse, 3510, 100)), (3510, 3510));
    }

    #[test]
    fn money_counts_as_well_and_without_a_budget_nothing_does() {
        let budget = Budget { bytes: None, cost: Some(Dollars(5)), day: Duration::from_millis(10) };
        let mut purse = Purse::new(&budget);
        purse.charge(Timestamp(0), u64::MAX, Dollars(5));
        assert_eq!(purse.free_at(Timestamp(3), 1, Dollars(1)), Timestamp(10));
        let mut free = Purse::new(&Budget { cost: None, ..budget });
        free.charge(Timestamp(0), u64::MAX, Dollars(u64::MAX));
        assert_eq!(free.free_at(Timestamp(3), u64::MAX, Dollars(u64::MAX)), Timestamp(3));
    }

    proptest! {
        #[test]
        fn no_day_has_more_than_its_budget(sizes in prop::collection::vec(1u64..=100, 1..60), waits in prop::collection::vec(0i64..400, 60)) {
            let (mut purse, mut now, mut begun) = (purse(100, 1000), Timestamp(0), Vec::new());
            for (size, wait) in sizes.into_iter().zip(waits) {
                now = purse.free_at(now.plus_millis(wait), size, Dollars(0));
                purse.charge(now, size, Dollars(0));
                begun.push((now.0, size));
            }
            for (from, _) in &begun {
                let in_day = begun.iter().filter(|(at, _)| (*from..from + 1000).contains(at));
                prop_assert!(in_day.map(|(_, size)| size).sum::<u64>() <= 100);
            }
        }
    }
}
