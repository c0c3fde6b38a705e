//! The storage system: buckets, objects, uploads, vaults, archives and jobs over a metadata engine and a blob
//! engine. No HTTP, no XML, no status codes.
//!
//! Invariants that every file here keeps:
//! - *Bytes first, then the record.* A blob is durable before a record names it; a record goes before its blob does.
//! - *One transaction a change.* What an operation changes, it changes in one conditional commit, or not at all.
//! - *Completing moves no data.* A finished object is the list of its parts.
//! - *Ownership is written down* (`contents/owners.rs`); only the reclaimer deletes blobs that a record ever named.
//!
//! Rooms: `annotations/` is texts beside objects, `lifecycle/` is what rules of buckets remove, `restore/` how what lies cold comes back, `moves/` how bytes follow their class into its pool, `staging/` how they leave a staged pool and come back, `events/` what is told of changes, `locks/` is what nobody may, `quotas/` is how much there may be, `inventories/` is lists of what buckets have, `tiering/` is what is archived since nobody reads it, `servers/` what several servers know of each other, `windows/` which blobs they may have left, `migrate/` how a whole store goes to other engines, `contents/` is the bytes, `objects/`, `versions/`, `uploads/`, `vaults/` and `listings/` are what is asked for, `upkeep/` is what nobody
//! asks for, `admission/` says whether a write may begin, `opening/` how a store begins and ends.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod access;
mod access_points;
mod account_block;
mod admission;
mod annotations;
mod bucket_log;
mod buckets;
mod cache;
mod configurations;
mod contents;
mod encryption;
mod error;
mod events;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod inventories;
mod keys;
mod lifecycle;
mod listings;
mod locks;
pub mod migrate;
mod moves;
mod objects;
mod opening;
mod owned;
mod pools;
mod quotas;
mod records;
mod restore;
mod servers;
pub mod source;
mod staging;
mod tiering;
mod upkeep;
mod uploads;
mod usage;
mod vaults;
mod versions;
mod website;
mod windows;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use coldkeep_blob::Blobs;
use coldkeep_digest::LanePool;
use coldkeep_meta::{Commit, Entry, Meta};
use coldkeep_types::{BucketName, Clock, Id, IdGenerator, Timestamp};
use parking_lot::Mutex;
use tokio::sync::Notify;

pub use access::{BucketAccess, CorsRule, Grant, Grantee, ObjectAccess, Ownership, PublicAccessBlock, Right};
pub use access_points::{AccessPoint, NewAccessPoint};
pub use annotations::{Annotation, AnnotationReader, MAX_ANNOTATION_BYTES, MAX_ANNOTATIONS, NewAnnotation};
pub use bucket_log::{BucketLogging, LogKeys};
pub use buckets::Bucket;
pub use contents::ingest::Expected;
pub use contents::reader::{ObjectReader, Reader};
pub use contents::reclaim::Reclaimed;
pub use encryption::BucketEncryption;
pub use error::{Condition, DigestName, Error};
pub use events::{
    Cause, Destination, Event, EventListener, EventRule, EventType, Handed, RestoredCopy, Sequencer, Told, overlap,
};
pub use inventories::{
    Inventory, InventoryFile, InventoryMaker, InventoryRun, InventorySealing, InventoryStep, MAX_INVENTORIES,
};
pub use keys::ContainerId;
pub use lifecycle::{
    Expiration, Filter, FilterForm, Lifecycle, LifecycleRule, MinimumSize, Noncurrent, NoncurrentTransition, Removed,
    Ruled, Traits, Transition, When,
};
pub use listings::{Item, Listed, ListedUpload, ListedVersion, Page, Start, VersionStart};
pub use locks::{BucketLock, DefaultRetention, EventHold, LockMode, NewRetention, ObjectLock, Period, Retention};
pub use moves::Moved;
pub use objects::{CopyTarget, NewObject, Object, ObjectPart, Precondition, Renaming, StorageClass};
pub use opening::OpenError;
pub use opening::identity::Mismatch;
pub use owned::Owned;
pub use pools::{SharedPool, add_pool, mark_claimed, mark_staged, pools_of};
pub use quotas::{MAX_QUOTAS, Quota, QuotaOf, QuotaReport};
pub use records::{Attributes, Content, ObjectChecksum, Plan};
pub use restore::{Restore, RestoreRequest, Restored};
pub use servers::{Servers, account_of, find_living_server};
pub use source::{Source, SourceError};
pub use staging::{Staged, StagedAnswer, StagedBlob, StagedCount, StagedWork, StagingRobot, StagingTurn};
pub use tiering::{ArchiveTier, MAX_TIERINGS, Tiering};
pub use upkeep::fsck::{Keep, OpenWindows, Recovered, Repaired, Report, TakenOut, fsck, fsck_online, repair};
pub use upkeep::sure_clock::SureClock;
pub use uploads::{Completed, NamedPart, NamedWhole, NewUpload, Part, PartWritten, Upload};
pub use usage::Usage;
pub use vaults::{
    ARCHIVE_OVERHEAD_BYTES, Archive, ArchiveExpiry, ArchiveGuard, ArchiveJob, CapacityUnit, CompletedArchive,
    EXPIRE_AFTER_DAYS, InventoryFormat, InventoryJob, InventoryParameters, Job, JobAction, JobListener, JobOutput,
    JobRequest, JobStatus, KEEP_LAST, MAX_CAPACITY_UNITS, MAX_VAULTS, NewArchive, OpaqueKind, Opened, RULE_TAGS,
    RetrievalPolicy, Tier, Vault, VaultAccess, VaultLock, VaultNotifications, is_rule_tag,
};
pub use versions::{Deleted, Deletion, VersionId, Versioning};
pub use website::{Elsewhere, Pages, RoutingRule, Website};
pub use windows::WindowSizes;

