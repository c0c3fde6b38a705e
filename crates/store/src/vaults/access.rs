//! Who may reach a vault, as it is kept with the vault: its access policy, its lock, its tags; and which topic is told of its jobs. What they mean is the door's to say.
//!
//! A lock that is not completed within 24 hours is none any more, whenever it is looked at: nobody needs to remove it.

use coldkeep_types::Timestamp;
use minicbor::{Decode, Encode};

use super::expiry::look_soon;
use super::vault::Vault;
use crate::records::{Record, VaultRecord};
use crate::{Error, MAX_TRIES, Store};

/// 24 hours: how long a lock may be in progress.
const LOCK_IN_PROGRESS_MS: i64 = 24 * 3600 * 1000;

/// Who may reach a vault, and how it is marked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct VaultAccess {
    /// The access policy, as it was put.
    #[n(0)]
    pub policy: Option<String>,
    /// The lock; in progress it may be past its time, see [`lock`](Self::lock).
    #[n(1)]
    pub lock: Option<VaultLock>,
    /// Keys and values, by key.
    #[n(2)]
    pub tags: Vec<(String, String)>,
    /// Who is told of jobs that have finished.
    #[n(3)]
    pub notifications: Option<VaultNotifications>,
}

/// The topic that is told of a vault's jobs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct VaultNotifications {
    /// Its ARN.
    #[n(0)]
    pub topic: String,
    /// Whether it is told of archives that were retrieved.
    #[n(1)]
    pub archives: bool,
    /// Whether it is told of inventories.
    #[n(2)]
    pub inventories: bool,
}

/// A vault's lock.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct VaultLock {
    /// What completes it.
    #[n(0)]
    pub id: String,
    /// Its policy, as it was put.
    #[n(1)]
    pub policy: String,
    /// When it was begun, in milliseconds.
    #[n(2)]
    pub created_ms: i64,
    /// Whether it was completed, and so is for ever.
    #[n(3)]
    pub completed: bool,
}

impl VaultLock {
    /// When it was begun.
    pub fn created(&self) -> Timestamp {
        Timestamp(self.created_ms)
    }

    /// When it ends unless it is completed before.
    pub fn expires(&self) -> Timestamp {
        Timestamp(self.created_ms.saturating_add(LOCK_IN_PROGRESS_MS))
    }
}

impl VaultAccess {
    /// The lock that is in force at this time.
    pub fn lock(&self, now: Timestamp) -> Option<&VaultLock> {
        self.lock.as_ref().filter(|lock| lock.completed || now < lock.expires())
    }

    /// The value of a tag, whose key is compared without case, as conditions do.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str())
    }
}

impl Store {
    /// Changes who may reach a vault, from what it is at that moment. What `change` refuses changes nothing, and is the inner error.
    pub async fn change_vault_access<E>(
        &self,
        vault: &Vault,
        change: impl Fn(&mut VaultAccess) -> Result<(), E>,
    ) -> Result<Result<(), E>, Error> {
        for _ in 0..MAX_TRIES {
            let now = self.same_vault(vault).await?;
            let mut access = now.access.clone();
            if let Err(refused) = change(&mut access) {
                return Ok(Err(refused));
            }
            if access == now.access {
                return Ok(Ok(()));
            }
            let access = (access != VaultAccess::default()).then_some(access);
            let record = VaultRecord { id: now.id, created_ms: now.created.0, access };
            let mut commit = coldkeep_meta::Commit::default();
            now.require(&mut commit);
            look_soon(&mut commit, self.now(), &now, record.access.as_ref().unwrap_or(&VaultAccess::default()));
            commit.put(now.key(), record.to_value());
            if self.commit(commit).await? {
                return Ok(Ok(()));
            }
        }
        Err(Error::Busy)
    }
}
