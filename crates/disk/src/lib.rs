//! What the engines ask of a file system, as two small traits, so that they run on the machine's disk and on a simulated one.
//!
//! [`Disk`] has folders and names, [`File`] has bytes. Both promise what POSIX promises and no more:
//! - Bytes that were written survive a crash once [`File::sync_data`] returned; a file's name, and that a name is gone, once
//!   [`File::sync_all`] of its folder returned. Before that any part of them may be there, in any order.
//! - After a failed sync nobody knows what is on the disk: a later sync that succeeds says nothing about the bytes before.
//!
//! [`SystemDisk`] is the machine's. What an engine does not need is not here.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

#[cfg(feature = "simulated")]
pub mod simulated;
mod system;

use std::ffi::OsString;
use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;

pub use system::SystemDisk;

/// Bytes that are free and bytes in all, on the file system of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Bytes that can still be written.
    pub free_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A file or a folder that is there, for reading. A folder is opened to be synced.
    Read,
    /// A file that is there, for reading and writing.
    ReadWrite,
    /// A file that is there or is made, for reading and writing; its bytes stay.
    Create,
    /// A file that must not be there yet, for reading and writing.
    CreateNew,
}

/// The names in a folder, in no order.
pub type Names = Box<dyn Iterator<Item = io::Result<OsString>>>;

/// A file system. All calls may wait for the disk.
pub trait Disk: Debug + Send + Sync + 'static {
    /// Opens a file, or a folder with [`Mode::Read`].
    fn open(&self, path: &Path, mode: Mode) -> io::Result<Arc<dyn File>>;

    /// The names in a folder, without `.` and `..`.
    fn names(&self, path: &Path) -> io::Result<Names>;

    /// Makes a folder, whose parent is there.
    fn create_dir(&self, path: &Path) -> io::Result<()>;

    /// Gives a file another name in the same file system, in place of what has that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes the name of a file. Whoever has it open can go on reading.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder that is empty.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;

    /// Room on the file system that holds this folder.
    fn space(&self, path: &Path) -> io::Result<Space>;
}

/// A file that is open, or a folder.
pub trait File: Debug + Send + Sync + 'static {
    /// Reads at an offset; returns how much, 0 only at the end or for no room.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;

    /// As [`read_at`](File::read_at), but only what is in memory already; [`io::ErrorKind::WouldBlock`] where that is
    /// nothing or cannot be told.
    fn read_cached_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all bytes at an offset.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Makes the bytes and the length durable.
    fn sync_data(&self) -> io::Result<()>;

    /// Makes all of a file durable; of a folder, its names.
    fn sync_all(&self) -> io::Result<()>;

    /// Length in bytes.
    fn len(&self) -> io::Result<u64>;

    /// Whether there are no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Cuts the file, or makes it longer by zeros.
    fn set_len(&self, bytes: u64) -> io::Result<()>;

    /// Reserves room for bytes that will be written; the file becomes as long as they end.
    /// [`io::ErrorKind::Unsupported`] where the file system cannot.
    fn allocate(&self, offset: u64, bytes: u64) -> io::Result<()>;

    /// Has writes pass the page cache by, or not; returns how it now is. Writes are then aligned to 4,096 bytes in memory
    /// and in the file.
    fn set_direct(&self, on: bool) -> bool;

    /// Hints that bytes will be read soon.
    fn will_read(&self, offset: u64, bytes: u64);

    /// Hints that what the page cache has of the file is of no use.
    fn forget_cached(&self) -> io::Result<()>;

    /// Whether the file has no name any more.
    fn is_deleted(&self) -> bool;

    /// Locks the file against other processes for as long as it is open; `false` if somebody else holds the lock.
    fn try_lock(&self) -> io::Result<bool>;

    /// Locks the file, together with others who do the same, against who would lock it alone; `false` if somebody has.
    fn try_share(&self) -> io::Result<bool>;
}

/// Reads until `bytes` is full or the file ends; returns how much there was.
pub fn read_full_at(file: &dyn File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut length = 0;
    while length < bytes.len() {
        match file.read_at(&mut bytes[length..], offset + length as u64) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// All bytes of a file.
pub fn read(disk: &dyn Disk, path: &Path) -> io::Result<Vec<u8>> {
    let file = disk.open(path, Mode::Read)?;
    let mut bytes = vec![0; usize::try_from(file.len()?).map_err(io::Error::other)?];
    let length = read_full_at(&*file, &mut bytes, 0)?;
    bytes.truncate(length);
    Ok(bytes)
}

/// Makes a file with these bytes under this name, or puts it in the place of another: after a crash there is the old one or
/// the new one, whole. Uses the name with `.new` behind it.
pub fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = Path::new(&new);
    let file = disk.open(new, Mode::Create)?;
    file.set_len(0)?;
    file.write_all_at(bytes, 0)?;
    file.sync_all()?;
    disk.rename(new, path)?;
    match path.parent() {
        Some(folder) if folder != Path::new("") => sync_dir(disk, folder),
        _ => sync_dir(disk, Path::new(".")),
    }
}

/// Makes the names in a folder durable.
pub fn sync_dir(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    disk.open(path, Mode::Read)?.sync_all()
}

/// Makes a folder unless it is there; its parent is there.
pub fn make_dir(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    match disk.create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}
