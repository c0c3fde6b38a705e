//! What an account says of retrievals in a region, for all its vaults there: the policy that bounds them, and its provisioned capacity.
//!
//! From the developer guide, "S3 Glacier data retrieval policies" and "Provisioned capacity". Only Standard retrievals of archives
//! count. Amazon spreads one over four hours: what was begun in the last four hours is retrieved now, however soon its job has finished
//! here. What is begun is counted while a policy bounds it, in the commit that begins it; so a policy does not know what came before it.
//! Capacity is kept and told: retrievals are as fast without it.

use coldkeep_meta::Commit;
use coldkeep_types::{AccountId, Id, Region, Timestamp};
use minicbor::{Decode, Encode};

use crate::records::{Record, time};
use crate::{Error, MAX_TRIES, Store, Vault, keys};

const PERIOD_MS: i64 = 10 * 60 * 1000;
const PERIODS_OF_A_RETRIEVAL: i64 = 4 * 6;
const PERIODS_OF_A_DAY: i64 = 24 * 6;
const HOURS_OF_A_RETRIEVAL: u64 = 4;

/// The most units of provisioned capacity that an account has at a time in a region.
pub const MAX_CAPACITY_UNITS: usize = 2;

/// How much may be retrieved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub enum RetrievalPolicy {
    /// Whatever is asked for.
    #[default]
    #[n(0)]
    Unbounded,
    /// What is free, that is so much a day as the operator sets.
    #[n(1)]
    FreeTier,
    /// So many bytes an hour, at the peak.
    #[n(2)]
    BytesPerHour(#[n(0)] u64),
}

/// A unit of provisioned capacity.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CapacityUnit {
    /// Its id.
    #[n(0)]
    pub id: Id,
    #[n(1)]
    start_ms: i64,
    #[n(2)]
    end_ms: i64,
}

impl CapacityUnit {
    /// When it was purchased.
    pub fn start(&self) -> Timestamp {
        time(self.start_ms)
    }

    /// When it ends.
    pub fn end(&self) -> Timestamp {
        time(self.end_ms)
    }
}

