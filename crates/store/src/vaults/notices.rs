//! Who is told of a retrieval job that has finished: whoever listens, of jobs that name a topic and of vaults that have one.
//!
//! That it is to be told is written down in the commit that finishes the job, so it is told at least once, whatever happens between.

use std::sync::Arc;

use async_trait::async_trait;

use super::jobs::Job;
use super::vault::Vault;
use crate::records::Record;
use crate::{Error, Store};

/// Is told of jobs that have finished.
#[async_trait]
pub trait JobListener: Send + Sync {
    /// A job of this vault has finished. With an error it is told again later.
    async fn finished(&self, store: &Store, vault: &Vault, job: &Job) -> Result<(), Error>;
}

impl Store {
    /// Tells this listener of jobs that finish from now on. There is one for the life of a store; another is not heard.
    pub fn tell_finished_jobs(&self, listener: Arc<dyn JobListener>) {
        if self.0.listener.set(listener).is_err() {
            tracing::warn!("somebody is told of finished jobs already");
        }
    }

    /// Whether somebody wants to know that this job has finished.
    pub(super) async fn is_told(&self, job: &Job) -> Result<bool, Error> {
        if self.0.listener.get().is_none() {
            return Ok(false);
        }
        if job.sns_topic.is_some() {
            return Ok(true);
        }
        let vault = match self.vault_of(&job.vault).await {
            Err(Error::NoSuchVault) => return Ok(false),
            found => found?,
        };
        let wants = |it: &super::VaultNotifications| if job.archive.is_some() { it.archives } else { it.inventories };
        Ok(vault.access.notifications.as_ref().is_some_and(wants))
    }

    /// Tells of the job whose record is at `key`, unless it was forgotten or its vault is gone.
    pub(crate) async fn tell_job(&self, key: &[u8]) -> Result<(), Error> {
        let (Some(listener), Some(entry)) = (self.0.listener.get(), self.get(key).await?) else { return Ok(()) };
        let job = Job::from_value(&entry.value)?;
        match self.vault_of(&job.vault).await {
            Ok(vault) if key[1..].starts_with(&vault.id) => listener.finished(self, &vault, &job).await,
            // Deleted, maybe made anew.
            Ok(_) | Err(Error::NoSuchVault) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
