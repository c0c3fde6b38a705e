//! Quotas are set, taken away and told.

use coldkeep_meta::Commit;

use super::{MAX_QUOTAS, Quota, QuotaOf, QuotaRecord};
use crate::keys;
use crate::records::Record;
use crate::{Error, MAX_TRIES, Store};

/// A quota, and how much of it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaReport {
    /// What it is of.
    pub of: QuotaOf,
    /// The limits.
    pub quota: Quota,
    /// Bytes that there are.
    pub used_bytes: u64,
    /// Objects, by their versions, and archives that there are.
    pub used_objects: u64,
}

impl Store {
    /// Sets a quota in place of the one that is there; one without any limit takes it away. What is there may be more than the new
    /// one allows: then nothing more comes. [`Error::NoSuchBucket`] or [`Error::NoSuchVault`] where there is none of that name.
    pub async fn set_quota(&self, of: &QuotaOf, quota: Quota) -> Result<(), Error> {
        // To the end whatever becomes of the caller, so that memory says what the records do.
        let (store, of) = (self.clone(), of.clone());
        self.uncancelled(Box::pin(async move { store.set_quota_now(&of, quota).await })).await
    }

    async fn set_quota_now(&self, of: &QuotaOf, quota: Quota) -> Result<(), Error> {
        let _changing = self.0.quotas.changing.lock().await;
        for _ in 0..MAX_TRIES {
            let mut commit = Commit::default();
            let key = match of {
                QuotaOf::Bucket(name) => {
                    let bucket = self.bucket(name).await?;
                    bucket.require(&mut commit);
                    keys::quota_of_container(bucket.id)
                }
                QuotaOf::Vault(account, region, name) => {
                    let vault = self.vault(account, region, name).await?;
                    vault.require(&mut commit);
                    keys::quota_of_container(vault.id)
                }
                QuotaOf::Account(account) => keys::quota_of_account(account),
            };
            if quota == Quota::default() {
                commit.delete(key.clone());
            } else if self.0.quotas.len() >= MAX_QUOTAS && self.0.quotas.at(&key).is_none() {
                return Err(Error::TooManyQuotas);
            } else {
                commit.put(key.clone(), QuotaRecord { of: of.to_string(), quota }.to_value());
            }
            let committed = self.commit_freeing(commit).await;
            self.0.quotas.note(&key, self.get(&key).await?.as_ref())?;
            if committed? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// Takes over that the quota of a bucket or vault went with it.
    pub(crate) async fn forget_quota(&self, container: keys::ContainerId) -> Result<(), Error> {
        let key = keys::quota_of_container(container);
        if self.0.quotas.at(&key).is_some() {
            let _changing = self.0.quotas.changing.lock().await;
            self.0.quotas.note(&key, self.get(&key).await?.as_ref())?;
        }
        Ok(())
    }

    /// All quotas with what is used of them.
    pub async fn quotas(&self) -> Result<Vec<QuotaReport>, Error> {
        if self.0.quotas.has_accounts() {
            self.look_for_owners().await?;
        }
        let mut reports = Vec::new();
        for set in self.0.quotas.all() {
            let used = self.used(&set).await?;
            let number = |number: i64| number.max(0) as u64;
            let (used_bytes, used_objects) = (number(used.bytes), number(used.objects));
            reports.push(QuotaReport { of: set.of.clone(), quota: set.quota, used_bytes, used_objects });
        }
        reports.sort_by(|one, other| one.of.cmp(&other.of));
        Ok(reports)
    }
}
