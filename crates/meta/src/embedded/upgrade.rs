//! The upgrade of a folder of format 1: a plain `redb` file and a journal whose groups had one checksum each.
//!
//! The old tree is read with everything in it checked, what its journal has beyond it is laid over, and a new tree is built beside
//! it. Then the new journal is made, the new tree gets its name, and the old files go. Nothing old is changed before that: cut
//! short anywhere, it begins again, or only removes what is left.
//!
//! The old journal: files `*.segment`. A group begins at a block of 4 KiB: magic (8 bytes), nonce (16), CRC-32C of all that
//! follows (4), payload length (4), the last version before the group (8) and the last one in it (8), then the payload, which
//! repeats version (8), key length (4), value length (4, all ones for a deletion), key, value. Numbers are big-endian.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use coldkeep_disk::{Disk, File, Mode, read_full_at};
use parking_lot::Mutex;
use redb::{Database, ReadableDatabase, ReadableTable, StorageBackend};

use super::build::Builder;
use super::checksum::crc32c;
use super::folder::{JOURNAL, NEW_TREE, exists, put_in_place, refused};
use super::format::{self, Format, RECORDS};
use super::journal::Nonce;
use super::overlay::Slots;
use super::record::Slot;
use crate::{Error, Version};

const OLD_TREE: &str = "metadata.redb";
const OLD_LAYOUT: u64 = 1;
const MAGIC: [u8; 8] = *b"ckjrnl01";
const BLOCK_BYTES: usize = 4096;
const HEAD_BYTES: usize = 8 + 16 + 4 + 4 + 8 + 8;
/// Bytes that the checksum covers begin here.
const COVERED: usize = 8 + 16 + 4;
const DELETED: u32 = u32::MAX;

/// Whether the folder has format 1, or something of it left.
pub(super) fn is_old(disk: &dyn Disk, dir: &Path) -> io::Result<bool> {
    exists(disk, &dir.join(OLD_TREE))
}

/// Upgrades the folder.
pub(super) fn upgrade(disk: &Arc<dyn Disk>, dir: &Path) -> Result<(), Error> {
    tracing::info!("the metadata has format 1 and is upgraded");
    let failed = |what: &dyn std::fmt::Display| refused(dir, &format_args!("the upgrade from format 1: {what}"));
    let file = disk.open(&dir.join(OLD_TREE), Mode::ReadWrite).map_err(|error| failed(&error))?;
    // A server from before there was a lock file locks the tree.
    if !file.try_lock().map_err(|error| failed(&error))? {
        return Err(failed(&"in use by another server"));
    }
    // Checked as a whole: its pages are not verified when they are read.
    let old = Database::builder()
        .set_check_integrity_on_open(true)
        .create_with_backend(Untouched { file, changed: Mutex::default(), len: Mutex::new(None) })
        .map_err(|error| failed(&error))?;
    let before = format::read(&old, OLD_LAYOUT).map_err(|error| failed(&error))?;
    let (newer, last) = replay(&**disk, &dir.join(JOURNAL), &before).map_err(|error| failed(&error))?;
    let format = Format { sequence: last, nonce: before.nonce };
    copy(&**disk, dir, &old, newer, &format)?;
    put_in_place(&**disk, dir, &format)?;
    drop(old);
    remove_old(&**disk, dir).map_err(|error| failed(&error))
}

fn copy(disk: &dyn Disk, dir: &Path, old: &Database, newer: Slots, format: &Format) -> Result<(), Error> {
    let failed = |what: &dyn std::fmt::Display| refused(dir, &format_args!("the upgrade from format 1: {what}"));
    let mut new = Builder::begin(disk, &dir.join(NEW_TREE))?;
    let table =
        old.begin_read().map_err(|error| failed(&error))?.open_table(RECORDS).map_err(|error| failed(&error))?;
    for found in table.iter().map_err(|error| failed(&error))? {
        let (key, stored) = found.map_err(|error| failed(&error))?;
        let (key, stored) = (key.value(), stored.value());
        if newer.contains_key(key) {
            continue;
        }
        let (version, value) = stored.split_first_chunk().ok_or_else(|| failed(&"a record has no version"))?;
        let version = Version(u64::from_be_bytes(*version));
        new.add(key.to_vec(), Slot::new(key, version, Some(value.to_vec())))?;
    }
    newer.into_iter().try_for_each(|(key, slot)| new.add(key, slot))?;
    new.finish(format)
}

