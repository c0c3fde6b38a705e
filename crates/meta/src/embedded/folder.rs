//! What lies in the folder of an embedded engine, and how a new one comes to be.
//!
//! ```text
//! lock            held while somebody has the folder open
//! metadata.tree   the tree
//! journal/        the journal: mark, *.journal
//! ballast         room to be given up when the disk is full
//! *.new           what is being made; without worth after a crash
//! damaged-<n>/    what `fsck --repair` put aside
//! repair          there while it does so
//! ```
//!
//! A tree has its name only when the journal that belongs to it is there, and it never loses it. So a folder without a tree is
//! new, if nothing in it speaks of commits; else the tree was lost, and nothing is made in its place. A folder of format 1
//! (`metadata.redb`) is upgraded.

use std::io;
use std::path::Path;
use std::sync::Arc;

use coldkeep_disk::{Disk, File, Mode};

use super::build::Builder;
use super::format::Format;
use super::{journal, salvage, upgrade};
use crate::Error;

pub(super) const TREE: &str = "metadata.tree";
pub(super) const NEW_TREE: &str = "metadata.tree.new";
pub(super) const JOURNAL: &str = "journal";
pub(super) const REPAIR: &str = "repair";
pub(super) const LOCK: &str = "lock";

/// An error about this folder.
pub(super) fn refused(dir: &Path, what: &dyn std::fmt::Display) -> Error {
    Error::Open(format!("{}: {what}", dir.display()))
}

/// Takes the folder for this process, for as long as the file is open.
pub(super) fn lock(disk: &dyn Disk, dir: &Path, mode: Mode) -> Result<Arc<dyn File>, Error> {
    let file = disk.open(&dir.join(LOCK), mode).map_err(|error| refused(dir, &error))?;
    match file.try_lock() {
        Ok(true) => Ok(file),
        Ok(false) => Err(refused(dir, &"in use by another server")),
        Err(error) => Err(refused(dir, &error)),
    }
}

/// Whether there is such a file.
pub(super) fn exists(disk: &dyn Disk, path: &Path) -> io::Result<bool> {
    match disk.open(path, Mode::Read) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Sees to it that there is a tree with its journal.
#[expect(clippy::disallowed_methods, reason = "secrets are the system's chance")]
pub(super) fn prepare(disk: &Arc<dyn Disk>, dir: &Path) -> Result<(), Error> {
    let failed = |error: io::Error| refused(dir, &error);
    salvage::finish(&**disk, dir)?;
    let old = upgrade::is_old(&**disk, dir).map_err(failed)?;
    if exists(&**disk, &dir.join(TREE)).map_err(failed)? {
        // An upgrade that was cut short after the new tree had its name.
        return if old { upgrade::remove_old(&**disk, dir).map_err(failed) } else { Ok(()) };
    }
    if old {
        return upgrade::upgrade(disk, dir);
    }
    if journal::is_used(&**disk, &dir.join(JOURNAL)).map_err(failed)? {
        return Err(refused(
            dir,
            &"the metadata is missing: there is a journal of commits but no tree (metadata.tree). Nothing was changed. Put \
              the tree back where it was, or restore the data folder from a backup",
        ));
    }
    let format = Format { sequence: 0, nonce: rand::random() };
    Builder::begin(&**disk, &dir.join(NEW_TREE))?.finish(&format)?;
    put_in_place(&**disk, dir, &format)
}

/// Makes the journal that belongs to a tree that was built, and gives the tree its name, durably.
pub(super) fn put_in_place(disk: &dyn Disk, dir: &Path, format: &Format) -> Result<(), Error> {
    let put = || {
        journal::create(disk, &dir.join(JOURNAL), format.nonce, format.sequence)?;
        coldkeep_disk::sync_dir(disk, dir)?;
        disk.rename(&dir.join(NEW_TREE), &dir.join(TREE))?;
        coldkeep_disk::sync_dir(disk, dir)
    };
    put().map_err(|error| refused(dir, &error))
}
