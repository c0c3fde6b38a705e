//! The journal: groups of commits, made durable by one write and one sync each, ahead of the tree.
//!
//! It consists of segments, files written full of zeros once and used again and again: a sync over blocks that are there
//! already needs no journal of the file system's own and is several times faster than one that grows a file.
//!
//! A group begins at a block of 4 KiB: magic (8 bytes), nonce (16), CRC32C of all that follows (4), payload length (4), the
//! last version before the group (8) and the last one in it (8), then the payload; all numbers big-endian. The nonce is
//! the store's own and secret, so that bytes of a user's object that a reused segment still holds can never be read as a
//! group. The payload repeats: version (8), key length (4), value length (4, all ones for a deletion), key, value.
//!
//! On opening, the groups after the tree's version are found in any segment and must follow each other without a gap. A
//! group that was torn by a crash fails its checksum and is followed by none: it was never acknowledged, and is cut. A
//! valid group behind a gap means damage: it is reported, and nothing is guessed.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_disk::{Disk, File, Mode};
use crc_fast::{CrcAlgorithm, Digest};

use super::overlay::{Slot, Slots};
use crate::Version;

const MAGIC: [u8; 8] = *b"ckjrnl01";
const BLOCK_BYTES: usize = 4096;
const HEAD_BYTES: usize = 8 + 16 + 4 + 4 + 8 + 8;
/// Bytes that the checksum covers begin here.
const COVERED: usize = 8 + 16 + 4;
/// Bytes of a segment; one for a larger group is as large as that.
const SEGMENT_BYTES: u64 = 4 << 20;
/// Segments that are kept for reuse.
const KEPT_SEGMENTS: usize = 8;
const DELETED: u32 = u32::MAX;

/// Sixteen secret random bytes that mark a store's groups.
pub(super) type Nonce = [u8; 16];

struct Segment {
    file: Arc<dyn File>,
    path: PathBuf,
    bytes: u64,
    /// The last version in it; 0 if none.
    last: u64,
}

/// The journal, open for appending.
pub(super) struct Journal {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    nonce: Nonce,
    next_number: u64,
    /// Where the next group goes, if it fits.
    current: Option<(Segment, u64)>,
    /// Segments with groups that the tree may not have, in any order.
    full: Vec<Segment>,
    free: Vec<Segment>,
    buffer: Vec<u8>,
}

/// A group that was found on opening.
struct Found {
    previous: u64,
    last: u64,
    payload: Vec<u8>,
}

impl Journal {
    /// Opens the journal in `dir`; gives the records newer than `applied`, the tree's version, and the last version.
    pub fn open(disk: Arc<dyn Disk>, dir: &Path, nonce: Nonce, applied: u64) -> io::Result<(Self, Slots, u64)> {
        coldkeep_disk::make_dir(&*disk, dir)?;
        let (mut segments, mut groups, mut next_number) = (Vec::new(), Vec::new(), 0);
        for name in disk.names(dir)? {
            let path = dir.join(name?);
            let Some(number) = path.file_stem().and_then(|stem| stem.to_str()?.parse::<u64>().ok()) else { continue };
            next_number = next_number.max(number + 1);
            let data = coldkeep_disk::read(&*disk, &path)?;
            let found = scan(&data, &nonce);
            let last = found.iter().map(|group| group.last).max().unwrap_or(0);
            groups.extend(found.into_iter().filter(|group| group.last > applied));
            let file = disk.open(&path, Mode::ReadWrite)?;
            segments.push(Segment { file, path, bytes: data.len() as u64, last });
        }
        groups.sort_by_key(|group| group.last);
        let (mut slots, mut last) = (Slots::new(), applied);
        for group in groups {
            if group.previous != last {
                let what = format!("the journal has version {} but lacks what follows version {last}", group.last);
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            read_payload(&group.payload, &mut slots)
                .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a group of the journal is malformed"))?;
            last = group.last;
        }
        // A segment whose size was cut by a crash while it was made is not worth keeping.
        let (full, rest): (Vec<_>, Vec<_>) = segments.into_iter().partition(|segment| segment.last > applied);
        let (free, stale): (Vec<_>, Vec<_>) = rest.into_iter().partition(|segment| segment.bytes >= SEGMENT_BYTES);
        for segment in stale {
            disk.remove_file(&segment.path)?;
        }
        let dir = dir.to_owned();
        let journal = Self { disk, dir, nonce, next_number, current: None, full, free, buffer: Vec::new() };
        Ok((journal, slots, last))
    }

    /// Makes a group durable.
    pub fn append(&mut self, slots: &Slots, previous: u64, last: u64) -> io::Result<()> {
        self.fill_buffer(slots, previous, last);
        let needed = self.buffer.len() as u64;
        if self.current.as_ref().is_none_or(|(segment, at)| at + needed > segment.bytes) {
            self.rotate(needed)?;
        }
        let Some((segment, at)) = &mut self.current else { return Err(io::Error::other("no segment")) };
        segment.file.write_all_at(&self.buffer, *at)?;
        segment.file.sync_data()?;
        *at += needed;
        segment.last = last;
        // A rare large group shall not keep its memory.
        if self.buffer.capacity() > 1 << 20 {
            self.buffer = Vec::new();
        }
        Ok(())
    }

    /// Frees the segments whose groups are all in the tree now, up to version `applied`.
    pub fn recycle(&mut self, applied: u64) -> io::Result<()> {
        let (done, full): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.full).into_iter().partition(|segment| segment.last <= applied);
        self.full = full;
        for segment in done {
            if self.free.len() < KEPT_SEGMENTS && segment.bytes == SEGMENT_BYTES {
                self.free.push(segment);
            } else {
                self.disk.remove_file(&segment.path)?;
            }
        }
        Ok(())
    }