use crate::admission::blob_health::BlobHealth;
use crate::admission::room::Room;
use crate::cache::Cache;
use crate::contents::blocks::Blocks;
use crate::contents::readers::Readers;

/// Settings of a store.
#[derive(Clone, Debug)]
pub struct Options {
    /// Contents up to this size live in the metadata engine. Default 8 KiB, as measured.
    pub inline_bytes: u64,
    /// Uploads are refused when less than this would stay free, so that deletes and aborts still work.
    pub reserve_bytes: u64,
    /// How long after completion or abort a repeated request gets the same answer. Default 24 hours.
    pub remember_ms: i64,
    /// How long a Glacier upload may idle before it is dropped. Default 7 days; Amazon promises 24 hours.
    pub vault_upload_idle_ms: i64,
    /// How long an S3 upload may idle before it is dropped; `None`: for ever. Default 7 days; Amazon has no such limit.
    pub upload_idle_ms: Option<i64>,
    /// How long a day of a lifecycle rule, or of a restored copy, is. Default a day; tests shorten it.
    pub lifecycle_day_ms: i64,
    /// How long an archive retrieval takes, and the restore of an object of the class `GLACIER`, by tier: Expedited, Standard, Bulk.
    /// Default 0.
    pub retrieval_delay_ms: [i64; 3],
    /// How many bytes a day the data retrieval policy FreeTier lets an account retrieve in a region; `None`: any number. Default none.
    pub free_retrieval_bytes: Option<u64>,
    /// How long the restore of an object of the class `DEEP_ARCHIVE` takes, by tier: Standard, Bulk. Default 0.
    pub deep_retrieval_delay_ms: [i64; 2],
    /// How long an inventory takes. Default 0.
    pub inventory_delay_ms: i64,
    /// How long a job and its output are kept after completion. Default 24 hours.
    pub job_retention_ms: i64,
    /// Threads that hash what is uploaded; with none, each upload does it by itself. Default 1.
    pub hash_threads: usize,
    /// How long a blob that no record names stays in quarantine before it is deleted. Default 7 days.
    pub quarantine_ms: i64,
    /// How long the clock must agree with itself before something is dropped by it for good; a tenth of the time that
    /// thing is kept, if that is less. Default 60 seconds.
    pub confirm_ms: i64,
    /// How long another server of the same store may stay silent before it is declared dead; `None`: this is the only server, and what there is
    /// for several costs nothing. Default none.
    pub lease: Option<Duration>,
    /// How many numbers of blobs one commit of a shared store reserves, at least 2. Default 4,096; tests reserve fewer.
    pub reserved_numbers: u64,
    /// How new objects of a new bucket are sealed; `None`: not at all. Default none.
    pub bucket_encryption: Option<BucketEncryption>,
    /// The metadata engine found its newest records damaged and cut them off when it opened: what runs before this one wrote
    /// is not swept until an operator has looked.
    pub history_cut: bool,
    /// The number of the pool that new blobs of each storage class are written into, in the order of [`StorageClass::ALL`]; archives go where
    /// `GLACIER` goes. The blob engine has these pools (`coldkeep_blob::Pools`). Default 0 for all.
    pub class_pools: [u8; StorageClass::ALL.len()],
    /// The numbers of the pools that are staged: blobs of classes that must be restored are taken away from there. On a shared store, of those whose program this server
    /// has: it learns of others by their records ([`SharedPool`]), and does not lead then. Default none.
    pub staged_pools: BTreeSet<u8>,
    /// The most blobs that a staged pool's program is told of in one call. Default 256.
    pub staging_batch: usize,
    /// How long after a failure a blob of a staged pool is tried again; doubled with each further one, up to 64 times. Default a minute.
    pub staging_retry_ms: i64,
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Default for Options {
    fn default() -> Self {
        Self {
            inline_bytes: 8 << 10,
            reserve_bytes: 64 << 20,
            remember_ms: DAY_MS,
            vault_upload_idle_ms: 7 * DAY_MS,
            upload_idle_ms: Some(7 * DAY_MS),
            lifecycle_day_ms: DAY_MS,
            retrieval_delay_ms: [0; 3],
            free_retrieval_bytes: None,
            deep_retrieval_delay_ms: [0; 2],
            inventory_delay_ms: 0,
            job_retention_ms: DAY_MS,
            hash_threads: 1,
            quarantine_ms: 7 * DAY_MS,
            confirm_ms: 60_000,
            lease: None,
            reserved_numbers: 4096,
            bucket_encryption: None,
            history_cut: false,
            class_pools: [0; StorageClass::ALL.len()],
            staged_pools: BTreeSet::new(),
            staging_batch: 256,
            staging_retry_ms: 60_000,
        }
    }
}

impl Options {
    /// The pools that are written into; some may be told twice.
    pub(crate) fn written_pools(&self) -> impl Iterator<Item = u8> + use<> {
        std::iter::once(0).chain(self.class_pools)
    }

