//! The directory of a `Files` engine: its lock, its format record, and where blobs are in it.
//!
//! ```text
//! lock                    held (flock) while a server runs
//! format                  "coldkeep-blobs 1\n"
//! 00002a/                 blobs written by server run 42
//! 00002a/7f/<32 hex>      the blobs whose ids end in 7f
//! ```

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
pub(super) fn claim(root: &Path) -> Result<File, Error> {
    let failed = |what: String| Error::Open(format!("{}: {what}", root.display()));
    let refused = |error: io::Error| failed(error.to_string());
    fs::create_dir_all(root).map_err(refused)?;
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(root.join("lock")).map_err(refused)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(failed("in use by another server".into())),
        Err(TryLockError::Error(error)) => return Err(refused(error)),
    }
    match fs::read_to_string(root.join("format")) {
        Ok(found) if found == FORMAT => Ok(lock),
        Ok(found) if found.starts_with(FORMAT_NAME) => {
            let (found, known) = (found.trim_end(), FORMAT.trim_end());
            Err(failed(format!("its format is {found:?}, this server knows {known:?}; use a newer server")))
        }
        Ok(_) => Err(failed("its format record is damaged".into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(name) = foreign(root).map_err(refused)? {
                return Err(failed(format!("not a blob directory: it has no format record, but holds {name:?}")));
            }
            write_format(root).map_err(refused)?;
            Ok(lock)
        }
        Err(error) => Err(refused(error)),
    }
}

/// Something in a directory without a format record that keeps us from taking it for a new one.
fn foreign(root: &Path) -> io::Result<Option<String>> {
    for entry in fs::read_dir(root)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !matches!(&*name, "lock" | "format.new" | "lost+found") {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

fn write_format(root: &Path) -> io::Result<()> {
    let new = root.join("format.new");
    let mut file = File::create(&new)?;
    file.write_all(FORMAT.as_bytes())?;
    file.sync_all()?;
    fs::rename(new, root.join("format"))?;
    File::open(root)?.sync_all()
}
