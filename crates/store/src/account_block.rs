//! The block of public access that an account has for all its buckets and access points, beside each one's own: the stricter counts,
//! switch by switch. A bucket in memory knows its account's, so whatever changes that forgets all buckets.

use coldkeep_meta::Commit;
use coldkeep_types::AccountId;
use minicbor::{Decode, Encode};

use crate::access::PublicAccessBlock;
use crate::records::Record;
use crate::{Error, Store, keys};

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct AccountBlockRecord {
    #[n(0)]
    pub block: PublicAccessBlock,
}

impl Record for AccountBlockRecord {}

impl PublicAccessBlock {
    /// Each switch on that is on in either.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self {
            block_acls: self.block_acls || other.block_acls,
            ignore_acls: self.ignore_acls || other.ignore_acls,
            block_policy: self.block_policy || other.block_policy,
            restrict: self.restrict || other.restrict,
        }
    }
}

impl Store {
    /// The block that the account has for all that is its own, if it has one.
    pub async fn account_block(&self, account: &AccountId) -> Result<Option<PublicAccessBlock>, Error> {
        let entry = self.get(&keys::account_block(account)).await?;
        Ok(entry.map(|entry| AccountBlockRecord::from_value(&entry.value).map(|record| record.block)).transpose()?)
    }

    /// Gives an account such a block, or takes it away.
    pub async fn put_account_block(&self, account: &AccountId, block: Option<PublicAccessBlock>) -> Result<(), Error> {
        // To the end whatever becomes of the caller, so that no bucket with the old one stays in memory.
        let (store, key) = (self.clone(), keys::account_block(account));
        let put = Box::pin(async move {
            let mut commit = Commit::default();
            match block {
                Some(block) => commit.put(key, AccountBlockRecord { block }.to_value()),
                None => commit.delete(key),
            };
            let committed = store.commit(commit).await;
            store.0.buckets.all_changed();
            if committed? { Ok(()) } else { Err(Error::Busy) }
        });
        self.uncancelled(put).await
    }
}