/// Removes the files of format 1; the tree goes last, so that what is left still tells.
pub(super) fn remove_old(disk: &dyn Disk, dir: &Path) -> io::Result<()> {
    let journal = dir.join(JOURNAL);
    for name in disk.names(&journal)? {
        let path = journal.join(name?);
        if path.extension().is_some_and(|ending| ending == "segment") {
            disk.remove_file(&path)?;
        }
    }
    coldkeep_disk::sync_dir(disk, &journal)?;
    disk.remove_file(&dir.join(OLD_TREE))?;
    coldkeep_disk::sync_dir(disk, dir)
}

/// The records of the old journal that are newer than the tree, and the last version.
fn replay(disk: &dyn Disk, dir: &Path, format: &Format) -> Result<(Slots, u64), String> {
    let failed = |error: io::Error| error.to_string();
    let mut groups = Vec::new();
    let names = match disk.names(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Slots::new(), format.sequence)),
        names => names.map_err(failed)?,
    };
    for name in names {
        let path = dir.join(name.map_err(failed)?);
        if path.extension().is_some_and(|ending| ending == "segment") {
            let data = coldkeep_disk::read(disk, &path).map_err(failed)?;
            groups.extend(scan(&data, &format.nonce).into_iter().filter(|group| group.last > format.sequence));
        }
    }
    groups.sort_by_key(|group| group.last);
    let (mut slots, mut last) = (Slots::new(), format.sequence);
    for group in groups {
        if group.previous != last {
            return Err(format!("the journal has version {} but lacks what follows version {last}", group.last));
        }
        read_payload(&group.payload, &mut slots).ok_or("a group of the journal is malformed")?;
        last = group.last;
    }
    Ok((slots, last))
}

struct Group {
    previous: u64,
    last: u64,
    payload: Vec<u8>,
}

/// All whole groups of a segment.
fn scan(data: &[u8], nonce: &Nonce) -> Vec<Group> {
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

fn group(data: &[u8], nonce: &Nonce) -> Option<Group> {
    let rest = data.strip_prefix(&MAGIC)?.strip_prefix(nonce)?;
    let (crc, rest) = rest.split_first_chunk::<4>()?;
    let (payload_bytes, rest) = rest.split_first_chunk::<4>()?;
    let (previous, rest) = rest.split_first_chunk::<8>()?;
    let (last, rest) = rest.split_first_chunk::<8>()?;
    let payload = rest.get(..u32::from_be_bytes(*payload_bytes) as usize)?;
    let valid = crc32c(&[&data[COVERED..HEAD_BYTES + payload.len()]]) == u32::from_be_bytes(*crc);
    let (previous, last) = (u64::from_be_bytes(*previous), u64::from_be_bytes(*last));
    valid.then(|| Group { previous, last, payload: payload.to_vec() })
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
        slots.insert(key.to_vec(), Slot::new(key, Version(u64::from_be_bytes(*version)), value));
        payload = rest;
    }
    Some(())
}

/// The old tree's file for `redb`, which writes when it opens one: blocks that it writes stay in memory.
#[derive(Debug)]
struct Untouched {
    file: Arc<dyn File>,
    changed: Mutex<BTreeMap<u64, [u8; BLOCK_BYTES]>>,
    len: Mutex<Option<u64>>,
}

impl Untouched {
    fn block(&self, number: u64) -> io::Result<[u8; BLOCK_BYTES]> {
        if let Some(block) = self.changed.lock().get(&number) {
            return Ok(*block);
        }
        let mut block = [0; BLOCK_BYTES];
        read_full_at(&*self.file, &mut block, number * BLOCK_BYTES as u64)?;
        Ok(block)
    }
}

/// The blocks that bytes from `offset` on lie in: number, where in the block they begin, and which of them they are.
fn pieces(offset: u64, bytes: usize) -> impl Iterator<Item = (u64, usize, std::ops::Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (place, from) = (offset + at as u64, at);
        let within = (place % BLOCK_BYTES as u64) as usize;
        at = bytes.min(at + BLOCK_BYTES - within);
        (from < bytes).then_some((place / BLOCK_BYTES as u64, within, from..at))
    })
}

impl StorageBackend for Untouched {
    fn len(&self) -> io::Result<u64> {
        self.len.lock().map_or_else(|| self.file.len(), Ok)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        for (number, within, bytes) in pieces(offset, out.len()) {
            let length = bytes.len();
            out[bytes].copy_from_slice(&self.block(number)?[within..within + length]);
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        *self.len.lock() = Some(len);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        for (number, within, bytes) in pieces(offset, data.len()) {
            let mut block = self.block(number)?;
            block[within..within + bytes.len()].copy_from_slice(&data[bytes]);
            self.changed.lock().insert(number, block);
        }
        Ok(())
    }
}
