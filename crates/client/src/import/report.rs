//! What an import would take, and what has come.

use super::ledger::{Ledger, State};
use super::{Budget, Dollars, Prices};

/// What an import would take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan {
    /// How many archives there are.
    pub archives: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// What their retrieval costs, by the prices.
    pub cost: Dollars,
}

impl Plan {
    /// One archive more.
    pub fn add(&mut self, bytes: u64, prices: &Prices) {
        self.archives += 1;
        self.bytes += bytes;
        self.cost = Dollars(self.cost.0.saturating_add(prices.of(bytes).0));
    }

    /// How many days the budget makes it take at least; `None` without one.
    pub fn days(&self, budget: &Budget) -> Option<u64> {
        let by_bytes = budget.bytes.map(|per_day| self.bytes.div_ceil(per_day.max(1)));
        let by_cost = budget.cost.map(|per_day| self.cost.0.div_ceil(per_day.0.max(1)));
        by_bytes.max(by_cost)
    }
}

/// An archive that did not come.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its id at the source.
    pub archive: String,
    /// In a word.
    pub error: String,
    /// Why.
    pub why: String,
}

/// What has come, of all runs.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many archives the ledger names.
    pub archives: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// How many are stored.
    pub stored: u64,
    /// How many bytes those have.
    pub stored_bytes: u64,
    /// How many this run stored.
    pub stored_now: u64,
    /// How many are still to come.
    pub left: u64,
    /// Those that did not come.
    pub failed: Vec<Failure>,
    /// How many jobs were begun.
    pub jobs: u64,
    /// What they cost, by the prices of when they were begun.
    pub cost: Dollars,
}

impl Report {
    /// What the ledger says.
    pub(super) fn of(ledger: &Ledger, stored_now: u64) -> Self {
        let mut report = Self { stored_now, jobs: ledger.jobs.len() as u64, ..Self::default() };
        for (_, _, cost) in &ledger.jobs {
            report.cost = Dollars(report.cost.0.saturating_add(cost.0));
        }
        for (n, entry) in ledger.entries.iter().enumerate() {
            report.archives += 1;
            report.bytes += entry.bytes;
            match &entry.state {
                State::Stored => {
                    report.stored += 1;
                    report.stored_bytes += entry.bytes;
                }
                State::Failed(said) => {
                    let archive = ledger.archive(n).map(|archive| archive.id).unwrap_or_default();
                    report.failed.push(Failure { archive, error: said.0.clone(), why: said.1.clone() });
                }
                State::Waiting | State::Job(_) => report.left += 1,
            }
        }
        report
    }
}
