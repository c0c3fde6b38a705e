//! What is remembered of an upload of a file: one small file for each, held by one run at a time.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::folders::{make, name_for, remove, replace};
use crate::lock::hold;
use crate::{Error, Folders, Vault};

/// Written into the file; another number is not understood, and the upload is begun anew.
const VERSION: u32 = 1;

/// An upload that was begun.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Begun {
    version: u32,
    /// For people who look into the file.
    service: String,
    vault: String,
    file: PathBuf,
    /// The upload's id.
    pub upload: String,
    /// What it is completed with, when every part is there.
    #[serde(default)]
    pub finishing: Option<Finishing>,
}

/// What an upload is completed with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finishing {
    /// The file when it was read.
    pub stamp: Stamp,
    /// The archive's size.
    pub bytes: u64,
    /// The archive's tree hash.
    pub tree: String,
}

/// By what a file that was changed can be told without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Its length.
    pub bytes: u64,
    seconds: i64,
    nanos: i64,
}

impl Stamp {
    pub fn of(file: &File) -> io::Result<Self> {
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file; give `-` and its bytes as input"));
        }
        Ok(Self { bytes: found.len(), seconds: found.mtime(), nanos: found.mtime_nsec() })
    }
}

impl Begun {
    pub fn new(vault: &Vault, file: &Path, upload: &str) -> Self {
        Self {
            version: VERSION,
            service: vault.service.clone(),
            vault: vault.name.clone(),
            file: file.to_owned(),
            upload: upload.to_owned(),
            finishing: None,
        }
    }
}

/// What is remembered of the file, held for this run.
pub struct State {
    path: PathBuf,
    lock: PathBuf,
    _held: File,
    /// The upload that an earlier run, or this one, began.
    pub begun: Option<Begun>,
}

impl State {
    pub fn hold(folders: &Folders, vault: &Vault, file: &Path) -> Result<Self, Error> {
        let file = std::path::absolute(file).map_err(|error| Error::file("find", file, &error))?;
        let folder = folders.state.join("uploads");
        make(&folder)?;
        let name = name_for(&[&vault.service, &vault.name, &file.to_string_lossy()]);
        let (path, lock) = (folder.join(format!("{name}.json")), folder.join(format!("{name}.lock")));
        let held = hold(&lock)?;
        let begun = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).ok().filter(|begun: &Begun| begun.version == VERSION),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::file("read", &path, &error)),
        };
        Ok(Self { path, lock, _held: held, begun })
    }

    /// Remembers an upload, durably.
    pub fn write(&mut self, begun: Begun) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(&begun).map_err(|error| Error::File(error.to_string()))?;
        replace(&self.path, &text)?;
        self.begun = Some(begun);
        Ok(())
    }

    /// Remembers what the upload is completed with.
    pub fn finish(&mut self, finishing: Finishing) -> Result<(), Error> {
        let Some(mut begun) = self.begun.clone() else { return Ok(()) };
        begun.finishing = Some(finishing);
        self.write(begun)
    }

    /// The archive is stored: nothing is to be remembered.
    pub fn forget(&mut self) -> Result<(), Error> {
        self.begun = None;
        remove(&self.path)?;
        remove(&self.lock)
    }
}
