//! Several blob engines as one: pools, each on a disk of its own.
//!
//! - A blob's id says in which pool it lies ([`Id::pool`]): nothing is looked up. Pool 0 is the default and has all ids that were made
//!   before there were pools.
//! - All pools are of one store. The default pool says who that is and is claimed last, so the others never know less than it does:
//!   one that does is an old copy. One that was never claimed has no blobs.
//! - Where several servers share a store, each is told by its own settings where the pools are. There a pool is claimed for the store's id with the
//!   pool's number in its last byte (exclusive or), so that none is taken for another one.
//! - An id of a pool that is not open is refused, and is not [`Error::NotFound`]: nobody shall take its bytes for lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_types::Id;

use crate::{Blob, Blobs, Draft, Error, Identity, Label, Quarantined, Space};

/// Blob engines under one roof, by the number of the pool.
pub struct Pools {
    engines: BTreeMap<u8, Arc<dyn Blobs>>,
    /// Each is claimed as the pool that it is.
    are_numbered: bool,
}

impl Pools {
    /// The default pool and the others, each with its number, from 1 to [`Id::MAX_POOL`], and its name.
    ///
    /// [`Error::Open`], and nothing was changed, if one of them is of another store, or an old copy.
    pub async fn open(default: Arc<dyn Blobs>, others: Vec<(u8, String, Arc<dyn Blobs>)>) -> Result<Self, Error> {
        let pools = Self { engines: BTreeMap::from([(0, default)]), are_numbered: false };
        pools.with(others).await
    }

    /// The same of a store that several servers share: each of the others is claimed as the pool of its number. While another server claims them, the
    /// default pool may know less than they do.
    ///
    /// Fails as [`open`](Self::open), and where one of them is another pool of the store.
    pub async fn open_numbered(
        default: Arc<dyn Blobs>,
        others: Vec<(u8, String, Arc<dyn Blobs>)>,
    ) -> Result<Self, Error> {
        let pools = Self { engines: BTreeMap::from([(0, default)]), are_numbered: true };
        pools.with(others).await
    }

    async fn with(mut self, others: Vec<(u8, String, Arc<dyn Blobs>)>) -> Result<Self, Error> {
        let whole = self.identity().await?;
        for (number, name, pool) in others {
            let refused = |what: &str| Error::Open(format!("the pool {name} {what}. Nothing was changed."));
            let is = |whole: Identity, own: Identity, number: u8| self.claim_of(number, whole).store == own.store;
            match (whole, pool.identity().await?) {
                (Some(whole), Some(own)) if !is(whole, own, number) => {
                    return Err(match (0..=Id::MAX_POOL).find(|number| is(whole, own, *number)) {
                        Some(other) => refused(&format!("is another place of this store, that of pool {other}")),
                        None => refused("belongs to another store; name the place that is this store's"),
                    });
                }
                // Servers that share a store begin at any time, also before a pool was added: those engines replicate, and are no copies.
                (Some(whole), Some(own)) if !self.are_numbered && own.epoch < whole.epoch => {
                    return Err(refused("is an old copy: newer blobs are missing in it; put the newer one back"));
                }
                (None, Some(_)) if !self.are_numbered => {
                    return Err(refused("belongs to a store, and the data folder to none yet"));
                }
                (_, None) if !pool.epochs().await?.is_empty() => {
                    return Err(refused("has blobs, and does not say of which store; name another place"));
                }
                _ => {}
            }
            if number == 0 || number > Id::MAX_POOL || self.engines.insert(number, pool).is_some() {
                return Err(refused("has a number that cannot be, or is another pool's"));
            }
        }
        Ok(self)
    }

    /// What the pool of this number is claimed for.
    fn claim_of(&self, number: u8, whole: Identity) -> Identity {
        if self.are_numbered { whole.of_pool(number) } else { whole }
    }

    fn of(&self, id: Id) -> Result<&dyn Blobs, Error> {
        self.numbered(id.pool())
    }

    fn numbered(&self, pool: u8) -> Result<&dyn Blobs, Error> {
        self.engines.get(&pool).map(|pool| &**pool).ok_or(Error::Invalid("a blob lies in a pool that is not open"))
    }
}

#[async_trait]
impl Blobs for Pools {
    async fn create(&self, id: Id, label: Label, size_hint: Option<u64>) -> Result<Box<dyn Draft>, Error> {
        self.of(id)?.create(id, label, size_hint).await
    }

    async fn open(&self, id: Id) -> Result<Box<dyn Blob>, Error> {
        self.of(id)?.open(id).await
    }

    fn forget(&self, id: Id) {
        if let Ok(pool) = self.of(id) {
            pool.forget(id);
        }
    }

    async fn settle(&self, epoch: u32) -> Result<bool, Error> {
        let mut settled = true;
        for pool in self.engines.values() {
            settled &= pool.settle(epoch).await?;
        }
        Ok(settled)
    }

    async fn delete(&self, id: Id) -> Result<(), Error> {
        self.of(id)?.delete(id).await
    }

    async fn quarantine(&self, id: Id) -> Result<(), Error> {
        self.of(id)?.quarantine(id).await
    }

    async fn restore(&self, id: Id) -> Result<bool, Error> {
        self.of(id)?.restore(id).await
    }

    async fn purge(&self, id: Id) -> Result<(), Error> {
        self.of(id)?.purge(id).await
    }

    async fn quarantined(&self) -> Result<Quarantined, Error> {
        let mut all = Quarantined::default();
        for pool in self.engines.values() {
            let held = pool.quarantined().await?;
            all.blobs += held.blobs;
            all.bytes += held.bytes;
        }
        Ok(all)
    }

    async fn identity(&self) -> Result<Option<Identity>, Error> {
        self.numbered(0)?.identity().await
    }

    async fn claim(&self, identity: Identity) -> Result<(), Error> {
        for (number, pool) in self.engines.iter().rev() {
            pool.claim(self.claim_of(*number, identity)).await?;
        }
        Ok(())
    }

    async fn epochs(&self) -> Result<Vec<u32>, Error> {
        let mut epochs = BTreeSet::new();
        for pool in self.engines.values() {
            epochs.extend(pool.epochs().await?);
        }
        Ok(epochs.into_iter().collect())
    }

    async fn list(&self, epoch: u32, after: Option<Id>, limit: usize) -> Result<Vec<Id>, Error> {
        let mut found = Vec::new();
        for (number, pool) in self.engines.range(after.map_or(0, |after| after.pool())..) {
            let after = after.filter(|after| after.pool() == *number);
            found.extend(pool.list(epoch, after, limit - found.len()).await?);
            if found.len() == limit {
                break;
            }
        }
        Ok(found)
    }

    async fn present(&self, ids: &[Id]) -> Result<Vec<Id>, Error> {
        let mut found = Vec::new();
        for some in ids.chunk_by(|one, next| one.pool() == next.pool()) {
            if let Some(first) = some.first() {
                found.extend(self.of(*first)?.present(some).await?);
            }
        }
        Ok(found)
    }

    async fn label(&self, id: Id) -> Result<Label, Error> {
        self.of(id)?.label(id).await
    }

    fn has_pool(&self, pool: u8) -> bool {
        self.engines.contains_key(&pool)
    }

    async fn space(&self) -> Result<Space, Error> {
        self.numbered(0)?.space().await
    }

    async fn space_of(&self, pool: u8) -> Result<Space, Error> {
        self.numbered(pool)?.space().await
    }
}
