//! The head of the tree's file: how long it is, `redb`'s header, and whether blocks are being written.
//!
//! There are two copies, in blocks 0 and 1, written in turn: a head with an even sequence lies in block 0. All of a head
//! is in its block's first sector of 512 bytes, which is written whole or not at all; the rest of the block is zero.
//! Numbers are big-endian:
//!
//! ```text
//! magic 8 | format 4 | flags 4 | sequence 8 | length 8 | redb's header 384 | CRC-32C of all before 4
//! ```

use super::super::checksum::crc32c;
use super::layout::BLOCK_BYTES;

const MAGIC: [u8; 8] = *b"ckmetree";
/// The format of the file around `redb`'s.
pub const FORMAT: u32 = 1;
/// Room for `redb`'s header.
pub const IMAGE_BYTES: usize = 384;
const WRITING: u32 = 1;
const TORN: u32 = 2;
const COVERED: usize = 8 + 4 + 4 + 8 + 8 + IMAGE_BYTES;

/// A head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// One more than that of the head before.
    pub sequence: u64,
    /// The length that `redb` gave its file.
    pub len: u64,
    /// `redb`'s header: what lies at the beginning of its block 0.
    pub image: [u8; IMAGE_BYTES],
    /// Blocks have been written since, which nothing in the tree names yet. They may not fit their checksums.
    pub writing: bool,
    /// The server once ended while it wrote: blocks that nothing in the tree names may not fit their checksums.
    pub torn: bool,
}

/// What a copy of the head holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copy {
    /// It was never written.
    Empty,
    /// A head.
    Sound(Box<Head>),
    /// A head that a newer server wrote, with its format.
    Newer(u32),
    /// Neither.
    Damaged,
}

impl Head {
    /// The head of a file without bytes.
    pub const NEW: Self = Self { sequence: 0, len: 0, image: [0; IMAGE_BYTES], writing: false, torn: false };

    /// Where this head lies.
    pub fn place(&self) -> u64 {
        self.sequence % 2 * BLOCK_BYTES as u64
    }

    /// As it lies there.
    pub fn encode(&self) -> [u8; BLOCK_BYTES] {
        let mut flags = 0;
        flags |= if self.writing { WRITING } else { 0 };
        flags |= if self.torn { TORN } else { 0 };
        let head = [&MAGIC[..], &FORMAT.to_be_bytes(), &flags.to_be_bytes()].concat();
        let fields = [&head[..], &self.sequence.to_be_bytes(), &self.len.to_be_bytes(), &self.image].concat();
        let mut block = [0; BLOCK_BYTES];
        block[..COVERED].copy_from_slice(&fields);
        block[COVERED..COVERED + 4].copy_from_slice(&crc32c(&[&fields]).to_be_bytes());
        block
    }

    /// Reads the copy of the head in block 0 or 1.
    pub fn decode(block: &[u8; BLOCK_BYTES], copy: u64) -> Copy {
        if block.iter().all(|byte| *byte == 0) {
            return Copy::Empty;
        }
        Self::fields(block, copy).unwrap_or(Copy::Damaged)
    }

    fn fields(block: &[u8; BLOCK_BYTES], copy: u64) -> Option<Copy> {
        let (covered, rest) = block.split_at(COVERED);
        let (crc, rest) = rest.split_first_chunk()?;
        if crc32c(&[covered]) != u32::from_be_bytes(*crc) || rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        let rest = covered.strip_prefix(&MAGIC)?;
        let (format, rest) = rest.split_first_chunk()?;
        let (flags, rest) = rest.split_first_chunk()?;
        let (sequence, rest) = rest.split_first_chunk()?;
        let (len, image) = rest.split_first_chunk()?;
        let (format, flags) = (u32::from_be_bytes(*format), u32::from_be_bytes(*flags));
        let head = Self {
            sequence: u64::from_be_bytes(*sequence),
            len: u64::from_be_bytes(*len),
            image: image.try_into().ok()?,
            writing: flags & WRITING != 0,
            torn: flags & TORN != 0,
        };
        match format {
            FORMAT => (head.sequence % 2 == copy && flags <= WRITING | TORN).then(|| Copy::Sound(Box::new(head))),
            newer => Some(Copy::Newer(newer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flip_is_noticed() {
        let head = Head { sequence: 7, len: 1 << 20, image: [9; IMAGE_BYTES], writing: true, torn: false };
        let block = head.encode();
        assert_eq!(Head::decode(&block, 1), Copy::Sound(Box::new(head)));
        assert_eq!(Head::decode(&block, 0), Copy::Damaged, "in the other's place");
        for bit in 0..BLOCK_BYTES * 8 {
            let mut flipped = block;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Head::decode(&flipped, 1), Copy::Damaged, "bit {bit}");
        }
        assert_eq!(Head::decode(&[0; BLOCK_BYTES], 0), Copy::Empty);
    }
}
