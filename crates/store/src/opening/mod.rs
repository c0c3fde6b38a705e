//! Opening and closing a store: who it is, which run this is, and what the last one left.

pub(crate) mod identity;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use coldkeep_blob::{Blobs, Identity};
use coldkeep_digest::LanePool;
use coldkeep_meta::{Commit, Entry, Meta, Record};
use coldkeep_types::{Clock, IdGenerator};
use parking_lot::Mutex;
use thiserror::Error as ThisError;
use tokio::sync::Notify;

use crate::admission::blob_health::BlobHealth;
use crate::cache::Cache;
use crate::contents::blocks::Blocks;
use crate::contents::readers::Readers;
use crate::migrate::{ClosedRecord, closed_key};
use crate::opening::identity::{InBlobs, InMetadata, Mismatch, StoreRecord, judge};
use crate::servers::Shared;
use crate::staging::State;
use crate::upkeep::sweep;
use crate::windows::{self, Windows};
use crate::{Error, Inner, Options, Store, keys, pools, servers, usage};

/// Why a store does not open. Nothing was changed.
#[derive(Clone, Debug, ThisError)]
pub enum OpenError {
    /// Metadata and blobs do not belong together.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// The store was moved to other engines, or is being moved to these: a sentence.
    #[error("{0}")]
    Closed(String),
    /// An engine failed, or the store's own records are damaged.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<coldkeep_meta::Error> for OpenError {
    fn from(error: coldkeep_meta::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<coldkeep_blob::Error> for OpenError {
    fn from(error: coldkeep_blob::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The store's own records, as they were found.
pub(crate) struct Found {
    epoch_entry: Option<Entry>,
    pub metadata: InMetadata,
    pub blobs: InBlobs,
}

/// Looks at both engines. Where no blob is there, metadata is asked whether one should be. Blobs are looked at before the number of the run: another server of the
/// same store may begin and write meanwhile, and metadata is never behind blobs that were seen before it. What blobs are known to know is read before they are asked.
///
/// Blobs of which every run was marked (see [`marked_key`]) know of the last one, and are not listed.
pub(crate) async fn look(meta: &dyn Meta, blobs: &dyn Blobs) -> Result<Found, Error> {
    let told = store_record(meta).await?.map_or(0, |store| store.told);
    let identity = blobs.identity().await?;
    let newest = match identity {
        Some(identity) if every_run_is_marked(meta).await? => Some(identity.epoch),
        _ => blobs.epochs().await?.last().copied(),
    };
    let held = InBlobs { identity, newest };
    let epoch_entry = meta.get(&keys::state("epoch")).await?;
    let epoch = match &epoch_entry {
        None => 0,
        Some(entry) => {
            let bytes =
                entry.value.as_slice().try_into().map_err(|_| Error::Damaged("the number of the run".into()))?;
            u32::from_be_bytes(bytes)
        }
    };
    let store = store_record(meta).await?.map(|store| StoreRecord { told: store.told.min(told), ..store });
    let names_blobs = newest.is_none() && names_blobs(meta).await? && blobs.epochs().await?.is_empty();
    Ok(Found { epoch_entry, metadata: InMetadata { store, epoch, names_blobs }, blobs: held })
}

async fn store_record(meta: &dyn Meta) -> Result<Option<StoreRecord>, Error> {
    let entry = meta.get(&keys::state("store")).await?;
    entry.map(|entry| StoreRecord::from_value(&entry.value)).transpose()
}

/// The last run, if it was of a server that claims the blobs of a shared store anew with each run, before it writes any. Each such run puts it, and looks first whether
/// it is as the run before it left it; where it is not, servers ran that claimed nothing, and blobs are listed that once. So as long as it is the last run, no blob is
/// newer than what the blobs were claimed for: metadata from a backup is known by that, as it is where blobs are listed.
pub(crate) fn marked_key() -> Vec<u8> {
    keys::state("marked")
}

async fn every_run_is_marked(meta: &dyn Meta) -> Result<bool, Error> {
    let (marked, epoch) = (meta.get(&marked_key()).await?, meta.get(&keys::state("epoch")).await?);
    Ok(marked.is_some_and(|marked| epoch.is_some_and(|epoch| marked.value == epoch.value)))
}

/// Whether anything owns a blob that must be there. What has an index is made of parts, and those may all be small; what was staged may be away.
async fn names_blobs(meta: &dyn Meta) -> Result<bool, Error> {
    let mut range = keys::tagged(b'w');
    loop {
        let found = meta.scan(range.clone(), 1000).await?;
        let Some((last, _)) = found.last() else { return Ok(false) };
        range.start = keys::after(last.clone());
        for (key, _) in &found {
            let content = keys::owned_content(key).ok_or_else(|| Error::Damaged("an owner's key".into()))?;
            if meta.get(&keys::index(content)).await?.is_none() && meta.get(&keys::staged(content)).await?.is_none() {
                return Ok(true);
            }
        }
    }
}

/// A run that has begun.
struct Run {
    epoch: u32,
    store: [u8; 16],
    secret: [u8; 32],
    /// Whether usage was counted before.
    is_counted: bool,
}

impl Run {
    /// Takes the next run's number, and the store's id and secret, or makes them. `None`: another server of the same store was
    /// quicker.
    #[expect(clippy::disallowed_methods, reason = "secrets are the system's chance")]
    async fn begin(meta: &dyn Meta, blobs: &dyn Blobs, options: &Options) -> Result<Option<Self>, OpenError> {
        if let Some(entry) = meta.get(&closed_key()).await? {
            let record = ClosedRecord::from_value(&entry.value).map_err(Error::from)?;
            return Err(OpenError::Closed(record.why));
        }
        let Found { epoch_entry, metadata, blobs: held } = look(meta, blobs).await?;
        judge(&metadata, &held)?;
        let epoch = metadata.epoch + 1;
        let id = metadata.store.map_or_else(rand::random, |store| store.id);
        let told = held.identity.map_or(0, |identity| identity.epoch);
        let secret_key = keys::state("secret");
        let secret_entry = meta.get(&secret_key).await?;
        let secret = match &secret_entry {
            Some(entry) => {
                entry.value.as_slice().try_into().map_err(|_| Error::Damaged("the store's secret".into()))?
            }
            None => rand::random(),
        };
        let mut commit = Commit::default();
        let epoch_key = keys::state("epoch");
        commit.expect(epoch_key.clone(), epoch_entry.map(|entry| entry.version));
        commit.expect(closed_key(), None).put(epoch_key, epoch.to_be_bytes());
        commit.put(keys::state("store"), StoreRecord { id, told }.to_value());
        commit.put(sweep::dirty_key(epoch), Vec::new());
        if options.lease.is_some() {
            commit.put(servers::server_key(epoch), Vec::new()).put(servers::beat_key(epoch), 0_u64.to_be_bytes());
            commit.put(marked_key(), epoch.to_be_bytes());
            windows::reserve_first(&mut commit, epoch, options);
        }
        if options.history_cut {
            commit.put(sweep::cut_key(), epoch.to_be_bytes());
        }
        if secret_entry.is_none() {
            commit.expect(secret_key.clone(), None).put(secret_key, secret);
        }
        let is_counted = metadata.epoch == 0 || meta.get(&usage::counted_key()).await?.is_some();
        if metadata.epoch == 0 {
            commit.put(usage::counted_key(), Vec::new());
        }
        match meta.commit(commit).await {
            Ok(()) => Ok(Some(Self { epoch, store: id, secret, is_counted })),
            Err(coldkeep_meta::Error::Conflict) if options.lease.is_some() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The same, however many servers begin at once.
    async fn begin_among_others(meta: &dyn Meta, blobs: &dyn Blobs, options: &Options) -> Result<Self, OpenError> {
        loop {
            if let Some(run) = Self::begin(meta, blobs, options).await? {
                return Ok(run);
            }
        }
    }
}

impl Store {
    /// The metadata as this server has it: for who keeps records of its own beside the store's. On a shared store its commits stand behind the
    /// same fence (`servers/`), so everything of a server that was declared dead is refused.
    pub fn metadata(&self) -> &Arc<dyn Meta> {
        &self.0.meta
    }

    /// Opens a store on its engines: takes the next start number and the store's id and secret, or makes them. Refuses
    /// engines that do not belong together, and then changes nothing.
    pub async fn open(
        meta: Arc<dyn Meta>,
        blobs: Arc<dyn Blobs>,
        clock: Arc<dyn Clock>,
        options: Options,
    ) -> Result<Self, OpenError> {
        let run = Run::begin_among_others(&*meta, &*blobs, &options).await?;
        let (epoch, is_shared) = (run.epoch, options.lease.is_some());
        let shared = match options.lease {
            Some(lease) => Some(Shared::enter(&meta, epoch, lease).await?),
            None => None,
        };
        if !run.is_counted
            && let Err(error) = usage::count_all(&*meta).await
        {
            tracing::warn!(%error, "what there is could not be counted; the next start tries again, until then metrics are wrong");
        }
        let unclaimed = if is_shared { pools::unclaimed(&*meta, &*blobs).await? } else { Vec::new() };
        match blobs.claim(Identity { store: run.store, epoch }).await {
            Ok(()) if unclaimed.is_empty() => {}
            Ok(()) => pools::mark_claimed(&*meta, unclaimed).await?,
            // They are told of a later run; until then the metadata remembers what they know.
            Err(coldkeep_blob::Error::Full) if unclaimed.is_empty() => {
                tracing::warn!("the disk is full: only deleting is possible");
                if is_shared {
                    let mut commit = Commit::default();
                    commit.delete(marked_key());
                    meta.commit(commit).await?;
                }
            }
            Err(error) => return Err(error.into()),
        }
        let meta: Arc<dyn Meta> = match &shared {
            Some(shared) => shared.fenced.clone(),
            None => meta,
        };
        let lanes = LanePool::new(options.hash_threads).map_err(|error| Error::Unavailable(error.to_string()))?;
        let quotas = crate::quotas::Table::read(&*meta).await?;
        let rooms = options.written_pools().map(|pool| (pool, Arc::default())).collect();
        let staging = State::of(&options.staged_pools);
        if is_shared {
            // After its own record: who serves has read them, see `servers/pulse.rs`.
            pools::pools_of(&*meta)
                .await?
                .iter()
                .filter(|pool| pool.is_staged)
                .for_each(|pool| staging.add(pool.number));
        }
        let windows = is_shared.then(|| Arc::new(Windows::new(epoch, run.secret, &options)));
        let inner = Inner {
            meta,
            blobs,
            clock,
            ids: IdGenerator::new(epoch),
            lanes,
            blocks: Blocks::default(),
            staging,
            options,
            readers: Readers::default(),
            secret: run.secret,
            identity: run.store,
            buckets: Cache::new(is_shared),
            points: Cache::new(is_shared),
            rooms,
            blob_health: BlobHealth::default(),
            sure_clocks: Mutex::default(),
            listener: OnceLock::new(),
            archive_guard: OnceLock::new(),
            inventory_maker: OnceLock::new(),
            windows,
            leaked: AtomicBool::new(false),
            unfinished: AtomicUsize::new(0),
            released: Notify::new(),
            scheduled: Notify::new(),
            next_due: AtomicI64::new(i64::MAX),
            names: Cache::new(is_shared),
            lifecycle: Default::default(),
            moves: Default::default(),
            delivery: Default::default(),
            quotas,
            turns: crate::events::Turns::default(),
            shared,
        };
        Ok(Self(Arc::new(inner), None))
    }

    /// Marks a clean end, so that the next start need not look for drafts left behind. Call it last.
    pub async fn close(&self) -> Result<(), Error> {
        let mut commit = Commit::default();
        let epoch = self.0.ids.epoch();
        if self.is_shared() {
            for key in [servers::server_key(epoch), servers::beat_key(epoch), servers::answer_key(epoch)] {
                commit.delete(key);
            }
        }
        let told = self.0.blobs.identity().await?.map_or(0, |identity| identity.epoch);
        commit.put(keys::state("store"), StoreRecord { id: self.0.identity, told }.to_value());
        let quiet = self.0.unfinished.load(Ordering::Relaxed) == 0;
        let settled = match &self.0.windows {
            // What it may leave is written down, and nothing else need be looked at.
            Some(windows) => windows.end(&mut commit, quiet),
            None => quiet && !self.0.leaked.load(Ordering::Relaxed) && self.0.blobs.settle(epoch).await?,
        };
        if settled {
            commit.delete(sweep::dirty_key(epoch));
        }
        Ok(self.0.meta.commit(commit).await?)
    }
}
