//! The guarded file as `redb` asks for one.

use std::io;
use std::ops::Bound;
use std::sync::Arc;

use redb::{BackendError, StorageBackend};

use super::Pages;

/// The guarded file from the last synced head on, for one opened `redb`.
#[derive(Debug)]
pub struct Backend {
    pub(super) pages: Arc<Pages>,
    pub(super) epoch: u64,
}

impl StorageBackend for Backend {
    fn len(&self) -> io::Result<u64> {
        self.pages.len(self.epoch)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.pages.read(self.epoch, offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.pages.set_len(self.epoch, len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.pages.sync(self.epoch)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.pages.write(self.epoch, offset, data)
    }

    // There is no other process: the folder is locked as a whole.

    fn try_lock_range(&self, _start: Bound<u64>, _end: Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }

    fn try_lock_shared_range(&self, _start: Bound<u64>, _end: Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }

    fn lock_range(&self, _start: Bound<u64>, _end: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn lock_shared_range(&self, _start: Bound<u64>, _end: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn unlock_range(&self, _start: Bound<u64>, _end: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn query_lock_range(&self, _start: Bound<u64>, _end: Bound<u64>) -> Result<bool, BackendError> {
        Ok(false)
    }
}
