//! The blocks of checksums, kept in memory: those that were changed until they are written, of the others the ones used last.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;

use coldkeep_disk::{File, read_full_at};
use lru::LruCache;

use super::layout::{BLOCK_BYTES, GROUP_BLOCKS, group, sums_place};

/// Unchanged blocks that are kept: 4 MiB, for 4 GiB of tree.
const KEPT: NonZeroUsize = NonZeroUsize::new(1024).unwrap();
/// Changed blocks that are kept before they are written.
const CHANGED: usize = 1024;

type Entries = Box<[u32; GROUP_BLOCKS as usize]>;

/// The checksums of all blocks.
#[derive(Debug)]
pub struct Sums {
    kept: LruCache<u64, Entries>,
    changed: BTreeMap<u64, Entries>,
}

impl Default for Sums {
    fn default() -> Self {
        Self { kept: LruCache::new(KEPT), changed: BTreeMap::new() }
    }
}

impl Sums {
    /// The checksum of a block.
    pub fn get(&mut self, file: &dyn File, block: u64) -> io::Result<u32> {
        let (group, at) = (group(block), (block % GROUP_BLOCKS) as usize);
        if let Some(entries) = self.changed.get(&group) {
            return Ok(entries[at]);
        }
        Ok(self.kept.try_get_or_insert(group, || read(file, group))?[at])
    }

    /// Changes the checksum of a block.
    pub fn set(&mut self, file: &dyn File, block: u64, sum: u32) -> io::Result<()> {
        let (group, at) = (group(block), (block % GROUP_BLOCKS) as usize);
        if !self.changed.contains_key(&group) {
            if self.changed.len() >= CHANGED {
                // They may be written at any time: those of blocks that the tree names are as they were.
                self.write(file)?;
            }
            let entries = self.kept.pop(&group).map_or_else(|| read(file, group), Ok)?;
            self.changed.insert(group, entries);
        }
        if let Some(entries) = self.changed.get_mut(&group) {
            entries[at] = sum;
        }
        Ok(())
    }

    /// Writes what was changed. What cannot be written stays.
    pub fn write(&mut self, file: &dyn File) -> io::Result<()> {
        while let Some(entry) = self.changed.first_entry() {
            let bytes: Vec<u8> = entry.get().iter().flat_map(|sum| sum.to_le_bytes()).collect();
            file.write_all_at(&bytes, sums_place(*entry.key()))?;
            let (group, entries) = entry.remove_entry();
            self.kept.push(group, entries);
        }
        Ok(())
    }

    /// Forgets a group that is cut off the file.
    pub fn forget(&mut self, group: u64) {
        self.kept.pop(&group);
        self.changed.remove(&group);
    }
}

fn read(file: &dyn File, group: u64) -> io::Result<Entries> {
    let mut bytes = [0; BLOCK_BYTES];
    // What lies beyond the end was never written.
    read_full_at(file, &mut bytes, sums_place(group))?;
    let mut entries = Box::new([0; GROUP_BLOCKS as usize]);
    for (entry, bytes) in entries.iter_mut().zip(bytes.chunks_exact(4)) {
        *entry = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    Ok(entries)
}
