//! Where the bytes of a shared store lie: in a folder that all servers see, or in an object store.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use coldkeep_blob::{Blobs, Error, Files};
use coldkeep_blob_pieces::{Keys, Location, Options, Pieces, S3};
use coldkeep_disk::SystemDisk;

use crate::Failure;
use crate::data_folder::{advice, make_durable};

/// One of the places there are engines for.
pub enum BlobPlace {
    /// On NFS or CephFS.
    Folder(PathBuf),
    /// And the keys that requests are signed with.
    S3(Location, Keys),
}

/// Blobs that are open for looking only, and the names of what is beside them and of which nothing is known.
pub struct Looked {
    pub blobs: Arc<dyn Blobs>,
    pub strays: Vec<String>,
}

impl BlobPlace {
    /// Opens the engine, as that of one server of several.
    pub async fn open(&self) -> Result<Arc<dyn Blobs>, Failure> {
        match self {
            Self::Folder(folder) => {
                make_durable(folder).map_err(|error| Failure::file("make the folder", folder, &error))?;
                let path = folder.clone();
                let opening = tokio::task::spawn_blocking(move || {
                    Files::open_shared(Arc::new(SystemDisk), &path, coldkeep_blob::Options::default())
                });
                let blobs = opening.await.map_err(|error| Failure::new(error.to_string()))?;
                Ok(Arc::new(blobs.map_err(|error| Failure::new(advice(error.to_string())))?))
            }
            Self::S3(location, keys) => {
                let store = Arc::new(S3::new(location.clone(), keys.clone()));
                let told = |error| {
                    Failure::new(format!("{error}\nNo blob was changed. They are in {location}, as --blobs says."))
                };
                Ok(Arc::new(Pieces::open(store, Options::default()).await.map_err(told)?))
            }
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
            Self::S3(location, keys) => {
                let pieces = Pieces::inspect(Arc::new(S3::new(location.clone(), keys.clone()))).await?;
                let strays = pieces.strays().await?;
                Ok(Looked { blobs: Arc::new(pieces), strays })
            }
        }
    }
}

impl fmt::Display for BlobPlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(out),
            Self::S3(location, _) => location.fmt(out),
        }
    }
}
