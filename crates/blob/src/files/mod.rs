//! The blob engine on a file system: one file per blob, under its final name, synced before it is acknowledged.
//!
//! `format.rs` has the bytes of a file, `root.rs` the directories, `identity.rs` whose they are, `dirs.rs` their syncs, `draft.rs` writing, `read.rs` reading,
//! `opened.rs` the files kept open, `sharing.rs` what several servers over one folder agree on, `listing.rs` what there is, `quarantine.rs` what was taken out of service. File calls that may wait run on threads of its own (`pool.rs`),
//! one hop for each call of the trait.
//!
//! Small blobs cost a file and a sync each, like large ones: who has many of them should not store them here one by one.

mod buffers;
mod dirs;
mod draft;
mod format;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod identity;
mod listing;
mod opened;
mod pool;
mod quarantine;
mod read;
mod reserve;
mod root;
mod sharing;
mod strays;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_disk::{Disk, File};
use coldkeep_types::Id;
use parking_lot::Mutex;

use crate::{Blob, Blobs, Draft, Error, Identity, Label, MAX_LABEL_BYTES, Quarantined, Space};
use buffers::Buffers;
use dirs::Dirs;
use draft::FileDraft;
use opened::Opened;
use pool::Pool;
use read::FileBlob;

/// How many threads a [`Files`] engine has. They cost little while they wait. Where there are none, what they would do is done
/// by who asks for it, at once: for simulations, in which everything happens in one order.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// For writing blocks, which are copied to the page cache.
    pub writers: usize,
    /// For syncing, which is waiting: more of them let the file system sync more files at once.
    pub finishers: usize,
    /// For reading and listing.
    pub readers: usize,
}

impl Options {
    /// No threads at all.
    pub const INLINE: Self = Self { writers: 0, finishers: 0, readers: 0 };
}

impl Default for Options {
    /// 4 writers, 16 finishers, 8 readers.
    fn default() -> Self {
        Self { writers: 4, finishers: 16, readers: 8 }
    }
}

/// How a folder is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Alone,
    /// With other servers.
    Shared,
    /// Nothing may be changed.
    Looking,
}

/// The blob engine that keeps one file per blob.
pub struct Files {
    shared: Arc<Shared>,
    writers: Arc<Pool>,
    finishers: Arc<Pool>,
    readers: Arc<Pool>,
}

/// What jobs share. The directory stays locked until the last of them, and the last draft, is gone.
struct Shared {
    disk: Arc<dyn Disk>,
    dirs: Dirs,
    identity: Mutex<Option<Identity>>,
    /// The ids of drafts that are alive.
    drafts: Mutex<HashSet<Id>>,
    /// Epochs of drafts whose files could not be removed.
    left: Mutex<HashSet<u32>>,
    opened: Opened,
    buffers: Arc<Buffers>,
    access: Access,
    _lock: Option<Arc<dyn File>>,
}

impl Files {
    /// Opens the engine in `dir`, which is made if it is missing; the folder above it is there.
    ///
    /// Fails with [`Error::Open`] if another server has it open, if a newer version wrote it, or if it is no blob directory.
    pub fn open(disk: Arc<dyn Disk>, dir: &Path, options: Options) -> Result<Self, Error> {
        let opened = root::open(&*disk, dir, false)?;
        Self::new(disk, dir, options, opened, Access::Alone)
    }

    /// Opens the engine in `dir` beside other servers that do the same. Each writes blobs of runs of its own, which the metadata they share gives
    /// out, and may read and delete those of all. The file system keeps their locks (flock) apart, and shows everybody what is synced: NFS from
    /// version 4 on and CephFS do.
    ///
    /// What another server is writing is listed like what a crash left. Only a store that claimed the folder before may claim it.
    ///
    /// Fails as [`open`](Self::open), and where a server has the folder open for itself.
    pub fn open_shared(disk: Arc<dyn Disk>, dir: &Path, options: Options) -> Result<Self, Error> {
        let opened = root::open(&*disk, dir, true)?;
        Self::new(disk, dir, options, opened, Access::Shared)
    }

