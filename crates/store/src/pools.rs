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
//! - *A staged pool is one for good, and all who serve know it* before the first blob leaves it: see `staging/`. Who was not told of its program does not begin; who
//!   was not when it became one serves on, and does not lead.

use coldkeep_blob::Blobs;
use coldkeep_meta::{Commit, Meta, Record};
use coldkeep_types::Id;
use minicbor::{Decode, Encode};

use crate::{Error, keys};

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
    /// Its bytes may be taken away: see `staging/`.
    #[n(3)]
    staged: Option<bool>,
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
    /// Whether its bytes may be taken away, by a program that servers are told of.
    pub is_staged: bool,
}

impl SharedPool {
    fn read(key: &[u8], value: &[u8]) -> Result<Self, Error> {
        let number = keys::parse_pool(key).ok_or_else(|| Error::Damaged("the number of a pool".into()))?;
        let PoolRecord { name, place, claimed, staged } = PoolRecord::from_value(value)?;
        Ok(Self { number, name, place, is_claimed: claimed == Some(true), is_staged: staged == Some(true) })
    }

    fn put(&self, commit: &mut Commit) {
        let (name, place) = (self.name.clone(), self.place.clone());
        let (claimed, staged) = (self.is_claimed.then_some(true), self.is_staged.then_some(true));
        commit.put(keys::pool(self.number), PoolRecord { name, place, claimed, staged }.to_value());
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
        let pool = SharedPool { number, name: name.into(), place: place.into(), is_claimed: false, is_staged: false };
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
    for pool in pools {
        mark(meta, SharedPool { is_claimed: true, ..pool }).await?;
    }
    Ok(())
}

/// Writes a pool down as staged, which it stays.
pub async fn mark_staged(meta: &dyn Meta, pool: SharedPool) -> Result<(), Error> {
    mark(meta, SharedPool { is_staged: true, ..pool }).await
}

/// Writes a pool down. What others have said of it stays.
async fn mark(meta: &dyn Meta, pool: SharedPool) -> Result<(), Error> {
    let key = keys::pool(pool.number);
    loop {
        let entry = meta.get(&key).await?;
        let known = entry.as_ref().map(|entry| SharedPool::read(&key, &entry.value)).transpose()?;
        let (is_claimed, is_staged) = known.map_or((false, false), |known| (known.is_claimed, known.is_staged));
        let mut commit = Commit::default();
        commit.expect(key.clone(), entry.map(|entry| entry.version));
        let (is_claimed, is_staged) = (is_claimed || pool.is_claimed, is_staged || pool.is_staged);
        SharedPool { is_claimed, is_staged, ..pool.clone() }.put(&mut commit);
        match meta.commit(commit).await {
            Err(coldkeep_meta::Error::Conflict) => {}
            committed => return Ok(committed?),
        }
    }
}
