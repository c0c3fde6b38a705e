//! What a server runs on: an engine for metadata and one for blobs, in its data folder or shared with other servers. Only here does it matter
//! which.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_blob::Blobs;
use coldkeep_meta::{Meta, Stats};

use crate::Failure;
use crate::data_folder::DataFolder;
use crate::pools::KnownPools;
use crate::root_account::{Given, RootAccount, must_be_whole, must_belong};
use crate::settings::Settings;
use crate::shared::SharedStore;

/// Both engines, opened.
pub struct Engines {
    pub meta: Arc<dyn Meta>,
    pub blobs: Arc<dyn Blobs>,
    /// The pools besides the default.
    pub pools: KnownPools,
    /// What the metadata engine counts, where it is the embedded one.
    pub stats: Option<Arc<Stats>>,
    /// The metadata engine found its newest records damaged, and cut them off.
    pub history_cut: bool,
}

/// Where a store lies.
pub enum Place {
    Folder(DataFolder),
    Shared(Box<SharedStore>),
}

impl Place {
    /// Where the settings say. Refuses what cannot be served with these settings; nothing but an empty folder is made.
    pub fn of(settings: &Settings, given: &Given) -> Result<Self, Failure> {
        if let Some(shared) = settings.shared.store(&settings.pools.pool)? {
            SharedStore::must_serve(settings)?;
            must_be_whole(given)?;
            return Ok(Self::Shared(Box::new(shared)));
        }
        let folder = DataFolder::make(&settings.data)?;
        must_be_writable(folder.path())?;
        must_belong(&folder.root_account(), given)?;
        Ok(Self::Folder(folder))
    }

    /// Opens the engines: those of a data folder are locked against another server.
    pub async fn open(&self, settings: &Settings) -> Result<Engines, Failure> {
        let folder = match self {
            Self::Folder(folder) => folder,
            Self::Shared(shared) => return shared.open().await,
        };
        let cache_bytes = usize::try_from(settings.metadata_cache.0).unwrap_or(usize::MAX);
        let (meta, blobs, pools) = folder.open(cache_bytes, &settings.pools.pool).await?;
        let (stats, history_cut) = (Some(meta.stats().clone()), meta.recovery().cut.is_some());
        Ok(Engines { meta: Arc::new(meta), blobs, pools, stats, history_cut })
    }

    /// The root account: as it is given, or as the data folder has it. `needed` is the id of the root key under which there are secrets.
    pub async fn root_account(&self, given: Given, needed: Option<&str>) -> Result<RootAccount, Failure> {
        match self {
            Self::Folder(folder) => RootAccount::open(&folder.root_account(), given, needed).await,
            Self::Shared(_) => RootAccount::as_given(given),
        }
    }

    /// The data folder, if it is one.
    pub fn folder(&self) -> Option<&DataFolder> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Shared(_) => None,
        }
    }

    /// How long a server may stay silent, if there are several.
    pub fn lease(&self) -> Option<Duration> {
        match self {
            Self::Folder(_) => None,
            Self::Shared(shared) => Some(shared.lease),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.path().display().fmt(out),
            Self::Shared(shared) => shared.fmt(out),
        }
    }
}

/// A server on a folder that it cannot write to could not even read: its lock, its journal and its mark are written first.
fn must_be_writable(folder: &Path) -> Result<(), Failure> {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).map_err(|error| {
        let (folder, error) = (folder.display(), io::Error::from(error));
        Failure::new(format!(
            "cannot write to the data folder {folder}: {error}\nNothing was changed. A server writes there from its start on: \
             make the folder writable, or serve a copy of it. To check it as it is, run: coldkeep fsck --data {folder}"
        ))
    })
}
