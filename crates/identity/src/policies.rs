//! Compiled policies, kept as long as they are used: a document is parsed once, not once a second or user.

use std::num::NonZeroUsize;
use std::sync::Arc;

use coldkeep_auth::policy::{Kind, Policy};
use coldkeep_types::AccountId;
use lru::LruCache;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use crate::records::Record;
use crate::{Error, Identity, ManagedPolicy, amazon_policy, keys};

/// How many are kept; a document has some kilobytes at most.
const KEPT: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// Compiled policies by the hash of name and document.
pub(crate) struct Compiled(Mutex<LruCache<[u8; 32], Arc<Policy>>>);

impl Default for Compiled {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Compiled {
    /// The policy that a stored document means. Stored ones were parsed before they were put.
    pub fn get(&self, name: &str, document: &str) -> Result<Arc<Policy>, Error> {
        let hash: [u8; 32] =
            Sha256::new().chain_update(name).chain_update([0]).chain_update(document).finalize().into();
        if let Some(known) = self.0.lock().get(&hash) {
            return Ok(known.clone());
        }
        let parsed = Policy::parse(document, Kind::Identity);
        let parsed = parsed.map_err(|error| Error::Damaged(format!("the policy {name} is not one: {error}")))?;
        let policy = Arc::new(parsed.named(name));
        self.0.lock().put(hash, policy.clone());
        Ok(policy)
    }
}

impl Identity {
    /// The policy in force under an ARN, for this account: its own and Amazon's; `None`: there is none.
    pub async fn managed(&self, account: &AccountId, arn: &str) -> Result<Option<Arc<Policy>>, Error> {
        if let Some(policy) = amazon_policy(arn) {
            return self.0.compiled.get(arn, policy.document).map(Some);
        }
        let Some(name) = own_policy_name(account, arn) else { return Ok(None) };
        let Some(entry) = self.0.meta.get(&keys::policy(account, name)).await? else { return Ok(None) };
        let record = ManagedPolicy::from_value(&entry.value)?;
        let version = record.in_force().ok_or_else(|| Error::Damaged(format!("{arn} has no version in force")))?;
        self.0.compiled.get(arn, &version.document).map(Some)
    }

    /// The compiled form of an inline policy.
    pub fn compiled(&self, name: &str, document: &str) -> Result<Arc<Policy>, Error> {
        self.0.compiled.get(name, document)
    }
}

/// The name in `arn:aws:iam::012345678901:policy/path/name`, if it is this account's.
pub(crate) fn own_policy_name<'a>(account: &AccountId, arn: &'a str) -> Option<&'a str> {
    let rest = arn.strip_prefix("arn:aws:iam::")?.strip_prefix(account.as_str())?.strip_prefix(":policy/")?;
    rest.rsplit('/').next()
}
