//! The directory of a `Files` engine: its lock, its format record, and where blobs are in it.
//!
//! ```text
//! lock                    held (flock) while a server runs
//! format                  "coldkeep-blobs 1\n"
//! 00002a/                 blobs written by server run 42
//! 00002a/7f/<32 hex>      the blobs whose ids end in 7f
//! ```

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_disk::{Disk, File, Mode};
use coldkeep_types::Id;

use crate::Error;

const FORMAT: &str = "coldkeep-blobs 1\n";
const FORMAT_NAME: &str = "coldkeep-blobs ";

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

/// The epoch a directory of the root is for, if it is for one.
pub(super) fn parse_epoch(name: &str) -> Option<u32> {
    parse_hex(name, 6)
}

fn parse_hex(name: &str, digits: usize) -> Option<u32> {
    let plain = name.len() == digits && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    plain.then(|| u32::from_str_radix(name, 16).ok()).flatten()
}

/// Makes the directory if need be, locks it, and checks or writes the format record. The lock lasts as long as the file
/// that is returned.
pub(super) fn claim(disk: &dyn Disk, root: &Path) -> Result<Arc<dyn File>, Error> {
    let failed = |what: String| Error::Open(format!("{}: {what}", root.display()));
    let refused = |error: io::Error| failed(error.to_string());
    make(disk, root).map_err(refused)?;
    let lock = disk.open(&root.join("lock"), Mode::Create).map_err(refused)?;
    if !lock.try_lock().map_err(refused)? {
        return Err(failed("in use by another server".into()));
    }
    match coldkeep_disk::read(disk, &root.join("format")).map(|found| String::from_utf8_lossy(&found).into_owned()) {
        Ok(found) if found == FORMAT => Ok(lock),
        Ok(found) if found.starts_with(FORMAT_NAME) => {
            let (found, known) = (found.trim_end(), FORMAT.trim_end());
            Err(failed(format!("its format is {found:?}, this server knows {known:?}; use a newer server")))
        }
        Ok(_) => Err(failed("its format record is damaged".into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(name) = foreign(disk, root).map_err(refused)? {
                return Err(failed(format!("not a blob directory: it has no format record, but holds {name:?}")));
            }
            coldkeep_disk::replace(disk, &root.join("format"), FORMAT.as_bytes()).map_err(refused)?;
            Ok(lock)
        }
        Err(error) => Err(refused(error)),
    }
}

/// Something in a directory without a format record that keeps us from taking it for a new one.
fn foreign(disk: &dyn Disk, root: &Path) -> io::Result<Option<String>> {
    for name in disk.names(root)? {
        let name = name?.to_string_lossy().into_owned();
        if !matches!(&*name, "lock" | "format.new" | "lost+found") {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Makes the directory, durably, if it is missing.
fn make(disk: &dyn Disk, root: &Path) -> io::Result<()> {
    match disk.create_dir(root) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => coldkeep_disk::sync_dir(disk, root.parent().unwrap_or(Path::new("/"))),
    }
}
