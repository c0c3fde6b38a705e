//! The data folder: what lies where in it, made durably and for the server's user alone.
//!
//! ```text
//! meta/        the metadata engine
//! blobs/       the blob engine
//! pools.toml   where its pools are, if it has any (`pools/`)
//! pools/       those pools that `coldkeep migrate` has brought here
//! staging/     lists and locks of the programs of staged pools
//! root.toml    the root account and its key pair
//! tls/         the certificate authority of `--tls auto`
//! moved        where its store is now, if `coldkeep migrate` has moved it: nothing is opened then
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_blob::{Blobs, Files};
use coldkeep_disk::SystemDisk;
use coldkeep_meta::Embedded;

use crate::Failure;
use crate::pools::{self, KnownPools, NamedPool};

/// Where the data is, if nothing says it.
pub const DEFAULT: &str = "./data";

/// What a file system puts into its own empty root.
const OF_FILE_SYSTEMS: [&str; 2] = ["lost+found", ".snapshot"];

/// A data folder.
#[derive(Clone, Debug)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// Makes the folder, and those above it, if they are missing. They survive a crash once this returns.
    pub fn make(path: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::file("make the data folder", path, &error);
        make_durable(path).map_err(failed)?;
        let path = path.canonicalize().map_err(failed)?;
        // Whoever made it may have been killed before its name was durable. Where that is not ours to say, it is not ours.
        if let Some(parent) = path.parent()
            && let Err(error) = File::open(parent).and_then(|parent| parent.sync_all())
        {
            tracing::debug!(%error, folder = %parent.display(), "cannot sync the folder above the data folder");
        }
        let folder = Self(path);
        folder.must_be_ours()?;
        folder.must_be_here()?;
        Ok(folder)
    }

    /// A folder whose store was moved is not used any more.
    fn must_be_here(&self) -> Result<(), Failure> {
        self.moved_words()?.map_or(Ok(()), |words| Err(Failure::new(words)))
    }

    /// What is said of where its store is now, if it was moved.
    pub fn moved_words(&self) -> Result<Option<String>, Failure> {
        read_if_present(&self.moved())
    }

    /// A folder that holds something else is somebody's, named by mistake.
    fn must_be_ours(&self) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::file("read the data folder", &self.0, &error);
        if [self.meta(), self.blobs(), self.root_account(), self.tls()].iter().any(|path| path.exists()) {
            return Ok(());
        }
        for entry in fs::read_dir(&self.0).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            if !OF_FILE_SYSTEMS.iter().any(|known| name == *known) {
                let (folder, name) = (self.0.display(), name.display());
                return Err(Failure::new(format!(
                    "{folder} is no data folder: it holds something else, {name} for one.\nNothing was changed. Name an empty \
                     folder, or one that is not there yet, with --data."
                )));
            }
        }
        Ok(())
    }

    /// A folder that has data already.
    pub fn existing(path: &Path) -> Result<Self, Failure> {
        let folder = Self::found(path)?;
        folder.must_be_here()?;
        Ok(folder)
    }

    /// A folder that has data already, be it moved or not.
    pub fn found(path: &Path) -> Result<Self, Failure> {
        let folder = Self(path.canonicalize().map_err(|error| Failure::file("open the data folder", path, &error))?);
        for engine in [folder.meta(), folder.blobs()] {
            if !engine.is_dir() {
                let words = format!("{} holds no data of coldkeep: {} is missing", path.display(), engine.display());
                return Err(Failure::new(words));
            }
        }
        Ok(folder)
    }

    /// Opens both engines, which locks them against another server. Blobs are of all pools: those that are known, and those named here.
    pub async fn open(
        &self,
        cache_bytes: usize,
        named: &[NamedPool],
    ) -> Result<(Embedded, Arc<dyn Blobs>, KnownPools), Failure> {
        let (meta, blobs) = (self.meta(), self.blobs());
        for engine in [&meta, &blobs] {
            make_durable(engine).map_err(|error| Failure::file("make the folder", engine, &error))?;
        }
        // Also where they were there: see above.
        let sync = File::open(&self.0).and_then(|folder| folder.sync_all());
        sync.map_err(|error| Failure::file("sync the folder", &self.0, &error))?;
        let options = coldkeep_meta::Options { cache_bytes, ..coldkeep_meta::Options::default() };
        let meta = tokio::task::spawn_blocking(move || Embedded::open(Arc::new(SystemDisk), &meta, options));
        let blobs = tokio::task::spawn_blocking(move || {
            Files::open(Arc::new(SystemDisk), &blobs, coldkeep_blob::Options::default())
        });
        let (meta, blobs) = (joined(meta).await?, joined(blobs).await?);
        // Whoever moved it held these locks until that was written down.
        self.must_be_here()?;
        let (blobs, known) = pools::open(self, blobs, named).await?;
        Ok((meta, blobs, known))
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where it is written down that its store was moved.
    pub fn moved(&self) -> PathBuf {
        self.0.join("moved")
    }

    /// Where the root account is kept.
    pub fn root_account(&self) -> PathBuf {
        self.0.join("root.toml")
    }

    /// Where it is written down which pools there are.
    pub fn pools(&self) -> PathBuf {
        self.0.join("pools.toml")
    }

    /// Where a pool lies that came from a store that several servers shared.
    pub fn pool(&self, name: &str) -> PathBuf {
        self.0.join("pools").join(name)
    }

    /// Where the lists and locks of the programs of staged pools are.
    pub fn staging(&self) -> PathBuf {
        self.0.join("staging")
    }

    /// Where the certificate authority is kept.
    pub fn tls(&self) -> PathBuf {
        self.0.join("tls")
    }

    /// Where the metadata engine keeps its files.
    pub fn meta(&self) -> PathBuf {
        self.0.join("meta")
    }

    /// Where the blob engine keeps its files.
    pub fn blobs(&self) -> PathBuf {
        self.0.join("blobs")
    }
}

async fn joined<T, E: std::fmt::Display>(opening: tokio::task::JoinHandle<Result<T, E>>) -> Result<T, Failure> {
    match opening.await {
        Ok(Ok(engine)) => Ok(engine),
        Ok(Err(error)) => Err(Failure::new(advice(error.to_string()))),
        Err(error) => Err(Failure::new(error.to_string())),
    }
}

/// What to do about an engine that does not open.
pub fn advice(mut words: String) -> String {
    if words.contains("in use by another server") {
        words.push_str("\nStop the server that runs on this folder, or name another folder with --data.");
    } else if words.contains("newer server") {
        words.push_str("\nNothing was changed. Run the version that wrote it, or a newer one.");
    }
    words
}

/// Makes a folder and those above it, each for this user alone and synced into the one above.
pub fn make_durable(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    make_durable(parent)?;
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !path.is_dir() => return Err(error),
        _ => {}
    }
    File::open(parent)?.sync_all()
}

/// Writes a file that only this user may read, whole or not at all.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let new = path.with_extension("new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// The text of a file; `None` when there is none.
pub fn read_if_present(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file("read", path, &error)),
    }
}