    /// Opens the engine for looking only: nothing is made or changed, so the file system may be read-only, and everything that
    /// would change something is [`Error::Invalid`]. No threads.
    ///
    /// Fails as [`open`](Self::open), and where there is nothing to look at.
    pub fn inspect(disk: Arc<dyn Disk>, dir: &Path) -> Result<Self, Error> {
        let opened = root::inspect(&*disk, dir)?;
        Self::new(disk, dir, Options::INLINE, opened, Access::Looking)
    }

    /// As [`inspect`](Self::inspect), beside a server that has the directory open: what it is writing is listed like what a crash left, and what is listed may be
    /// gone when it is opened. Nothing keeps a server from starting.
    pub fn look_beside(disk: Arc<dyn Disk>, dir: &Path) -> Result<Self, Error> {
        let opened = root::look(&*disk, dir, None)?;
        Self::new(disk, dir, Options::INLINE, opened, Access::Looking)
    }

    /// A folder in the directory that is not the engine's: whoever hands its files out has there what others are to see.
    pub const BESIDE: &str = "staging";

    /// Where the file of a blob lies in the folder of an engine, for whom the file is handed to.
    pub fn place(id: Id) -> PathBuf {
        root::blob_path(Path::new(""), id)
    }

    /// Files and folders in the directory that are not the engine's: of their bytes nothing is known.
    pub fn strays(&self) -> Result<Vec<PathBuf>, Error> {
        strays::find(&*self.shared.disk, self.shared.dirs.root()).map_err(failed)
    }

    fn new(
        disk: Arc<dyn Disk>,
        dir: &Path,
        options: Options,
        root::Opened { lock, identity }: root::Opened,
        access: Access,
    ) -> Result<Self, Error> {
        let refused = |error: io::Error| Error::Open(format!("{}: {error}", dir.display()));
        let dirs = Dirs::open(disk.clone(), dir, access == Access::Shared).map_err(refused)?;
        Ok(Self {
            shared: Arc::new(Shared {
                disk,
                dirs,
                identity: Mutex::new(identity),
                drafts: Mutex::default(),
                left: Mutex::default(),
                opened: Opened::default(),
                buffers: Arc::default(),
                access,
                _lock: lock,
            }),
            writers: Pool::start("blob-write", options.writers).map_err(refused)?,
            finishers: Pool::start("blob-finish", options.finishers).map_err(refused)?,
            readers: Pool::start("blob-read", options.readers).map_err(refused)?,
        })
    }

    async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Shared) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = self.shared.clone();
        self.readers.run(move || job(&shared)).await
    }

    async fn change<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Shared) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.shared.may_change()?;
        let shared = self.shared.clone();
        self.finishers.run(move || job(&shared)).await
    }
}

impl Shared {
    fn may_change(&self) -> Result<(), Error> {
        match self.access {
            Access::Looking => Err(Error::Invalid("the blobs are open for looking only")),
            Access::Alone | Access::Shared => Ok(()),
        }
    }

    /// Whose blobs the format record says these are.
    fn claimed(&self) -> Result<Option<Identity>, Error> {
        let found = coldkeep_disk::read(&*self.disk, &root::format_path(self.dirs.root())).map_err(failed)?;
        identity::read(&String::from_utf8_lossy(&found)).map_err(Error::Open)
    }

    fn claim(&self, mut identity: Identity) -> Result<(), Error> {
        let (disk, root) = (&*self.disk, self.dirs.root());
        let path = root::format_path(root);
        let is_shared = self.access == Access::Shared;
        let _alone = is_shared.then(|| sharing::alone_with_format(disk, root)).transpose().map_err(failed)?;
        if is_shared {
            let found = self.claimed()?;
            if found.is_some_and(|found| found.store != identity.store) {
                return Err(Error::Open(format!("{}: another store has claimed it", root.display())));
            }
            identity.epoch = identity.epoch.max(found.map_or(0, |found| found.epoch));
        }
        coldkeep_disk::replace(disk, &path, identity::write(Some(identity)).as_bytes()).map_err(failed)?;
        *self.identity.lock() = Some(identity);
        Ok(())
    }

    /// The path of a blob, unless it is a draft.
    fn visible(&self, id: Id) -> Result<PathBuf, Error> {
        if self.drafts.lock().contains(&id) {
            return Err(Error::NotFound(id));
        }
        Ok(root::blob_path(self.dirs.root(), id))
    }
}