/// Ten minutes in which retrievals were begun.
#[derive(Clone, Copy, Debug, Encode, Decode)]
struct Begun(#[n(0)] i64, #[n(1)] u64);

#[derive(Clone, Debug, Default, Encode, Decode)]
#[cbor(map)]
pub(crate) struct RetrievalLimits {
    #[n(0)]
    policy: RetrievalPolicy,
    #[n(1)]
    units: Vec<CapacityUnit>,
    /// What was begun in the last day: at most one entry for each ten minutes.
    #[n(2)]
    begun: Vec<Begun>,
}

impl Record for RetrievalLimits {}

impl RetrievalLimits {
    fn begun_since(&self, period: i64) -> u64 {
        let recent = self.begun.iter().filter(|begun| begun.0 > period);
        recent.fold(0, |sum, begun| sum.saturating_add(begun.1))
    }

    /// Counts a retrieval that begins now, if the policy lets it.
    fn count(&mut self, bytes: u64, now: Timestamp, free_bytes_per_day: Option<u64>) -> Result<(), Error> {
        let period = now.0.div_euclid(PERIOD_MS);
        let (since, most) = match self.policy {
            RetrievalPolicy::Unbounded => return Ok(()),
            RetrievalPolicy::FreeTier => (period - PERIODS_OF_A_DAY, free_bytes_per_day.unwrap_or(u64::MAX)),
            RetrievalPolicy::BytesPerHour(rate) => {
                (period - PERIODS_OF_A_RETRIEVAL, rate.saturating_mul(HOURS_OF_A_RETRIEVAL))
            }
        };
        if self.begun_since(since).saturating_add(bytes) > most {
            return Err(Error::RetrievalRefused);
        }
        self.begun.retain(|begun| begun.0 > period - PERIODS_OF_A_DAY);
        match self.begun.last_mut().filter(|begun| begun.0 == period) {
            Some(begun) => begun.1 = begun.1.saturating_add(bytes),
            None => self.begun.push(Begun(period, bytes)),
        }
        Ok(())
    }
}

impl Store {
    /// GetDataRetrievalPolicy.
    pub async fn retrieval_policy(&self, account: &AccountId, region: &Region) -> Result<RetrievalPolicy, Error> {
        Ok(self.retrieval_limits(account, region).await?.1.policy)
    }

    /// SetDataRetrievalPolicy. What runs goes on.
    pub async fn put_retrieval_policy(
        &self,
        account: &AccountId,
        region: &Region,
        policy: RetrievalPolicy,
    ) -> Result<(), Error> {
        self.change_limits(account, region, |limits| {
            limits.policy = policy;
            Ok(())
        })
        .await
    }

    /// ListProvisionedCapacity: the units that have not ended, in the order they were purchased.
    pub async fn capacity_units(&self, account: &AccountId, region: &Region) -> Result<Vec<CapacityUnit>, Error> {
        let (_, mut limits) = self.retrieval_limits(account, region).await?;
        limits.units.retain(|unit| unit.end() > self.now());
        Ok(limits.units)
    }

    /// PurchaseProvisionedCapacity: a unit from now until then. [`Error::TooMuchCapacity`] if there are two.
    pub async fn purchase_capacity(
        &self,
        account: &AccountId,
        region: &Region,
        start: Timestamp,
        end: Timestamp,
    ) -> Result<Id, Error> {
        let id = self.next_id();
        self.change_limits(account, region, |limits| {
            limits.units.retain(|unit| unit.end() > start);
            if limits.units.len() >= MAX_CAPACITY_UNITS {
                return Err(Error::TooMuchCapacity);
            }
            limits.units.push(CapacityUnit { id, start_ms: start.0, end_ms: end.0 });
            Ok(())
        })
        .await?;
        Ok(id)
    }

    /// Adds to the commit that begins a Standard retrieval that it is counted, where a policy bounds those of the vault's account:
    /// [`Error::RetrievalRefused`] if there were too many then.
    pub(super) async fn count_retrieval(&self, vault: &Vault, bytes: u64, commit: &mut Commit) -> Result<(), Error> {
        let (version, mut limits) = self.retrieval_limits(&vault.account, &vault.region).await?;
        if limits.policy == RetrievalPolicy::Unbounded {
            return Ok(());
        }
        limits.count(bytes, self.now(), self.0.options.free_retrieval_bytes)?;
        let key = keys::retrieval_limits(&vault.account, &vault.region);
        commit.expect(key.clone(), version).put(key, limits.to_value());
        Ok(())
    }

    async fn retrieval_limits(
        &self,
        account: &AccountId,
        region: &Region,
    ) -> Result<(Option<coldkeep_meta::Version>, RetrievalLimits), Error> {
        Ok(match self.get(&keys::retrieval_limits(account, region)).await? {
            Some(entry) => (Some(entry.version), RetrievalLimits::from_value(&entry.value)?),
            None => (None, RetrievalLimits::default()),
        })
    }

    async fn change_limits(
        &self,
        account: &AccountId,
        region: &Region,
        change: impl Fn(&mut RetrievalLimits) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let key = keys::retrieval_limits(account, region);
        for _ in 0..MAX_TRIES {
            let (version, mut limits) = self.retrieval_limits(account, region).await?;
            change(&mut limits)?;
            let mut commit = Commit::default();
            commit.expect(key.clone(), version).put(key.clone(), limits.to_value());
            if self.commit(commit).await? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn limits(policy: RetrievalPolicy) -> RetrievalLimits {
        RetrievalLimits { policy, ..RetrievalLimits::default() }
    }

    #[test]
    fn the_peak_of_four_hours_is_bounded() {
        let mut limits = limits(RetrievalPolicy::BytesPerHour(100));
        let mut begin = |bytes, at| limits.count(bytes, Timestamp(at), None).is_ok();
        assert!(!begin(401, 0) && begin(300, 0) && begin(100, HOUR));
        assert!(!begin(1, 3 * HOUR));
        assert!(begin(300, 4 * HOUR) && !begin(1, 4 * HOUR));
        assert!(begin(100, 5 * HOUR));
    }

    #[test]
    fn what_is_free_is_free_once_a_day() {
        let mut limits = limits(RetrievalPolicy::FreeTier);
        assert!(limits.count(1 << 60, Timestamp(0), None).is_ok());
        let mut limits = self::limits(RetrievalPolicy::FreeTier);
        let mut begin = |bytes, at| limits.count(bytes, Timestamp(at), Some(10)).is_ok();
        assert!(begin(10, 0) && !begin(1, 23 * HOUR) && begin(10, 24 * HOUR));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut limits = limits(RetrievalPolicy::BytesPerHour(u64::MAX));
        for minute in 0..10_000 {
            limits.count(1, Timestamp(minute * 60_000), None).unwrap();
        }
        assert!(limits.begun.len() as i64 <= PERIODS_OF_A_DAY);
    }
}