    fn rotate(&mut self, needed: u64) -> io::Result<()> {
        self.full.extend(self.current.take().map(|(segment, _)| segment));
        let fits = self.free.iter().position(|segment| segment.bytes >= needed);
        let segment = match fits {
            Some(at) => self.free.swap_remove(at),
            None => self.create(needed.max(SEGMENT_BYTES))?,
        };
        // Cached pages may be joined to large folios, and a write of a block into one makes the system write all of it.
        segment.file.forget_cached()?;
        self.current = Some((segment, 0));
        Ok(())
    }

    fn create(&mut self, bytes: u64) -> io::Result<Segment> {
        let path = self.dir.join(format!("{:08}.segment", self.next_number));
        self.next_number += 1;
        let file = self.disk.open(&path, Mode::CreateNew)?;
        let zeros = vec![0; 1 << 20];
        let mut at = 0;
        while at < bytes {
            let part = zeros.len().min((bytes - at) as usize);
            file.write_all_at(&zeros[..part], at)?;
            at += part as u64;
        }
        file.sync_all()?;
        coldkeep_disk::sync_dir(&*self.disk, &self.dir)?;
        Ok(Segment { file, path, bytes, last: 0 })
    }

    fn fill_buffer(&mut self, slots: &Slots, previous: u64, last: u64) {
        let buffer = &mut self.buffer;
        buffer.clear();
        buffer.extend_from_slice(&MAGIC);
        buffer.extend_from_slice(&self.nonce);
        buffer.extend_from_slice(&[0; 8]);
        buffer.extend_from_slice(&previous.to_be_bytes());
        buffer.extend_from_slice(&last.to_be_bytes());
        for (key, Slot { version, value }) in slots {
            buffer.extend_from_slice(&version.0.to_be_bytes());
            buffer.extend_from_slice(&(key.len() as u32).to_be_bytes());
            buffer.extend_from_slice(&value.as_ref().map_or(DELETED, |value| value.len() as u32).to_be_bytes());
            buffer.extend_from_slice(key);
            buffer.extend_from_slice(value.as_deref().unwrap_or_default());
        }
        let payload_bytes = (buffer.len() - HEAD_BYTES) as u32;
        buffer[COVERED..COVERED + 4].copy_from_slice(&payload_bytes.to_be_bytes());
        let crc = crc32c(&buffer[COVERED..]);
        buffer[COVERED - 4..COVERED].copy_from_slice(&crc.to_be_bytes());
        buffer.resize(buffer.len().next_multiple_of(BLOCK_BYTES), 0);
    }
}

/// All whole groups of a segment.
fn scan(data: &[u8], nonce: &Nonce) -> Vec<Found> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at + HEAD_BYTES <= data.len() {
        match group(&data[at..], nonce) {
            Some(group) => {
                at += (HEAD_BYTES + group.payload.len()).next_multiple_of(BLOCK_BYTES);
                found.push(group);
            }
            None => at += BLOCK_BYTES,
        }
    }
    found
}

