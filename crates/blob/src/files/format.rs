//! The bytes of a blob file, format 1. Pure: no I/O.
//!
//! ```text
//! header   4,096 bytes   "CKBLOB\r\n", version, id, label, zeros, CRC
//! data     size bytes
//! table    pages of at most 1,023 CRCs, one per 64 KiB of data, each page with a CRC of its own over blob id, page number, CRCs
//! trailer  48 bytes      "CKTAIL\r\n", id, size, zeros, CRC
//! ```
//!
//! Integers are big-endian, CRCs are CRC-32C. A file is whole exactly if its trailer is and its length is the one that the
//! trailer's size makes. Every byte of a file is covered by some CRC. Pages let a range of a large blob be read with one page
//! of the table.

use std::ops::Range;

use coldkeep_types::Id;
use crc_fast::{CrcAlgorithm, Digest};

use crate::{Label, MAX_LABEL_BYTES};

pub(super) const HEADER_BYTES: usize = 4096;
pub(super) const TRAILER_BYTES: usize = 48;
/// Data bytes under one CRC.
pub(super) const BLOCK_BYTES: u64 = 64 << 10;
const PAGE_CRCS: u64 = 1023;
const PAGE_BYTES: u64 = 4096;
const CRC_BYTES: usize = 4;
const VERSION: u32 = 1;
const HEADER_MAGIC: &[u8; 8] = b"CKBLOB\r\n";
const TRAILER_MAGIC: &[u8; 8] = b"CKTAIL\r\n";
const LABEL_AT: usize = 8 + 4 + 16 + 4;

const _: () = assert!(LABEL_AT + MAX_LABEL_BYTES + CRC_BYTES <= HEADER_BYTES);

pub(super) fn crc(bytes: &[u8]) -> u32 {
    crc_fast::checksum(CrcAlgorithm::Crc32Iscsi, bytes) as u32
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Appends the CRC of what is there.
fn seal(bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&crc(bytes).to_be_bytes());
}

/// What comes before the CRC at the end, if it is right.
fn unseal(bytes: &[u8]) -> Option<&[u8]> {
    let (body, stored) = bytes.split_last_chunk::<CRC_BYTES>()?;
    (crc(body).to_be_bytes() == *stored).then_some(body)
}

/// The header of a blob.
pub(super) fn header(id: Id, label: &Label) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES);
    bytes.extend_from_slice(HEADER_MAGIC);
    bytes.extend_from_slice(&VERSION.to_be_bytes());
    bytes.extend_from_slice(id.as_bytes());
    bytes.extend_from_slice(&(label.0.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&label.0);
    bytes.resize(HEADER_BYTES - CRC_BYTES, 0);
    seal(&mut bytes);
    bytes
}

/// Checks a header; returns the label, or what is wrong.
pub(super) fn read_header(bytes: &[u8], id: Id) -> Result<Label, String> {
    let body =
        unseal(bytes).filter(|_| bytes.len() == HEADER_BYTES).ok_or("its header is missing or fails its checksum")?;
    if !body.starts_with(HEADER_MAGIC) {
        return Err("it does not begin like a blob".into());
    }
    match u32_at(body, 8) {
        Some(VERSION) => {}
        version => return Err(format!("its format {version:?} is not known to this server")),
    }
    if body.get(12..28) != Some(id.as_bytes()) {
        return Err("it holds another blob".into());
    }
    let label = u32_at(body, 28).and_then(|length| body.get(LABEL_AT..)?.get(..length as usize));
    Ok(Label(label.ok_or("its label is too long")?.to_vec()))
}

fn trailer(id: Id, size: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(TRAILER_BYTES);
    bytes.extend_from_slice(TRAILER_MAGIC);
    bytes.extend_from_slice(id.as_bytes());
    bytes.extend_from_slice(&size.to_be_bytes());
    bytes.resize(TRAILER_BYTES - CRC_BYTES, 0);
    seal(&mut bytes);
    bytes
}

/// Checks a trailer and the length of the file that it ends; returns the size of the data.
pub(super) fn read_trailer(bytes: &[u8], id: Id, file_bytes: u64) -> Result<u64, String> {
    let unfinished = "it was never finished, or its end is lost";
    let body = unseal(bytes).filter(|_| bytes.len() == TRAILER_BYTES).ok_or(unfinished)?;
    if !body.starts_with(TRAILER_MAGIC) {
        return Err(unfinished.into());
    }
    if body.get(8..24) != Some(id.as_bytes()) {
        return Err("its trailer is another blob's".into());
    }
    let size = body.get(24..).and_then(<[u8]>::first_chunk).map(|size| u64::from_be_bytes(*size));
    size.filter(|&size| size < file_bytes && whole_bytes(size) == file_bytes)
        .ok_or_else(|| format!("it has {file_bytes} bytes, which does not fit the size in its trailer"))
}

