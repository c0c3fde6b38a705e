//! The directory of a `Files` engine: its lock, its format record, and where blobs are in it.
//!
//! ```text
//! lock                    held (flock) while a server runs, or several
//! format                  format and identity (`identity.rs`)
//! format.lock             where several servers share the directory (`sharing.rs`)
//! 00002a/                 blobs written by server run 42
//! 00002a/7f/<32 hex>      the blobs whose ids end in 7f
//! 00002a/lock             where several servers share the directory
//! quarantine/00002a/      blobs of that run that were taken out of service
//! ```

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_disk::{Disk, File, Mode};
use coldkeep_types::Id;

use super::{identity, sharing};
use crate::{Error, Identity};

/// The last byte of an id, which says in which directory of its epoch it is.
pub(super) fn shard(id: Id) -> u8 {
    id.as_bytes()[15]
}

pub(super) fn epoch_path(root: &Path, epoch: u32) -> PathBuf {
    root.join(format!("{epoch:06x}"))
}

pub(super) fn shard_path(epoch: &Path, shard: u8) -> PathBuf {
    epoch.join(format!("{shard:02x}"))
}

pub(super) fn blob_path(root: &Path, id: Id) -> PathBuf {
    shard_path(&epoch_path(root, id.epoch()), shard(id)).join(id.to_string())
}

pub(super) fn format_path(root: &Path) -> PathBuf {
    root.join("format")
}

pub(super) fn quarantine_path(root: &Path) -> PathBuf {
    root.join("quarantine")
}

/// The epoch a directory of the root is for, if it is for one.
pub(super) fn parse_epoch(name: &str) -> Option<u32> {
    parse_hex(name, 6)
}

/// The shard a directory of an epoch is for, if it is for one.
pub(super) fn parse_shard(name: &str) -> Option<u8> {
    parse_hex(name, 2).and_then(|number| number.try_into().ok())
}

fn parse_hex(name: &str, digits: usize) -> Option<u32> {
    let plain = name.len() == digits && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    plain.then(|| u32::from_str_radix(name, 16).ok()).flatten()
}

/// A directory that nobody else has open.
pub(super) struct Opened {
    /// The lock, which lasts as long as this file. None where there was no lock file to look at.
    pub lock: Option<Arc<dyn File>>,
    /// Whose blobs these are.
    pub identity: Option<Identity>,
}

/// Makes the directory if need be, locks it, alone or with others, and checks or writes the format record.
pub(super) fn open(disk: &dyn Disk, root: &Path, is_shared: bool) -> Result<Opened, Error> {
    let failed = |what: String| Error::Open(format!("{}: {what}", root.display()));
    let refused = |error: io::Error| failed(error.to_string());
    make(disk, root).map_err(refused)?;
    let lock = disk.open(&root.join("lock"), Mode::Create).map_err(refused)?;
    let locked = if is_shared { lock.try_share() } else { lock.try_lock() };
    if !locked.map_err(refused)? {
        return Err(failed("in use by another server".into()));
    }
    let _making = is_shared.then(|| sharing::alone_with_format(disk, root)).transpose().map_err(refused)?;
    // What is read next is what a crash leaves, too.
    coldkeep_disk::sync_dir(disk, root).map_err(refused)?;
    match coldkeep_disk::read(disk, &format_path(root)) {
        Ok(found) => {
            let identity = identity::read(&String::from_utf8_lossy(&found)).map_err(failed)?;
            Ok(Opened { lock: Some(lock), identity })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(name) = foreign(disk, root).map_err(refused)? {
                return Err(failed(format!("not a blob directory: it has no format record, but holds {name:?}")));
            }
            coldkeep_disk::replace(disk, &format_path(root), identity::write(None).as_bytes()).map_err(refused)?;
            Ok(Opened { lock: Some(lock), identity: None })
        }
        Err(error) => Err(refused(error)),
    }
}

/// As [`open`], for looking only: nothing is made or changed. Without a lock file nobody has it open.
pub(super) fn inspect(disk: &dyn Disk, root: &Path) -> Result<Opened, Error> {
    let failed = |what: String| Error::Open(format!("{}: {what}", root.display()));
    let refused = |error: io::Error| failed(error.to_string());
    // Some network file systems lock only what could be written.
    let lock = disk.open(&root.join("lock"), Mode::ReadWrite);
    let lock = match lock.or_else(|_| disk.open(&root.join("lock"), Mode::Read)) {
        Ok(lock) => Some(lock),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(refused(error)),
    };
    if let Some(lock) = &lock
        && !lock.try_lock().map_err(refused)?
    {
        return Err(failed("in use by another server".into()));
    }
    look(disk, root, lock)
}

/// Reads the format record of a directory, with this lock or none.
pub(super) fn look(disk: &dyn Disk, root: &Path, lock: Option<Arc<dyn File>>) -> Result<Opened, Error> {
    let failed = |what: String| Error::Open(format!("{}: {what}", root.display()));
    match coldkeep_disk::read(disk, &format_path(root)) {
        Ok(found) => {
            let identity = identity::read(&String::from_utf8_lossy(&found)).map_err(failed)?;
            Ok(Opened { lock, identity })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(failed("its format record is missing".into())),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// Something in a directory without a format record that keeps us from taking it for a new one.
fn foreign(disk: &dyn Disk, root: &Path) -> io::Result<Option<String>> {
    for name in disk.names(root)? {
        let name = name?.to_string_lossy().into_owned();
        if !matches!(&*name, "lock" | "format.new" | sharing::FORMAT_LOCK | "lost+found") {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Makes the directory if it is missing. Its name is durable then, whoever made it: he may have been killed before that.
fn make(disk: &dyn Disk, root: &Path) -> io::Result<()> {
    coldkeep_disk::make_dir(disk, root)?;
    coldkeep_disk::sync_dir(disk, root.parent().unwrap_or(Path::new("/")))
}
