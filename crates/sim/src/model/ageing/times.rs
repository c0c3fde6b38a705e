//! Times, as far as they are known: between two readings of clocks, of which there may be several.

/// A day, in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// Two readings of the clock between which something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Not before this.
    pub from: i64,
    /// Not after this.
    pub to: i64,
}

impl Span {
    /// The midnight after so many days have passed.
    pub fn after_days(self, days: i64) -> Self {
        let midnight = |ms: i64| ((ms + days * DAY_MS).div_euclid(DAY_MS) + 1) * DAY_MS;
        Self { from: midnight(self.from), to: midnight(self.to) }
    }
}

/// What the clocks of all servers show at one time, or have shown since another.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The earliest.
    pub from: i64,
    /// The latest.
    pub to: i64,
    /// The latest by which anything may be done: who is further ahead serves nobody.
    pub latest: i64,
}

impl Reading {
    /// All show this.
    pub fn at(now: i64) -> Self {
        Self { from: now, to: now, latest: now }
    }

    /// What they show in both.
    pub fn and(self, other: Self) -> Self {
        let Self { from, to, latest } = self;
        Self { from: from.min(other.from), to: to.max(other.to), latest: latest.max(other.latest) }
    }

    /// From the earliest to the latest.
    pub fn span(self) -> Span {
        Span { from: self.from, to: self.to }
    }
}
