//! A segment: a file of the journal, written full of zeros once and used again and again. A sync over blocks that are there
//! already needs no journal of the file system's own and is several times faster than one that grows a file.
//!
//! Its first block names it: magic (8 bytes), format (4), number (8), bytes of the file (8), CRC-32C over the store's nonce and all
//! of that (4), zeros. So a segment that was cut, renamed, or is another store's is noticed. Blocks of groups follow.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_disk::{Disk, File, Mode};

use super::super::checksum::crc32c;
use super::Nonce;
use super::block::BLOCK_BYTES;

const MAGIC: [u8; 8] = *b"ckjrnl02";
/// The format of the journal.
const FORMAT: u32 = 2;
const FIELDS: usize = 8 + 4 + 8 + 8;
/// How segments' names end.
const ENDING: &str = ".journal";

/// A segment that is open.
#[derive(Debug)]
pub struct Segment {
    pub file: Arc<dyn File>,
    pub number: u64,
    pub bytes: u64,
    /// The last version in it; 0 if none.
    pub last: u64,
}

/// The number of the segment of this name, if it is one's.
pub fn number(name: &str) -> Option<u64> {
    name.strip_suffix(ENDING)?.parse().ok()
}

/// Where the segment of this number lies.
pub fn path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:08}{ENDING}"))
}

/// Makes a segment. It has its name only when it is whole.
pub fn create(disk: &dyn Disk, dir: &Path, nonce: &Nonce, number: u64, bytes: u64) -> io::Result<Segment> {
    let path = path(dir, number);
    let new = path.with_extension("new");
    let file = disk.open(&new, Mode::Create)?;
    let made = fill(&*file, nonce, number, bytes).and_then(|()| disk.rename(&new, &path));
    if let Err(error) = made.and_then(|()| coldkeep_disk::sync_dir(disk, dir)) {
        // What could not be made shall not take room either.
        let _ = disk.remove_file(&new);
        return Err(error);
    }
    Ok(Segment { file, number, bytes, last: 0 })
}

fn fill(file: &dyn File, nonce: &Nonce, number: u64, bytes: u64) -> io::Result<()> {
    file.set_len(0)?;
    let zeros = vec![0; 1 << 20];
    let mut at = 0;
    while at < bytes {
        let part = zeros.len().min((bytes - at) as usize);
        file.write_all_at(&zeros[..part], at)?;
        at += part as u64;
    }
    file.write_all_at(&head(nonce, number, bytes), 0)?;
    file.sync_all()
}

fn head(nonce: &Nonce, number: u64, bytes: u64) -> [u8; BLOCK_BYTES] {
    let mut head = [0; BLOCK_BYTES];
    head[..8].copy_from_slice(&MAGIC);
    head[8..12].copy_from_slice(&FORMAT.to_be_bytes());
    head[12..20].copy_from_slice(&number.to_be_bytes());
    head[20..28].copy_from_slice(&bytes.to_be_bytes());
    let crc = crc32c(&[nonce, &head[..FIELDS]]);
    head[FIELDS..FIELDS + 4].copy_from_slice(&crc.to_be_bytes());
    head
}

/// What is wrong with a segment's first block or its length, if anything is.
pub fn check(data: &[u8], nonce: &Nonce, number: u64) -> Result<(), String> {
    let found = data.get(..BLOCK_BYTES).ok_or("it is shorter than a block")?;
    let format = u32::from_be_bytes([found[8], found[9], found[10], found[11]]);
    let bytes = u64::from_be_bytes(found[20..28].try_into().map_err(|_| "it has no size")?);
    match () {
        () if found == head(nonce, number, bytes) && data.len() as u64 == bytes => Ok(()),
        () if found == head(nonce, number, bytes) => Err(format!("it has {} bytes instead of {bytes}", data.len())),
        () if found.starts_with(&MAGIC) && format > FORMAT && found[FIELDS + 4..].iter().all(|byte| *byte == 0) => {
            Err(format!("it has format {format}, this server knows {FORMAT}; use a newer server"))
        }
        () => Err("its first block is damaged, or it is another store's or another segment".into()),
    }
}