fn group(data: &[u8], nonce: &Nonce) -> Option<Found> {
    let rest = data.strip_prefix(&MAGIC)?.strip_prefix(nonce)?;
    let (crc, rest) = rest.split_first_chunk::<4>()?;
    let (payload_bytes, rest) = rest.split_first_chunk::<4>()?;
    let (previous, rest) = rest.split_first_chunk::<8>()?;
    let (last, rest) = rest.split_first_chunk::<8>()?;
    let payload = rest.get(..u32::from_be_bytes(*payload_bytes) as usize)?;
    let covered = &data[COVERED..HEAD_BYTES + payload.len()];
    let valid = crc32c(covered) == u32::from_be_bytes(*crc);
    let (previous, last) = (u64::from_be_bytes(*previous), u64::from_be_bytes(*last));
    valid.then(|| Found { previous, last, payload: payload.to_vec() })
}

fn read_payload(mut payload: &[u8], slots: &mut Slots) -> Option<()> {
    while !payload.is_empty() {
        let (version, rest) = payload.split_first_chunk::<8>()?;
        let (key_bytes, rest) = rest.split_first_chunk::<4>()?;
        let (value_bytes, rest) = rest.split_first_chunk::<4>()?;
        let (key, rest) = rest.split_at_checked(u32::from_be_bytes(*key_bytes) as usize)?;
        let (value, rest) = match u32::from_be_bytes(*value_bytes) {
            DELETED => (None, rest),
            bytes => {
                let (value, rest) = rest.split_at_checked(bytes as usize)?;
                (Some(value.to_vec()), rest)
            }
        };
        slots.insert(key.to_vec(), Slot { version: Version(u64::from_be_bytes(*version)), value });
        payload = rest;
    }
    Some(())
}

fn crc32c(data: &[u8]) -> u32 {
    let mut digest = Digest::new(CrcAlgorithm::Crc32Iscsi);
    digest.update(data);
    digest.finalize() as u32
}

#[cfg(test)]
mod tests {
    use coldkeep_disk::SystemDisk;

    use super::*;

    fn open(dir: &Path, nonce: u8, applied: u64) -> io::Result<(Journal, Slots, u64)> {
        Journal::open(Arc::new(SystemDisk), dir, [nonce; 16], applied)
    }

    fn slots(number: u64) -> Slots {
        let value = Some(vec![number as u8; 3000]);
        let put = (format!("k{number:04}").into_bytes(), Slot { version: Version(number), value });
        let deleted = (b"gone".to_vec(), Slot { version: Version(number), value: None });
        [put, deleted].into()
    }

    fn write(dir: &Path, groups: std::ops::RangeInclusive<u64>) {
        let (mut journal, ..) = open(dir, 7, groups.start() - 1).unwrap();
        groups.for_each(|number| journal.append(&slots(number), number - 1, number).unwrap());
    }

    fn segments(dir: &Path) -> Vec<PathBuf> {
        let mut paths: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }

    #[test]
    fn everything_after_the_trees_version_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), 1..=1200);
        assert!(segments(dir.path()).len() > 1);
        let (_, found, last) = open(dir.path(), 7, 1000).unwrap();
        assert_eq!((found.len(), last), (201, 1200));
        assert_eq!(found[b"k1001".as_slice()], slots(1001)[b"k1001".as_slice()]);
        assert_eq!(found[b"gone".as_slice()].value, None);
        // Another store's groups are none of ours.
        let (_, foreign, last) = open(dir.path(), 8, 1000).unwrap();
        assert_eq!((foreign.len(), last), (0, 1000));
    }

    #[test]
    fn a_torn_tail_is_cut_and_damage_before_it_is_refused() {
        let flip = |path: &Path, at: usize| {
            let mut data = std::fs::read(path).unwrap();
            data[at] ^= 1;
            std::fs::write(path, data).unwrap();
        };
        for (group, cut) in [(10, true), (9, false), (1, false)] {
            let dir = tempfile::tempdir().unwrap();
            write(dir.path(), 1..=10);
            flip(&segments(dir.path())[0], (group - 1) * BLOCK_BYTES + 1000);
            match open(dir.path(), 7, 0) {
                Ok((_, _, last)) => assert!(cut && last == 9, "group {group}"),
                Err(error) => assert!(!cut && error.to_string().contains("lacks what follows"), "{error}"),
            }
        }
    }

    #[test]
    fn segments_are_used_again() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, ..) = open(dir.path(), 7, 0).unwrap();
        for number in 1..=4_000 {
            journal.append(&slots(number), number - 1, number).unwrap();
            if number % 500 == 0 {
                journal.recycle(number).unwrap();
            }
        }
        drop(journal);
        assert!(segments(dir.path()).len() <= 3, "{}", segments(dir.path()).len());
        let (_, found, last) = open(dir.path(), 7, 3_999).unwrap();
        assert_eq!((found.len(), last), (2, 4_000));
    }
}
