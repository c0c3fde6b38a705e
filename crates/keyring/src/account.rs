//! What an account has of keys: what is looked at before the account is deleted.
//!
//! Keys that wait for their deletion count: until then somebody may want them back. Those that a service made (`aws/s3`) do not, and
//! stay behind: nobody can delete them, and objects in other accounts' buckets may be sealed under them.

use coldkeep_types::AccountId;

use crate::records::Record;
use crate::{Error, KeyRecord, Keyring, keys};

/// The keys of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfAccount {
    /// How many its people made.
    pub count: u64,
    /// The ids of the first of them.
    pub first: Vec<String>,
}

impl Keyring {
    /// The keys that the people of an account made, in all regions, with the ids of so many.
    pub async fn keys_of_account(&self, account: &AccountId, told: usize) -> Result<OfAccount, Error> {
        const BATCH: usize = 256;
        let (mut found, mut range) = (OfAccount::default(), keys::keys_of_account(account));
        loop {
            let page = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = page.last() else { return Ok(found) };
            range.start = keys::behind(last.clone());
            for (_, entry) in page {
                let record = KeyRecord::from_value(&entry.value)?;
                if record.service.is_none() {
                    found.count += 1;
                    if found.first.len() < told {
                        found.first.push(record.id);
                    }
                }
            }
        }
    }
}
