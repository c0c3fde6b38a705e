//! The ballast: a file of some MiB that is there to be given up. When the tree needs room on a disk that is full to the last
//! byte, the ballast goes, so that what frees room can still be written down. It is made again when there is room for it.
//!
//! It is filled with numbers that no file system can compress, from which each flip in it is told.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use coldkeep_disk::{Disk, Mode, read_full_at};

/// It is made only where so many times its bytes are free.
const ROOM_FACTOR: u64 = 4;
const PIECE_BYTES: usize = 1 << 20;

/// The ballast of a folder.
#[derive(Debug)]
pub(super) struct Ballast {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    bytes: u64,
    there: bool,
}

impl Ballast {
    /// The ballast in `dir`, of so many bytes; none if that is 0.
    pub fn open(disk: Arc<dyn Disk>, dir: PathBuf, bytes: u64) -> Self {
        let there = disk.open(&dir.join("ballast"), Mode::Read).is_ok();
        Self { disk, dir, bytes, there }
    }

    /// Makes it, if it is not there and there is room for it.
    pub fn make(&mut self) {
        if self.there
            || self.bytes == 0
            || self.disk.space(&self.dir).is_ok_and(|space| space.free_bytes < ROOM_FACTOR * self.bytes)
        {
            return;
        }
        match self.write() {
            Ok(()) => self.there = true,
            Err(error) => tracing::debug!(%error, "no ballast was made"),
        }
    }

    /// Gives it up; whether that freed anything.
    pub fn give_up(&mut self) -> bool {
        if !std::mem::take(&mut self.there) {
            return false;
        }
        let removed = self.disk.remove_file(&self.dir.join("ballast"));
        let removed = removed.and_then(|()| coldkeep_disk::sync_dir(&*self.disk, &self.dir));
        match &removed {
            Ok(()) => {
                tracing::warn!(bytes = self.bytes, "the disk is full: the metadata's ballast was given up, free room")
            }
            Err(error) => tracing::warn!(%error, "the metadata's ballast cannot be given up"),
        }
        removed.is_ok()
    }

    fn write(&self) -> io::Result<()> {
        let new = self.dir.join("ballast.new");
        let written = self.fill(&new).and_then(|()| self.disk.rename(&new, &self.dir.join("ballast")));
        if written.is_err() {
            // It must not stand in the way of what it is for.
            let _ = self.disk.remove_file(&new);
        }
        written.and_then(|()| coldkeep_disk::sync_dir(&*self.disk, &self.dir))
    }

    fn fill(&self, path: &std::path::Path) -> io::Result<()> {
        let file = self.disk.open(path, Mode::Create)?;
        file.set_len(0)?;
        for at in (0..self.bytes).step_by(PIECE_BYTES) {
            file.write_all_at(&piece(at, PIECE_BYTES.min((self.bytes - at) as usize)), at)?;
        }
        file.sync_all()
    }
}

/// What is wrong with the ballast in `dir`, if there is one.
pub(super) fn prove(disk: &dyn Disk, dir: &std::path::Path, report: &mut dyn FnMut(String)) -> io::Result<()> {
    let file = match disk.open(&dir.join("ballast"), Mode::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    let mut found = vec![0; PIECE_BYTES];
    for at in (0..file.len()?).step_by(PIECE_BYTES) {
        let length = read_full_at(&*file, &mut found, at)?;
        if found[..length] != piece(at, length) {
            report(format!("the ballast is damaged after byte {at}; it holds no data"));
        }
    }
    Ok(())
}

fn piece(at: u64, bytes: usize) -> Vec<u8> {
    // The finaliser of SplitMix64 over the number of each word.
    let word = |number: u64| {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).to_le_bytes()
    };
    let mut piece: Vec<u8> = (at / 8..).take(bytes.div_ceil(8)).flat_map(word).collect();
    piece.truncate(bytes);
    piece
}
