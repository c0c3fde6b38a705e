//! What an account owns, for whoever is about to delete it: its buckets, access points and vaults. Looks through the names of all buckets, which are
//! of all accounts, so it is not for the path of a request that comes often.

use coldkeep_meta::{Seen, Step};
use coldkeep_types::AccountId;

use crate::records::{BucketRecord, Record};
use crate::{Error, Store, keys};

/// How many names are told.
const TOLD: usize = 5;
const BATCH: usize = 1000;

/// How many there are of something, and the first of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owned {
    /// How many.
    pub count: u64,
    /// The names of the first few, in order.
    pub first: Vec<String>,
}

impl Owned {
    fn note(&mut self, name: &[u8]) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(String::from_utf8_lossy(name).into_owned());
        }
    }
}

impl Store {
    /// The account's buckets.
    pub async fn buckets_of(&self, account: &AccountId) -> Result<Owned, Error> {
        let (mut range, mut owned) = (keys::buckets(""), Owned::default());
        loop {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { return Ok(owned) };
            range.start = keys::after(last.clone());
            for (key, entry) in &found {
                if BucketRecord::from_value(&entry.value)?.owner == account.as_str() {
                    owned.note(&key[1..]);
                }
            }
        }
    }

    /// The account's access points, to whosever buckets.
    pub async fn access_points_of(&self, account: &AccountId) -> Result<Owned, Error> {
        let mut owned = Owned::default();
        let mut visit = |seen: Seen<'_>| {
            // Behind the tag and the 12 digits of the account.
            owned.note(&seen.key[13..]);
            Step::Next
        };
        self.0.meta.walk(keys::access_points(account), &mut visit).await?;
        Ok(owned)
    }

    /// The account's vaults, in all regions.
    pub async fn vaults_of(&self, account: &AccountId) -> Result<Owned, Error> {
        let (mut range, mut owned) = (keys::account_vaults(account), Owned::default());
        loop {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { return Ok(owned) };
            range.start = keys::after(last.clone());
            for (key, _) in &found {
                owned.note(key.rsplit(|byte| *byte == 0).next().unwrap_or_default());
            }
        }
    }
}
