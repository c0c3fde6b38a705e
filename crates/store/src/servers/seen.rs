//! What may be asked of the servers of a store from outside of it: how many there are, whose it is, and whether one of them is alive.

use std::time::Duration;

use coldkeep_meta::{Commit, Meta, Version, prefix_range};
use coldkeep_types::AccountId;
use tokio::time::{Instant, sleep};

use super::watch::Watch;
use super::{account_key, run_of};
use crate::{Error, Store, keys};

/// How often [`find_living_server`] looks in a lease.
const LOOKS: u32 = 10;

/// The servers of a shared store, as one of them last saw them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Servers {
    /// How many are alive, itself included.
    pub alive: usize,
    /// Whether it is itself that reclaims, sweeps, and does what is due.
    pub leads: bool,
    /// How many others it has declared dead.
    pub declared_dead: u64,
    /// How far its clock is ahead of the database's, in milliseconds; 0 where there is none to compare with.
    pub skew_ms: i64,
}

impl Store {
    /// The servers of this store; `None` if it is not shared.
    pub fn servers(&self) -> Option<Servers> {
        self.0.shared.as_ref().map(|shared| shared.standing.servers())
    }

    /// The account that a shared store belongs to, which no data folder remembers: that of its first server, which may be this one.
    pub async fn belong_to(&self, account: &AccountId) -> Result<AccountId, Error> {
        loop {
            if let Some(owner) = account_of(&*self.0.meta).await? {
                return Ok(owner);
            }
            let mut commit = Commit::default();
            commit.expect(account_key(), None).put(account_key(), account.as_str());
            match self.0.meta.commit(commit).await {
                Ok(()) => return Ok(account.clone()),
                Err(coldkeep_meta::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The account that a shared store belongs to; `None`: no server has run on it yet.
pub async fn account_of(meta: &dyn Meta) -> Result<Option<AccountId>, Error> {
    let Some(entry) = meta.get(&account_key()).await? else { return Ok(None) };
    let text = String::from_utf8(entry.value).unwrap_or_default();
    AccountId::parse(&text).map(Some).map_err(|error| Error::Damaged(error.to_string()))
}

/// The run of a server that is alive: its beat goes on. Takes the whole lease to say that there is none, unless no record of a server is there:
/// who was killed leaves one until another server declares it dead.
pub async fn find_living_server(meta: &dyn Meta, lease: Duration) -> Result<Option<u32>, Error> {
    let (pause, mut watch, mut first) = (lease / LOOKS, Watch::default(), None);
    loop {
        let beats = beats(meta).await?;
        let before = first.get_or_insert_with(|| beats.clone());
        if let Some((run, _)) = beats.iter().find(|beat| !before.contains(beat)) {
            return Ok(Some(*run));
        }
        if watch.look(Instant::now(), &beats, (pause, lease)).len() == beats.len() {
            return Ok(None);
        }
        sleep(pause).await;
    }
}

/// The last beat of each server that has a record, by its run.
pub(crate) async fn beats(meta: &dyn Meta) -> Result<Vec<(u32, Version)>, Error> {
    let found = meta.scan(prefix_range(&keys::state("beat/")), usize::MAX).await?;
    Ok(found.iter().filter_map(|(key, entry)| Some((run_of(key)?, entry.version))).collect())
}
