//! Where the bytes of a shared store lie: in a folder that all servers see, or in an object store.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_blob::{Blobs, Error, Files};
use coldkeep_blob_pieces::{Keys, Location, Options, PieceStore, Pieces, Rados, RadosLocation, S3};
use coldkeep_disk::{Disk, SystemDisk};

use crate::Failure;
use crate::data_folder::{advice, make_durable};

/// One of the places there are engines for.
pub enum BlobPlace {
    /// On NFS or CephFS.
    Folder(PathBuf),
    /// Cut into pieces.
    Objects(ObjectStore),
}

/// One of the object stores.
pub enum ObjectStore {
    /// And the keys that requests are signed with.
    S3(Location, Keys),
    /// A pool of Ceph.
    Rados(RadosLocation),
}

type OpenFiles = fn(Arc<dyn Disk>, &Path, coldkeep_blob::Options) -> Result<Files, Error>;

/// Blobs that are open for looking only, and the names of what is beside them and of which nothing is known.
pub struct Looked {
    pub blobs: Arc<dyn Blobs>,
    pub strays: Vec<String>,
}

impl BlobPlace {
    /// Opens the engine, as that of one server of several.
    pub async fn open(&self) -> Result<Arc<dyn Blobs>, Failure> {
        self.open_files(Files::open_shared).await
    }

    /// Opens the engine to fill it. A folder is one's own then; of an object store the metadata alone says whose turn it is.
    pub async fn open_alone(&self) -> Result<Arc<dyn Blobs>, Failure> {
        self.open_files(Files::open).await
    }

    async fn open_files(&self, open: OpenFiles) -> Result<Arc<dyn Blobs>, Failure> {
        match self {
            Self::Folder(folder) => {
                make_durable(folder).map_err(|error| Failure::file("make the folder", folder, &error))?;
                let path = folder.clone();
                let opening = move || open(Arc::new(SystemDisk), &path, coldkeep_blob::Options::default());
                let blobs = tokio::task::spawn_blocking(opening).await;
                let blobs = blobs.map_err(|error| Failure::new(error.to_string()))?;
                Ok(Arc::new(blobs.map_err(|error| Failure::new(advice(error.to_string())))?))
            }
            Self::Objects(place) => {
                let told =
                    |error| Failure::new(format!("{error}\nNo blob was changed. They are in {self}, as --blobs says."));
                let store = place.open().await.map_err(told)?;
                Ok(Arc::new(Pieces::open(store, Options::default()).await.map_err(told)?))
            }
        }
    }

    /// Opens the engine for looking only, beside servers that have it open.
    pub async fn look_beside(&self) -> Result<Arc<dyn Blobs>, Error> {
        match self {
            Self::Folder(folder) => Ok(Arc::new(Files::look_beside(Arc::new(SystemDisk), folder)?)),
            Self::Objects(place) => Ok(Arc::new(Pieces::inspect(place.open().await?).await?)),
        }
    }

    /// Opens the engine for looking only. A folder is refused while a server has it open.
    pub async fn look(&self) -> Result<Looked, Error> {
        match self {
            Self::Folder(folder) => {
                let files = Files::inspect(Arc::new(SystemDisk), folder)?;
                let strays = files.strays()?.iter().map(|path| path.display().to_string()).collect();
                Ok(Looked { blobs: Arc::new(files), strays })
            }
            Self::Objects(place) => {
                let pieces = Pieces::inspect(place.open().await?).await?;
                let strays = pieces.strays().await?;
                Ok(Looked { blobs: Arc::new(pieces), strays })
            }
        }
    }
}

impl ObjectStore {
    async fn open(&self) -> Result<Arc<dyn PieceStore>, Error> {
        match self {
            Self::S3(location, keys) => Ok(Arc::new(S3::new(location.clone(), keys.clone()))),
            Self::Rados(location) => Ok(Arc::new(Rados::connect(location.clone()).await.map_err(Error::Open)?)),
        }
    }
}

impl fmt::Display for BlobPlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(out),
            Self::Objects(ObjectStore::S3(location, _)) => location.fmt(out),
            Self::Objects(ObjectStore::Rados(location)) => location.fmt(out),
        }
    }
}
