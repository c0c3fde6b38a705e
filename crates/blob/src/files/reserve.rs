//! Reserving room on the disk ahead of what is written, when the size is known.
//!
//! Measured with parts of 16 MiB: less CPU (a fifth and more), and faster, than letting each write find its blocks. Small files are
//! slower so, and are left alone. Room is reserved a step at a time, so that a declared size alone takes no disk.

use std::io;

use coldkeep_disk::File;

use super::format::whole_bytes;

/// Smaller blobs are not worth it.
const LEAST_BYTES: u64 = 4 << 20;
/// The most that is reserved ahead.
const STEP_BYTES: u64 = 64 << 20;
/// No blob is larger; a hint beyond it is no hint.
const MOST_BYTES: u64 = 1 << 50;

/// How far a file was reserved, and how far it is worth it.
pub(super) struct Reserve {
    reserved: u64,
    goal: u64,
}

impl Reserve {
    /// For a blob that is expected to have so many bytes of data.
    pub(super) fn new(hint: u64) -> Self {
        let goal = if (LEAST_BYTES..MOST_BYTES).contains(&hint) { whole_bytes(hint) } else { 0 };
        Self { reserved: 0, goal }
    }

    /// Called before the file is written up to `end`. Fails only if the disk is full.
    pub(super) fn make_room(&mut self, file: &dyn File, end: u64) -> io::Result<()> {
        if end <= self.reserved || self.reserved >= self.goal {
            return Ok(());
        }
        let until = self.goal.min(end + STEP_BYTES);
        match file.allocate(self.reserved, until - self.reserved) {
            Ok(()) => self.reserved = until,
            Err(error) if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
                return Err(error);
            }
            // Not every file system can; it goes without.
            Err(_) => self.goal = 0,
        }
        Ok(())
    }

    /// Whether room was reserved up to `end`.
    pub(super) fn covers(&self, end: u64) -> bool {
        end <= self.reserved
    }

    /// Gives back what was reserved beyond the real end of the file.
    pub(super) fn trim(&self, file: &dyn File, end: u64) -> io::Result<()> {
        if self.reserved > end { file.set_len(end) } else { Ok(()) }
    }
}
