//! Where the blocks of the tree lie in its file, and their checksums.
//!
//! ```text
//! head, head, (checksums, 1,024 data blocks) repeated           in blocks of 4 KiB
//! ```
//!
//! `redb` counts its blocks from 0; block 0 is its own header, which lies in the heads, so that its place among the data is
//! never written. A block of checksums has one of four bytes (little-endian) for each data block of its group: the CRC-32C
//! over the block's number (8 bytes, big-endian) and its bytes, 1 where that is 0; 0 for a block that was never written
//! and is all zero.

use super::super::checksum::crc32c;

/// Bytes of a block. A page of `redb` is one or more of them.
pub const BLOCK_BYTES: usize = 4096;
/// Data blocks behind one block of checksums.
pub const GROUP_BLOCKS: u64 = 1024;
/// Blocks before the first group.
pub const HEAD_BLOCKS: u64 = 2;

/// The group of a block.
pub fn group(block: u64) -> u64 {
    block / GROUP_BLOCKS
}

/// Where the checksums of a group lie.
pub fn sums_place(group: u64) -> u64 {
    (HEAD_BLOCKS + group * (1 + GROUP_BLOCKS)) * BLOCK_BYTES as u64
}

/// Where a block lies.
pub fn place(block: u64) -> u64 {
    sums_place(group(block)) + (1 + block % GROUP_BLOCKS) * BLOCK_BYTES as u64
}

/// Takes a run of blocks apart into runs that lie together: first block and how many.
pub fn runs(first: u64, count: u64) -> impl Iterator<Item = (u64, u64)> {
    let end = first + count;
    let mut next = first;
    std::iter::from_fn(move || {
        let (from, to) = (next, end.min((group(next) + 1) * GROUP_BLOCKS));
        next = to;
        (from < to).then_some((from, to - from))
    })
}

/// The checksum of a block that is written.
pub fn sum(block: u64, bytes: &[u8]) -> u32 {
    crc32c(&[&block.to_be_bytes(), bytes]).max(1)
}

/// The checksum that a block has which is as it is, whoever wrote it.
pub fn sum_as_found(block: u64, bytes: &[u8]) -> u32 {
    if bytes.iter().all(|byte| *byte == 0) { 0 } else { sum(block, bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_lie_side_by_side_and_never_on_each_other() {
        let mut next = HEAD_BLOCKS * BLOCK_BYTES as u64;
        for block in 0..3 * GROUP_BLOCKS {
            if block % GROUP_BLOCKS == 0 {
                assert_eq!(sums_place(group(block)), next);
                next += BLOCK_BYTES as u64;
            }
            assert_eq!(place(block), next);
            next += BLOCK_BYTES as u64;
        }
        assert_eq!(runs(1020, 2000).collect::<Vec<_>>(), [(1020, 4), (1024, 1024), (2048, 972)]);
        assert_eq!(runs(5, 0).count(), 0);
    }
}
