//! What retrievals cost: an estimate, from prices that can be set. Pure; in billionths of a dollar, rounded up.

use std::fmt;
use std::str::FromStr;

use crate::Tier;

/// An amount of money, in billionths of a dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dollars(pub u64);

const BILLION: u64 = 1_000_000_000;

impl FromStr for Dollars {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let amount = || {
            let whole: u64 = whole.parse().ok()?;
            let part: u64 = format!("{part:0<9}").parse().ok()?;
            whole.checked_mul(BILLION)?.checked_add(part)
        };
        let amount = if digits(whole) && digits(part) && part.len() <= 9 { amount() } else { None };
        amount.map(Self).ok_or_else(|| "it is a number of dollars, such as 5 or 0.0025".into())
    }
}

impl fmt::Display for Dollars {
    /// To the cent, rounded up.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0.div_ceil(BILLION / 100);
        write!(f, "{}.{:02}", cents / 100, cents % 100)
    }
}

impl Dollars {
    /// As a number of dollars, for JSON.
    pub fn number(self) -> f64 {
        self.0 as f64 / BILLION as f64
    }
}

/// What a retrieval costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// For each GiB retrieved.
    pub per_gib: Dollars,
    /// For each job.
    pub per_job: Dollars,
    /// For each GiB that leaves the source.
    pub transfer_per_gib: Dollars,
}

impl Prices {
    /// Amazon's list prices of us-east-1: for a vault's retrievals by tier, and for the first 10 TB a month to the internet.
    pub fn of_amazon(tier: Tier) -> Self {
        let (per_gib, per_job) = match tier {
            Tier::Expedited => (30_000_000, 10_000_000),
            Tier::Standard => (10_000_000, 50_000),
            Tier::Bulk => (2_500_000, 25_000),
        };
        Self { per_gib: Dollars(per_gib), per_job: Dollars(per_job), transfer_per_gib: Dollars(90_000_000) }
    }

    /// What an archive of so many bytes costs.
    pub fn of(&self, bytes: u64) -> Dollars {
        let per_gib = u128::from(self.per_gib.0) + u128::from(self.transfer_per_gib.0);
        let by_bytes = (u128::from(bytes) * per_gib).div_ceil(1 << 30);
        Dollars(u64::try_from(by_bytes).unwrap_or(u64::MAX).saturating_add(self.per_job.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_and_shown() {
        let of = |text: &str| text.parse::<Dollars>().ok().map(|dollars| dollars.0);
        assert_eq!((of("5"), of("0.0025"), of("1.000000001")), (Some(5 * BILLION), Some(2_500_000), Some(BILLION + 1)));
        for bad in ["", ".", ".5", "1.", "-1", "1e3", "0.0000000001", "$1", "99999999999999"] {
            assert_eq!(of(bad), None, "{bad}");
        }
        let shown = [0, 1, 10_000_000, 10_000_001, 12 * BILLION].map(|amount| Dollars(amount).to_string());
        assert_eq!(shown, ["0.00", "0.01", "0.01", "0.02", "12.00"]);
    }

    #[test]
    fn a_tebibyte_costs_what_the_list_says() {
        let cost = |tier| Prices::of_amazon(tier).of(1 << 40);
        assert_eq!(cost(Tier::Bulk), Dollars(1024 * 92_500_000 + 25_000));
        assert_eq!(cost(Tier::Standard), Dollars(1024 * 100_000_000 + 50_000));
        assert_eq!(Prices::of_amazon(Tier::Bulk).of(1), Dollars(25_001));
        assert!(Prices::of_amazon(Tier::Expedited).of(u64::MAX) > Prices::of_amazon(Tier::Bulk).of(u64::MAX));
    }
}
