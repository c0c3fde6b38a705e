//! What vaults say of who may reach them, compiled: their access policies and locks. Kept for the vaults asked for last, so that a
//! policy is read once and not with every part.

use std::num::NonZeroUsize;
use std::sync::Arc;

use coldkeep_auth::policy::{Kind, Policy};
use coldkeep_store::{ContainerId, Vault, VaultAccess};
use lru::LruCache;
use parking_lot::Mutex;

use crate::errors::GlacierError;

/// So many vaults' policies are kept, of at most 40 KiB of text each.
const KEPT: NonZeroUsize = NonZeroUsize::new(128).unwrap();

/// The policies of a vault.
#[derive(Debug)]
pub(crate) struct Rule {
    /// What they were made of.
    access: VaultAccess,
    pub policy: Option<Policy>,
    /// Also of a lock that is past its time.
    pub lock: Option<Policy>,
}

/// The policies of the vaults asked for last.
#[derive(Debug)]
pub(crate) struct Rules(Mutex<LruCache<ContainerId, Arc<Rule>>>);

impl Default for Rules {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Rules {
    /// The policies of a vault; an error where one cannot be read, since nobody can tell then who may.
    pub fn of(&self, vault: &Vault) -> Result<Option<Arc<Rule>>, GlacierError> {
        if vault.access.policy.is_none() && vault.access.lock.is_none() {
            return Ok(None);
        }
        if let Some(rule) = self.0.lock().get(&vault.id).filter(|rule| rule.access == vault.access) {
            return Ok(Some(rule.clone()));
        }
        let arn = vault.arn();
        let read = |json: &str| {
            Policy::parse(json, Kind::Vault { arn: &arn }).map_err(|error| {
                tracing::error!(arn, %error, "the policy of a vault cannot be read");
                GlacierError::access_denied("Access denied: a policy of the vault cannot be read.")
            })
        };
        let access = vault.access.clone();
        let policy = access.policy.as_deref().map(read).transpose()?;
        let lock = access.lock.as_ref().map(|lock| read(&lock.policy)).transpose()?;
        let rule = Arc::new(Rule { access, policy, lock });
        self.0.lock().put(vault.id, rule.clone());
        Ok(Some(rule))
    }
}
