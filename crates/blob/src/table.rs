//! Checksums of a blob's data, as both engines that last keep them: one for each 64 KiB, in pages with a checksum of their own. Pure: no I/O.
//!
//! ```text
//! page    at most 1,023 CRCs, one for each 64 KiB of data, and a CRC of its own over blob id, page number, CRCs
//! ```
//!
//! Integers are big-endian, CRCs are CRC-32C. Pages let a range of a large blob be read with one page of the table.

use std::ops::Range;

use coldkeep_types::Id;
use crc_fast::{CrcAlgorithm, Digest};

/// Data bytes under one CRC.
pub const BLOCK_BYTES: u64 = 64 << 10;
/// The most CRCs in a page, and the bytes of a page that has as many.
pub const PAGE_CRCS: u64 = 1023;
/// The bytes of a page that is full.
pub const PAGE_BYTES: u64 = 4096;
/// The bytes of a CRC.
pub const CRC_BYTES: usize = 4;

/// The CRC-32C of bytes.
pub fn crc(bytes: &[u8]) -> u32 {
    crc_fast::checksum(CrcAlgorithm::Crc32Iscsi, bytes) as u32
}

/// The big-endian number at a place, if it lies within the bytes.
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Appends the CRC of what is there.
pub fn seal(bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&crc(bytes).to_be_bytes());
}

/// What comes before the CRC at the end, if it is right.
pub fn unseal(bytes: &[u8]) -> Option<&[u8]> {
    let (body, stored) = bytes.split_last_chunk::<CRC_BYTES>()?;
    (crc(body).to_be_bytes() == *stored).then_some(body)
}

/// The bytes of the table of data of this size.
pub fn table_bytes(size: u64) -> u64 {
    let blocks = size.div_ceil(BLOCK_BYTES);
    (blocks + blocks.div_ceil(PAGE_CRCS)) * CRC_BYTES as u64
}

/// The page that holds a block's CRC, and where that page is in the table.
pub fn page_of_block(block: u64, size: u64) -> (u64, Range<u64>) {
    let page = block / PAGE_CRCS;
    let blocks = size.div_ceil(BLOCK_BYTES);
    let crcs = PAGE_CRCS.min(blocks.saturating_sub(page * PAGE_CRCS));
    let start = page * PAGE_BYTES;
    (page, start..start + (crcs + 1) * CRC_BYTES as u64)
}

fn page_crc(id: Id, page: u64, crcs: &[u8]) -> u32 {
    let mut digest = Digest::new(CrcAlgorithm::Crc32Iscsi);
    digest.update(id.as_bytes());
    digest.update(&page.to_be_bytes());
    digest.update(crcs);
    digest.finalize() as u32
}

/// One page of the table.
pub struct Page {
    number: u64,
    crcs: Vec<u8>,
}

impl Page {
    /// Checks a page as it was read.
    pub fn read(mut bytes: Vec<u8>, id: Id, number: u64) -> Result<Self, String> {
        let right = bytes
            .split_last_chunk::<CRC_BYTES>()
            .is_some_and(|(crcs, stored)| page_crc(id, number, crcs).to_be_bytes() == *stored);
        if !right {
            return Err(format!("page {number} of its checksum table fails its own checksum"));
        }
        bytes.truncate(bytes.len() - CRC_BYTES);
        Ok(Self { number, crcs: bytes })
    }

    /// Which page of the table it is.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The first block after those whose CRCs this page holds.
    pub fn end(&self) -> u64 {
        self.number * PAGE_CRCS + PAGE_CRCS
    }

    /// The CRC of a block, if this page holds it.
    pub fn crc(&self, block: u64) -> Option<u32> {
        let index = block.checked_sub(self.number * PAGE_CRCS)? as usize;
        u32_at(&self.crcs, index.checked_mul(CRC_BYTES)?)
    }
}

/// The checksums of data as it is written.
pub struct Checksums {
    id: Id,
    size: u64,
    /// Big-endian, one per full block.
    crcs: Vec<u8>,
    block: Digest,
}

impl Checksums {
    /// Those of a blob of which nothing is written yet.
    pub fn new(id: Id) -> Self {
        Self { id, size: 0, crcs: Vec::new(), block: Digest::new(CrcAlgorithm::Crc32Iscsi) }
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next bytes.
    pub fn update(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            let room = (BLOCK_BYTES - self.size % BLOCK_BYTES) as usize;
            let (now, rest) = data.split_at(room.min(data.len()));
            self.block.update(now);
            self.size += now.len() as u64;
            if self.size.is_multiple_of(BLOCK_BYTES) {
                self.end_block();
            }
            data = rest;
        }
    }

    fn end_block(&mut self) {
        self.crcs.extend_from_slice(&(self.block.finalize_reset() as u32).to_be_bytes());
    }

    /// The table.
    pub fn finish(mut self) -> Vec<u8> {
        if !self.size.is_multiple_of(BLOCK_BYTES) {
            self.end_block();
        }
        let mut table = Vec::with_capacity(table_bytes(self.size) as usize);
        for (number, crcs) in self.crcs.chunks(PAGE_CRCS as usize * CRC_BYTES).enumerate() {
            table.extend_from_slice(crcs);
            table.extend_from_slice(&page_crc(self.id, number as u64, crcs).to_be_bytes());
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_many_pages_are_found_again() {
        let id = Id::from_bytes([7; 16]);
        for size in
            [0, 1, BLOCK_BYTES, BLOCK_BYTES + 1, BLOCK_BYTES * 1023, BLOCK_BYTES * 1023 + 1, BLOCK_BYTES * 2100 - 1]
        {
            let blocks = size.div_ceil(BLOCK_BYTES);
            let mut sums = Checksums::new(id);
            // Only the table matters here: pretend that the data was hashed.
            sums.size = size;
            let full = size / BLOCK_BYTES;
            (0..full).for_each(|block| sums.crcs.extend_from_slice(&(block as u32).to_be_bytes()));
            let table = sums.finish();
            assert_eq!(table.len() as u64, table_bytes(size));
            for block in 0..blocks {
                let (number, place) = page_of_block(block, size);
                let bytes = table[place.start as usize..place.end as usize].to_vec();
                assert!(Page::read(bytes.clone(), id, number + 1).is_err());
                let page = Page::read(bytes, id, number).unwrap();
                assert!(block >= full || page.crc(block) == Some(block as u32), "{size} {block}");
                assert!(page.crc(block).is_some() && page.crc(blocks).is_none());
            }
        }
    }

    #[test]
    fn checksums_do_not_depend_on_how_data_was_cut() {
        let data: Vec<u8> = (0..300_000u32).map(|index| (index % 253) as u8).collect();
        let cut = |step: usize| {
            let mut sums = Checksums::new(Id::from_bytes([1; 16]));
            data.chunks(step).for_each(|chunk| sums.update(chunk));
            sums.finish()
        };
        let whole = cut(data.len());
        assert_eq!(u32_at(&whole, 0), Some(crc(&data[..BLOCK_BYTES as usize])));
        for step in [1, 1000, 65_535, 65_536, 65_537] {
            assert_eq!(cut(step), whole, "{step}");
        }
    }
}