/// The length of the whole file of a blob whose data has this size (below 2^60).
pub(super) fn whole_bytes(size: u64) -> u64 {
    let blocks = size.div_ceil(BLOCK_BYTES);
    let table = (blocks + blocks.div_ceil(PAGE_CRCS)) * CRC_BYTES as u64;
    HEADER_BYTES as u64 + size + table + TRAILER_BYTES as u64
}

/// The page of the table that holds a block's CRC, and where that page is in the file.
pub(super) fn page_of_block(block: u64, size: u64) -> (u64, Range<u64>) {
    let page = block / PAGE_CRCS;
    let blocks = size.div_ceil(BLOCK_BYTES);
    let crcs = PAGE_CRCS.min(blocks.saturating_sub(page * PAGE_CRCS));
    let start = HEADER_BYTES as u64 + size + page * PAGE_BYTES;
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
pub(super) struct Page {
    number: u64,
    crcs: Vec<u8>,
}

impl Page {
    /// Checks a page as it was read.
    pub(super) fn read(mut bytes: Vec<u8>, id: Id, number: u64) -> Result<Self, String> {
        let right = bytes
            .split_last_chunk::<CRC_BYTES>()
            .is_some_and(|(crcs, stored)| page_crc(id, number, crcs).to_be_bytes() == *stored);
        if !right {
            return Err(format!("page {number} of its checksum table fails its own checksum"));
        }
        bytes.truncate(bytes.len() - CRC_BYTES);
        Ok(Self { number, crcs: bytes })
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The first block after those whose CRCs this page holds.
    pub(super) fn end(&self) -> u64 {
        self.number * PAGE_CRCS + PAGE_CRCS
    }

    /// The CRC of a block, if this page holds it.
    pub(super) fn crc(&self, block: u64) -> Option<u32> {
        let index = block.checked_sub(self.number * PAGE_CRCS)? as usize;
        u32_at(&self.crcs, index.checked_mul(CRC_BYTES)?)
    }
}

/// The checksums of data as it is written.
pub(super) struct Checksums {
    id: Id,
    size: u64,
    /// Big-endian, one per full block.
    crcs: Vec<u8>,
    block: Digest,
}

impl Checksums {
    pub(super) fn new(id: Id) -> Self {
        Self { id, size: 0, crcs: Vec::new(), block: Digest::new(CrcAlgorithm::Crc32Iscsi) }
    }

    /// Bytes so far.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next bytes.
    pub(super) fn update(&mut self, mut data: &[u8]) {
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

    /// Table and trailer.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if !self.size.is_multiple_of(BLOCK_BYTES) {
            self.end_block();
        }
        let mut tail =
            Vec::with_capacity(self.crcs.len() + self.crcs.len() / PAGE_CRCS as usize + CRC_BYTES + TRAILER_BYTES);
        for (number, crcs) in self.crcs.chunks(PAGE_CRCS as usize * CRC_BYTES).enumerate() {
            tail.extend_from_slice(crcs);
            tail.extend_from_slice(&page_crc(self.id, number as u64, crcs).to_be_bytes());
        }
        tail.extend_from_slice(&trailer(self.id, self.size));
        tail
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
            let tail = sums.finish();
            assert_eq!(HEADER_BYTES as u64 + size + tail.len() as u64, whole_bytes(size));
            assert_eq!(read_trailer(&tail[tail.len() - TRAILER_BYTES..], id, whole_bytes(size)), Ok(size));
            assert!(read_trailer(&tail[tail.len() - TRAILER_BYTES..], id, whole_bytes(size) + 1).is_err());
            for block in 0..blocks {
                let (number, place) = page_of_block(block, size);
                let at = |offset: u64| (offset - HEADER_BYTES as u64 - size) as usize;
                let bytes = tail[at(place.start)..at(place.end)].to_vec();
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

    #[test]
    fn headers_keep_their_label() {
        let id = Id::from_bytes([9; 16]);
        for length in [0, 1, MAX_LABEL_BYTES] {
            let label = Label(vec![3; length]);
            assert_eq!(read_header(&header(id, &label), id), Ok(label));
        }
        assert!(read_header(&header(id, &Label::default()), Id::from_bytes([8; 16])).is_err());
    }
}
