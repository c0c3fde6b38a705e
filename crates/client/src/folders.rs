//! Where what is kept between runs lies: uploads that are under way, and inventories.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use coldkeep_digest::{DigestSet, Hasher};

use crate::Error;

/// Folders of one user. Made when they are needed.
#[derive(Clone, Debug)]
pub struct Folders {
    /// What must outlive a run: which upload a file belongs to.
    pub state: PathBuf,
    /// What can be fetched again: inventories.
    pub cache: PathBuf,
}

impl Folders {
    /// `$XDG_STATE_HOME/coldkeep` and `$XDG_CACHE_HOME/coldkeep`, by default below `~/.local/state` and `~/.cache`.
    pub fn of_user() -> Result<Self, Error> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = variable("HOME");
        let folder = |name: &str, below: &str| {
            let of_home = || home.as_ref().map(|home| home.join(below));
            variable(name).or_else(of_home).map(|folder| folder.join("coldkeep")).ok_or_else(|| {
                Error::Invalid(format!("there is no place to remember what is under way: set HOME or {name}."))
            })
        };
        Ok(Self { state: folder("XDG_STATE_HOME", ".local/state")?, cache: folder("XDG_CACHE_HOME", ".cache")? })
    }
}

/// A file name for what belongs to these words, the same in each run.
pub fn name_for(words: &[&str]) -> String {
    let mut hasher = Hasher::new(&DigestSet { sha256: true, ..DigestSet::default() });
    for word in words {
        hasher.update(word.as_bytes());
        hasher.update(&[0]);
    }
    hex::encode(&hasher.finish().sha256.expect("asked for")[..16])
}

/// Makes a folder that only its owner can read.
pub fn make(folder: &Path) -> Result<(), Error> {
    use std::os::unix::fs::DirBuilderExt;
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Error::file("make", folder, &error))
}

/// Puts these bytes in the place of the file, whole or not at all, and durably.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let beside = path.with_extension("new");
    let written = fs::File::create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| Error::file("write", &beside, &error))?;
    fs::rename(&beside, path).map_err(|error| Error::file("write", path, &error))?;
    sync_folder_of(path)
}

/// Makes names in the folder of this file durable.
pub fn sync_folder_of(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| Error::file("sync", folder, &error))
}

/// Removes a file, if it is there.
pub fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file("remove", path, &error)),
        _ => Ok(()),
    }
}