    /// The number of the pool that new blobs of this class are written into.
    pub(crate) fn pool_of(&self, class: StorageClass) -> u8 {
        self.class_pools[class as usize]
    }
}

/// A store, open, and for whom it is used, if that is to be told. Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Store(Arc<Inner>, Option<Arc<Cause>>);

struct Inner {
    meta: Arc<dyn Meta>,
    blobs: Arc<dyn Blobs>,
    clock: Arc<dyn Clock>,
    ids: IdGenerator,
    lanes: LanePool,
    blocks: Blocks,
    options: Options,
    readers: Readers,
    secret: [u8; 32],
    /// The store's id.
    identity: [u8; 16],
    buckets: Cache<BucketName, Bucket>,
    points: Cache<String, AccessPoint>,
    /// The names of buckets by their ids, where somebody asked.
    names: Cache<ContainerId, BucketName>,
    /// Room in each pool that is written into, by its number.
    rooms: BTreeMap<u8, Arc<Room>>,
    blob_health: BlobHealth,
    /// The clock as each kind of due work that drops something trusts it.
    sure_clocks: Mutex<BTreeMap<u8, SureClock>>,
    /// The numbers of blobs that this run may leave behind, where several servers share the store.
    windows: Option<Arc<windows::Windows>>,
    /// A blob may be left without owner: this epoch must be swept at the next start. Where there are windows, those say it.
    leaked: AtomicBool,
    /// Steps that run to their end although their callers gave up.
    unfinished: AtomicUsize,
    /// Who is told of jobs that have finished.
    listener: OnceLock<Arc<dyn JobListener>>,
    /// Asked of archives that expire.
    archive_guard: OnceLock<Arc<dyn ArchiveGuard>>,
    /// Makes inventories of buckets.
    inventory_maker: OnceLock<Arc<dyn InventoryMaker>>,
    /// Rung when something was put on the released list.
    released: Notify,
    /// Rung when work was scheduled that may be due earlier than known.
    scheduled: Notify,
    /// When the next work is due as far as known, in milliseconds since 1970; the end of time where nobody knows.
    next_due: AtomicI64,
    lifecycle: lifecycle::Counters,
    moves: moves::State,
    staging: staging::State,
    delivery: events::deliver::Delivery,
    quotas: quotas::Table,
    turns: events::Turns,
    /// What there is for several servers, if there may be several.
    shared: Option<servers::Shared>,
}

/// How often a transaction is tried again when records change under it. Every conflict means that another
/// writer succeeded, so this bounds the wait behind so many writers of one key.
const MAX_TRIES: usize = 10_000;

impl Store {
    /// `Ok` when a write would be taken: the metadata engine is healthy, there is room, and blobs can be written.
    pub async fn health(&self) -> Result<(), Error> {
        self.0.meta.health()?;
        self.has_room().await?;
        self.blobs_can_be_written().await
    }

    /// The number of this run: of all that servers have had with this store.
    pub fn run(&self) -> u32 {
        self.0.ids.epoch()
    }

    /// The store's settings.
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// Waits until something may have been put on the released list.
    pub async fn wait_released(&self) {
        self.0.released.notified().await;
    }

    /// Waits until something may have become due earlier than [`run_due`](Self::run_due) said.
    pub async fn wait_scheduled(&self) {
        self.0.scheduled.notified().await;
    }

    /// Runs work to its end although its caller may give up: for the steps between a durable blob and its record. Boxed where
    /// it is made, since a task is moved several times before it runs.
    async fn uncancelled<T: Send + 'static>(&self, work: Work<T>) -> Result<T, Error> {
        let unfinished = Unfinished::new(self.clone());
        let done = tokio::spawn(async move {
            let done = work.await;
            drop(unfinished);
            done
        });
        done.await.map_err(|error| Error::OutcomeUnknown(error.to_string()))?
    }

