//! Several servers over one folder, each with runs of its own: what they agree on by locks, besides what their metadata tells them.
//!
//! | file | who holds it |
//! |---|---|
//! | `lock` | all of them together, so that nobody takes the folder for himself: a server that is alone, or who looks |
//! | `format.lock` | who makes the format record, or changes it |
//! | `00002a/lock` | who writes the blobs of run 42, from the first on for as long as it has the folder open |
//!
//! Directories that are empty go with the blobs that they held, but not those of a run whose lock is held: its server keeps them open, and would
//! sync names in a directory that is gone.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use coldkeep_disk::{Disk, File, Mode};

use super::root::epoch_path;

/// How often who must wait for the format record looks, and how often at most: ten seconds.
const LOOK: Duration = Duration::from_millis(10);
const LOOKS: u32 = 1000;

/// The name of a run's lock in its directory.
pub(super) const LOCK: &str = "lock";
/// The lock of the format record.
pub(super) const FORMAT_LOCK: &str = "format.lock";

fn lock_path(root: &Path, epoch: u32) -> PathBuf {
    epoch_path(root, epoch).join(LOCK)
}

/// Waits to be the one who may change the format record, as long as the file that is returned is open.
pub(super) fn alone_with_format(disk: &dyn Disk, root: &Path) -> io::Result<Arc<dyn File>> {
    let lock = disk.open(&root.join(FORMAT_LOCK), Mode::Create)?;
    for _ in 0..LOOKS {
        if lock.try_lock()? {
            return Ok(lock);
        }
        std::thread::sleep(LOOK);
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "another server holds the lock of the format record"))
}

/// The lock of a run whose directory was just made, or found: it is this server that writes it.
pub(super) fn lock_epoch(disk: &dyn Disk, root: &Path, epoch: u32) -> io::Result<Arc<dyn File>> {
    let lock = disk.open(&lock_path(root, epoch), Mode::Create)?;
    match lock.try_lock()? {
        true => Ok(lock),
        false => Err(io::Error::new(io::ErrorKind::WouldBlock, "another server writes the blobs of this run")),
    }
}

/// Whether the server that wrote a run is gone, for good: no run comes again.
pub(super) fn has_ended(disk: &dyn Disk, root: &Path, epoch: u32) -> io::Result<bool> {
    match disk.open(&lock_path(root, epoch), Mode::ReadWrite) {
        Ok(lock) => lock.try_lock(),
        // One that was alone wrote it, or somebody else is clearing up too.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Removes the directory of a run that has ended, if nothing but its lock is left in it.
pub(super) fn remove_epoch(disk: &dyn Disk, root: &Path, epoch: u32) -> io::Result<()> {
    let path = epoch_path(root, epoch);
    for name in disk.names(&path)? {
        if name? != LOCK {
            return Ok(());
        }
    }
    match disk.remove_file(&lock_path(root, epoch)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    disk.remove_dir(&path)
}
