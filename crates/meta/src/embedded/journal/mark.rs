//! The mark: a file beside the segments that says up to which version commits were acknowledged, so that a torn end of the
//! journal can be told from one that was lost.
//!
//! It has two slots, at 0 and 4,096, written in turn. A slot is one sector of 512 bytes, which is written whole or not at all:
//! magic (8 bytes), sequence (8), the last version synced (8), the block after it in the last segment (4), flags (4), how many
//! segments are in use (4), their numbers (8 each), zeros, and at 508 the CRC-32C over the store's nonce and all before. The
//! last segment is the one that is written to. The rest of the file is zero.
//!
//! The mark is a lower bound: it is written after each group but synced now and then, so that after a power cut there may be more
//! in the journal, never less.

use std::io;
use std::path::Path;
use std::sync::Arc;

use coldkeep_disk::{Disk, File, Mode};

use super::super::checksum::crc32c;
use super::Nonce;
use super::block::BLOCK_BYTES;

const MAGIC: [u8; 8] = *b"ckmark02";
const SLOT_BYTES: usize = 512;
const CRC_AT: usize = SLOT_BYTES - 4;
const NUMBERS_AT: usize = 8 + 8 + 8 + 4 + 4 + 4;
/// Segments that a mark can name.
pub const MAX_SEGMENTS: usize = (CRC_AT - NUMBERS_AT) / 8;
const CLEAN: u32 = 1;
/// Its name.
pub const NAME: &str = "mark";

/// What a mark says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// One more than that of the mark before.
    pub sequence: u64,
    /// All commits up to this version were synced.
    pub last: u64,
    /// The first block of the last segment after them.
    pub at: u32,
    /// The engine was closed after that: no group can be torn.
    pub clean: bool,
    /// The segments in use. The last one is written to; none in a journal that was never written to.
    pub segments: Vec<u64>,
}

/// The mark's file, open for writing.
#[derive(Debug)]
pub struct MarkFile {
    file: Arc<dyn File>,
    nonce: Nonce,
    pub mark: Mark,
    /// What was written is not synced.
    pub unsynced: bool,
}

impl MarkFile {
    /// Makes the file.
    pub fn create(disk: &dyn Disk, dir: &Path, nonce: Nonce, last: u64) -> io::Result<()> {
        let mark = Mark { sequence: 1, last, at: 1, clean: true, segments: Vec::new() };
        let mut bytes = vec![0; 2 * BLOCK_BYTES];
        for mark in [Mark { sequence: 0, ..mark.clone() }, mark] {
            bytes[mark.place()..][..SLOT_BYTES].copy_from_slice(&mark.encode(&nonce));
        }
        coldkeep_disk::replace(disk, &dir.join(NAME), &bytes)
    }

    /// Opens the file, which says `mark`.
    pub fn open(disk: &dyn Disk, dir: &Path, nonce: Nonce, mark: Mark) -> io::Result<Self> {
        Ok(Self { file: disk.open(&dir.join(NAME), Mode::ReadWrite)?, nonce, mark, unsynced: false })
    }

    /// Writes the mark as it is now.
    pub fn write(&mut self) -> io::Result<()> {
        self.mark.sequence += 1;
        self.unsynced = true;
        self.file.write_all_at(&self.mark.encode(&self.nonce), self.mark.place() as u64)
    }

    /// Makes what was written durable.
    pub fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        self.unsynced = false;
        Ok(())
    }

    /// The file, to be synced without the journal's lock.
    pub fn file(&self) -> Arc<dyn File> {
        self.file.clone()
    }
}

impl Mark {
    fn place(&self) -> usize {
        (self.sequence % 2) as usize * BLOCK_BYTES
    }

    fn encode(&self, nonce: &Nonce) -> [u8; SLOT_BYTES] {
        let flags = if self.clean { CLEAN } else { 0 };
        let mut bytes = Vec::with_capacity(SLOT_BYTES);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&self.sequence.to_be_bytes());
        bytes.extend_from_slice(&self.last.to_be_bytes());
        bytes.extend_from_slice(&self.at.to_be_bytes());
        bytes.extend_from_slice(&flags.to_be_bytes());
        bytes.extend_from_slice(&(self.segments.len() as u32).to_be_bytes());
        self.segments.iter().for_each(|number| bytes.extend_from_slice(&number.to_be_bytes()));
        let mut slot = [0; SLOT_BYTES];
        slot[..bytes.len()].copy_from_slice(&bytes);
        let crc = crc32c(&[nonce, &slot[..CRC_AT]]);
        slot[CRC_AT..].copy_from_slice(&crc.to_be_bytes());
        slot
    }

    fn decode(slot: &[u8], nonce: &Nonce) -> Option<Self> {
        let (covered, sum) = slot.split_at_checked(CRC_AT)?;
        let rest = covered.strip_prefix(&MAGIC)?;
        let (sequence, rest) = rest.split_first_chunk()?;
        let (last, rest) = rest.split_first_chunk()?;
        let (at, rest) = rest.split_first_chunk()?;
        let (flags, rest) = rest.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let numbers = rest.as_chunks().0.iter().take(u32::from_be_bytes(*count) as usize);
        let mark = Self {
            sequence: u64::from_be_bytes(*sequence),
            last: u64::from_be_bytes(*last),
            at: u32::from_be_bytes(*at),
            clean: u32::from_be_bytes(*flags) & CLEAN != 0,
            segments: numbers.map(|number| u64::from_be_bytes(*number)).collect(),
        };
        (crc32c(&[nonce, covered]).to_be_bytes() == sum).then_some(mark)
    }
}

/// Whether a mark of whatever store speaks of commits.
pub fn is_used(disk: &dyn Disk, dir: &Path) -> io::Result<bool> {
    let data = match coldkeep_disk::read(disk, &dir.join(NAME)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        data => data?,
    };
    let last = |at: usize| data.get(at + 16..at + 24).is_some_and(|last| last.iter().any(|byte| *byte != 0));
    Ok(last(0) || last(BLOCK_BYTES))
}

/// Reads a mark's file: the newest mark that is sound, and what is wrong with the file.
pub fn read(disk: &dyn Disk, dir: &Path, nonce: &Nonce) -> io::Result<(Option<Mark>, Vec<String>)> {
    let data = coldkeep_disk::read(disk, &dir.join(NAME))?;
    let mut wrong = Vec::new();
    let slots: Vec<_> = (0..2)
        .map(|number| {
            let at = number * BLOCK_BYTES;
            let slot = data.get(at..at + SLOT_BYTES).and_then(|slot| Mark::decode(slot, nonce));
            let slot = slot.filter(|mark| mark.place() == at);
            let rest = data.get(at + SLOT_BYTES..(at + BLOCK_BYTES).min(data.len())).unwrap_or_default();
            if slot.is_none() || rest.iter().any(|byte| *byte != 0) {
                wrong.push(format!("slot {number} of the journal's mark is damaged"));
            }
            slot
        })
        .collect();
    if data.len() != 2 * BLOCK_BYTES {
        wrong.push(format!("the journal's mark has {} bytes instead of {}", data.len(), 2 * BLOCK_BYTES));
    }
    Ok((slots.into_iter().flatten().max_by_key(|mark| mark.sequence), wrong))
}