    /// How much runs to its end although whoever asked for it may be gone.
    pub fn unfinished(&self) -> usize {
        self.0.unfinished.load(Ordering::Relaxed)
    }

    /// The time of day, by the clock that everything here goes by.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    fn next_id(&self) -> Id {
        self.0.ids.next(&*self.0.clock)
    }

    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        Ok(self.0.meta.get(key).await?)
    }

    /// Applies a commit, if there is room for what it adds and quotas let it come. `Ok(false)` means that a record changed since it was read: read
    /// again and decide again.
    async fn commit(&self, commit: Commit) -> Result<bool, Error> {
        self.judge_quotas(&commit).await?;
        let _room = self.reserve_for(&commit).await?;
        self.commit_freeing(commit).await
    }

    /// Applies a commit that frees more than it adds, whatever room there is.
    async fn commit_freeing(&self, mut commit: Commit) -> Result<bool, Error> {
        let stages = self.look_at_owned(&mut commit);
        let (mut releases, mut schedules, mut tells, mut moves) = (false, None::<Timestamp>, false, false);
        for write in &commit.writes {
            if let coldkeep_meta::Write::Put { key, .. } = write {
                releases |= key.first() == Some(&b'r');
                tells |= key.first() == Some(&b'E');
                if let Some((time, kind, _)) = keys::parse_due(key) {
                    moves |= kind == upkeep::due::MOVE_BYTES;
                    schedules = Some(schedules.map_or(time, |earliest| earliest.min(time)));
                }
            }
        }
        // What is refused so from now on failed with this commit under way.
        if let Err(error @ coldkeep_meta::Error::Poisoned(_)) = self.0.meta.health() {
            return Err(error.into());
        }
        if !releases && !tells && schedules.is_none() {
            let shared = self.of_others(&commit);
            return self.done(self.0.meta.commit(commit).await, &shared);
        }
        // To its end although the caller may give up: who commits also rings.
        let store = self.clone();
        let commit_and_ring = Box::pin(async move {
            let shared = store.of_others(&commit);
            let committed = store.0.meta.commit(commit).await;
            if releases {
                store.0.released.notify_one();
            }
            if tells {
                store.0.delivery.ring();
            }
            if moves {
                store.0.moves.ring();
            }
            if stages {
                store.0.staging.ring();
            }
            if schedules.is_some_and(|time| time.0 < store.0.next_due.load(Ordering::Relaxed)) {
                store.0.scheduled.notify_one();
            }
            store.done(committed, &shared)
        });
        self.uncancelled(commit_and_ring).await
    }

    /// What became of a commit: it named blobs, or buckets that it expected may have been changed by another server.
    fn done(&self, committed: Result<(), coldkeep_meta::Error>, shared: &OfOthers) -> Result<bool, Error> {
        match committed {
            Ok(()) => {
                if let Some(windows) = &self.0.windows {
                    shared.named.iter().for_each(|id| windows.close(*id));
                }
                Ok(true)
            }
            Err(coldkeep_meta::Error::Conflict) => {
                shared.expected.iter().for_each(|name| self.0.buckets.changed(name));
                Ok(false)
            }
            Err(error @ coldkeep_meta::Error::Poisoned(_)) => Err(Error::OutcomeUnknown(error.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    /// What of a commit of a shared store matters once it is done.
    fn of_others(&self, commit: &Commit) -> OfOthers {
        if !self.is_shared() {
            return OfOthers::default();
        }
        let expected = commit.expects.iter().filter_map(|expect| match expect {
            coldkeep_meta::Expect::Version { key, .. } => keys::bucket_name(key),
            coldkeep_meta::Expect::Empty { .. } => None,
        });
        let named = commit.writes.iter().filter_map(|write| match write {
            coldkeep_meta::Write::Put { key, .. } => key.strip_prefix(b"w").and(keys::owned_content(key)),
            _ => None,
        });
        OfOthers { expected: expected.collect(), named: named.collect() }
    }
}

/// What of a commit concerns other servers.
#[derive(Default)]
struct OfOthers {
    /// The buckets that it expects to be as they are remembered.
    expected: Vec<BucketName>,
    /// The contents that it gives an owner.
    named: Vec<Id>,
}

/// Work that runs to its end.
type Work<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Counts a step that runs to its end.
struct Unfinished(Store);

impl Unfinished {
    fn new(store: Store) -> Self {
        store.0.unfinished.fetch_add(1, Ordering::Relaxed);
        Self(store)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.0.unfinished.fetch_sub(1, Ordering::Relaxed);
    }
}
