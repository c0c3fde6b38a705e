//! The pools of a store that several servers share, besides the default one: which there are. A data folder remembers that in a file of its own; here it is a
//! record, since no server remembers anything, and where each pool lies is told to every server by its settings.
//!
//! Invariants:
//! - *A number is given once.* The commit that takes it requires that nobody has it, so servers that begin at once with the same pools, or with different
//!   ones, agree.
//! - *A pool is written down before it is claimed* for the store ([`coldkeep_blob::Pools`]), and marked as claimed after that; nothing is written into it before it
//!   is marked. So a pool that is marked, and whose place knows of no store, is not the one: a folder that is not mounted.
//! - *Who lacks a pool does not begin*; who lacks one that was added later serves on without it, but does not lead: it would not look there for what a dead
//!   server left, nor free what lies there.

use coldkeep_blob::Blobs;
use coldkeep_meta::{Commit, Meta, Record};
use coldkeep_types::Id;
use minicbor::{Decode, Encode};

use crate::{Error, Store, keys};

/// What is known of a pool, under its number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct PoolRecord {
    #[n(0)]
    name: String,
    /// Where it lay when it was added, for people: servers may see it elsewhere.
    #[n(1)]
    place: String,
    /// Its place knows that it is this pool of this store.
    #[n(2)]
    claimed: Option<bool>,
}

impl Record for PoolRecord {}

/// A pool of a store that several servers share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPool {
    /// The number that ids of its blobs carry, from 1 to [`Id::MAX_POOL`].
    pub number: u8,
    /// Its name.
    pub name: String,
    /// Where it lay when it was added, for people.
    pub place: String,
    /// Whether its place was claimed for it. Before that it has no blobs.
    pub is_claimed: bool,
}

impl SharedPool {
    fn read(key: &[u8], value: &[u8]) -> Result<Self, Error> {
        let number = keys::parse_pool(key).ok_or_else(|| Error::Damaged("the number of a pool".into()))?;
        let PoolRecord { name, place, claimed } = PoolRecord::from_value(value)?;
        Ok(Self { number, name, place, is_claimed: claimed == Some(true) })
    }

    fn put(&self, commit: &mut Commit) {
        let (name, place, claimed) = (self.name.clone(), self.place.clone(), self.is_claimed.then_some(true));
        commit.put(keys::pool(self.number), PoolRecord { name, place, claimed }.to_value());
    }
}

/// Whether a record is as it can be.
pub(crate) fn prove(key: &[u8], value: &[u8]) -> Result<(), Error> {
    SharedPool::read(key, value).map(drop)
}

/// The pools of a shared store, by number.
pub async fn pools_of(meta: &dyn Meta) -> Result<Vec<SharedPool>, Error> {
    let found = meta.scan(keys::tagged(keys::POOLS), usize::MAX).await?;
    found.iter().map(|(key, entry)| SharedPool::read(key, &entry.value)).collect()
}

/// The pool of this name of a shared store, which is added, with this place, if there is none. [`Error::Unavailable`] if there are [`Id::MAX_POOL`] already.
pub async fn add_pool(meta: &dyn Meta, name: &str, place: &str) -> Result<SharedPool, Error> {
    loop {
        let pools = pools_of(meta).await?;
        if let Some(pool) = pools.iter().find(|pool| pool.name == name) {
            return Ok(pool.clone());
        }
        let number = pools.last().map_or(0, |last| last.number) + 1;
        if number > Id::MAX_POOL {
            return Err(Error::Unavailable(format!("there are {} pools already; that is the most", Id::MAX_POOL)));
        }
        let pool = SharedPool { number, name: name.into(), place: place.into(), is_claimed: false };
        let mut commit = Commit::default();
        commit.expect(keys::pool(number), None);
        pool.put(&mut commit);
        match meta.commit(commit).await {
            Ok(()) => return Ok(pool),
            Err(coldkeep_meta::Error::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The pools that are here and were not claimed yet.
pub(crate) async fn unclaimed(meta: &dyn Meta, blobs: &dyn Blobs) -> Result<Vec<SharedPool>, Error> {
    let mut pools = pools_of(meta).await?;
    pools.retain(|pool| !pool.is_claimed && blobs.has_pool(pool.number));
    Ok(pools)
}

/// Writes pools down as claimed, which they are. Another server that does it too writes the same.
pub async fn mark_claimed(meta: &dyn Meta, pools: Vec<SharedPool>) -> Result<(), Error> {
    let mut commit = Commit::default();
    for pool in pools {
        SharedPool { is_claimed: true, ..pool }.put(&mut commit);
    }
    Ok(meta.commit(commit).await?)
}

impl Store {
    /// A pool of the store that this server was not told of, if there is one.
    pub(crate) async fn lacking_pool(&self, meta: &dyn Meta) -> Result<Option<SharedPool>, Error> {
        let mut pools = pools_of(meta).await?.into_iter();
        Ok(pools.find(|pool| !self.0.blobs.has_pool(pool.number)))
    }
}
