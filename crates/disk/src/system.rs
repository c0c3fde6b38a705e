//! The machine's own disk: one system call for each call.

#![expect(clippy::disallowed_methods, reason = "this is the seam")]

use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, IoSliceMut};
use std::num::NonZeroU64;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::fs::{Advice, FallocateFlags, OFlags, fadvise, fallocate, fcntl_setfl, statvfs};
use rustix::io::{Errno, ReadWriteFlags, preadv2};

use crate::{Disk, File, Mode, Names, Space};

/// The machine's disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn open(&self, path: &Path, mode: Mode) -> io::Result<Arc<dyn File>> {
        let mut options = OpenOptions::new();
        options.read(true);
        match mode {
            Mode::Read => &mut options,
            Mode::ReadWrite => options.write(true),
            Mode::Create => options.write(true).create(true).truncate(false),
            Mode::CreateNew => options.write(true).create_new(true),
        };
        Ok(Arc::new(SystemFile { file: options.open(path)?, direct: AtomicU8::new(OFF) }))
    }

    fn names(&self, path: &Path) -> io::Result<Names> {
        Ok(Box::new(fs::read_dir(path)?.map(|entry| Ok(entry?.file_name()))))
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn space(&self, path: &Path) -> io::Result<Space> {
        let space = statvfs(path)?;
        Ok(Space { free_bytes: space.f_bavail * space.f_frsize, total_bytes: space.f_blocks * space.f_frsize })
    }
}

const OFF: u8 = 0;
const ON: u8 = 1;
/// The file system cannot.
const NEVER: u8 = 2;

#[derive(Debug)]
struct SystemFile {
    file: fs::File,
    direct: AtomicU8,
}

impl File for SystemFile {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(bytes, offset)
    }

    fn read_cached_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        match preadv2(&self.file, &mut [IoSliceMut::new(bytes)], offset, ReadWriteFlags::NOWAIT) {
            // Not every file system can tell.
            Err(Errno::AGAIN | Errno::OPNOTSUPP) => Err(io::ErrorKind::WouldBlock.into()),
            read => Ok(read?),
        }
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }

    fn allocate(&self, offset: u64, bytes: u64) -> io::Result<()> {
        match fallocate(&self.file, FallocateFlags::empty(), offset, bytes) {
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Err(io::ErrorKind::Unsupported.into()),
            other => Ok(other?),
        }
    }

    fn set_direct(&self, on: bool) -> bool {
        let now = self.direct.load(Ordering::Relaxed);
        let next = match (now, on) {
            (ON, true) | (OFF, false) | (NEVER, _) => now,
            _ => {
                let flags = if on { OFlags::DIRECT } else { OFlags::empty() };
                match (fcntl_setfl(&self.file, flags), on) {
                    (Err(_), _) => NEVER,
                    (Ok(()), true) => ON,
                    (Ok(()), false) => OFF,
                }
            }
        };
        self.direct.store(next, Ordering::Relaxed);
        next == ON
    }

    fn will_read(&self, offset: u64, bytes: u64) {
        // Only a hint: what is not fetched is read when it is asked for.
        let _ = fadvise(&self.file, offset, NonZeroU64::new(bytes), Advice::WillNeed);
    }

    fn forget_cached(&self) -> io::Result<()> {
        Ok(fadvise(&self.file, 0, None, Advice::DontNeed)?)
    }

    fn is_deleted(&self) -> bool {
        self.file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
    }

    fn try_lock(&self) -> io::Result<bool> {
        is_locked(self.file.try_lock())
    }

    fn try_share(&self) -> io::Result<bool> {
        is_locked(self.file.try_lock_shared())
    }
}

fn is_locked(outcome: Result<(), TryLockError>) -> io::Result<bool> {
    match outcome {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{make_dir, read, replace};

    #[test]
    fn files_are_made_replaced_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, disk) = (dir.path().join("a"), SystemDisk);
        make_dir(&disk, &folder).unwrap();
        make_dir(&disk, &folder).unwrap();
        let path = folder.join("file");
        replace(&disk, &path, b"one").unwrap();
        let old = disk.open(&path, Mode::Read).unwrap();
        replace(&disk, &path, b"three").unwrap();
        assert_eq!((read(&disk, &path).unwrap(), old.is_deleted()), (b"three".to_vec(), true));
        assert!(disk.open(&path, Mode::CreateNew).is_err());
        let names: Vec<_> = disk.names(&folder).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(names, ["file"]);
        disk.remove_file(&path).unwrap();
        disk.remove_dir(&folder).unwrap();
    }

    #[test]
    fn a_lock_is_held_while_its_file_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = SystemDisk.open(&path, Mode::Create).unwrap();
        let second = SystemDisk.open(&path, Mode::Create).unwrap();
        assert!(first.try_lock().unwrap() && !second.try_lock().unwrap() && !second.try_share().unwrap());
        drop(first);
        assert!(second.try_lock().unwrap());
    }

    #[test]
    fn several_share_a_lock_and_nobody_is_alone_then() {
        let dir = tempfile::tempdir().unwrap();
        let open = || SystemDisk.open(&dir.path().join("lock"), Mode::Create).unwrap();
        let (first, second, alone) = (open(), open(), open());
        assert!(first.try_share().unwrap() && second.try_share().unwrap());
        assert!(!alone.try_lock().unwrap());
        drop(first);
        assert!(!alone.try_lock().unwrap());
        drop(second);
        assert!(alone.try_lock().unwrap());
    }
}