fn failed(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full,
        _ => Error::Io(error.to_string()),
    }
}

#[async_trait]
impl Blobs for Files {
    async fn create(&self, id: Id, label: Label, size_hint: Option<u64>) -> Result<Box<dyn Draft>, Error> {
        if label.0.len() > MAX_LABEL_BYTES {
            return Err(Error::Invalid("a label is longer than 2048 bytes"));
        }
        self.shared.may_change()?;
        let (writers, finishers) = (self.writers.clone(), self.finishers.clone());
        Ok(Box::new(
            FileDraft::create(self.shared.clone(), writers, finishers, id, label, size_hint.unwrap_or(0)).await?,
        ))
    }

    async fn open(&self, id: Id) -> Result<Box<dyn Blob>, Error> {
        let inner = match self.shared.opened.get(id) {
            Some(inner) => inner,
            None => {
                let open = move |shared: &Shared| {
                    let inner =
                        Arc::new(read::Inner::open(&*shared.disk, &shared.visible(id)?, id, shared.buffers.clone())?);
                    shared.opened.keep(id, &inner);
                    Ok(inner)
                };
                self.read(open).await?
            }
        };
        Ok(Box::new(FileBlob::new(inner, self.readers.clone())))
    }

    fn forget(&self, id: Id) {
        self.shared.opened.forget(id);
    }

    async fn settle(&self, epoch: u32) -> Result<bool, Error> {
        self.change(move |shared| {
            let unsettled = || shared.drafts.lock().iter().any(|id| id.epoch() == epoch);
            if unsettled() || shared.left.lock().contains(&epoch) {
                return Ok(false);
            }
            listing::sync(shared, epoch).map_err(failed)?;
            Ok(!unsettled())
        })
        .await
    }

    async fn delete(&self, id: Id) -> Result<(), Error> {
        self.change(move |shared| {
            let Ok(path) = shared.visible(id) else { return Ok(()) };
            let remove = || match shared.disk.remove_file(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            };
            let deleted = shared.dirs.deleting(id, remove).map_err(failed);
            shared.opened.forget(id);
            deleted
        })
        .await
    }

    async fn quarantine(&self, id: Id) -> Result<(), Error> {
        self.change(move |shared| {
            if shared.visible(id).is_err() {
                return Ok(());
            }
            let moved = quarantine::quarantine(shared, id).map_err(failed);
            shared.opened.forget(id);
            moved
        })
        .await
    }

    async fn restore(&self, id: Id) -> Result<bool, Error> {
        self.change(move |shared| quarantine::restore(shared, id).map_err(failed)).await
    }

    async fn purge(&self, id: Id) -> Result<(), Error> {
        self.change(move |shared| quarantine::purge(shared, id).map_err(failed)).await
    }

    async fn quarantined(&self) -> Result<Quarantined, Error> {
        self.read(|shared| quarantine::quarantined(shared).map_err(failed)).await
    }

    async fn identity(&self) -> Result<Option<Identity>, Error> {
        match self.shared.access {
            Access::Alone | Access::Looking => Ok(*self.shared.identity.lock()),
            // Another server may have claimed it since.
            Access::Shared => self.read(|shared| shared.claimed()).await,
        }
    }

    async fn claim(&self, identity: Identity) -> Result<(), Error> {
        self.change(move |shared| shared.claim(identity)).await
    }

    async fn epochs(&self) -> Result<Vec<u32>, Error> {
        self.read(|shared| listing::epochs(shared).map_err(failed)).await
    }

    async fn list(&self, epoch: u32, after: Option<Id>, limit: usize) -> Result<Vec<Id>, Error> {
        self.read(move |shared| listing::list(shared, epoch, after, limit).map_err(failed)).await
    }

    async fn present(&self, ids: &[Id]) -> Result<Vec<Id>, Error> {
        let ids = ids.to_vec();
        self.read(move |shared| listing::present(shared, ids).map_err(failed)).await
    }

    async fn label(&self, id: Id) -> Result<Label, Error> {
        self.read(move |shared| read::label(&*shared.disk, &shared.visible(id)?, id)).await
    }

    async fn space(&self) -> Result<Space, Error> {
        self.read(|shared| shared.disk.space(shared.dirs.root()).map_err(failed)).await
    }
}
