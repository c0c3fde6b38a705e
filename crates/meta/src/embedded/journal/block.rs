//! A block of the journal: a piece of a group of commits that validates itself wherever it is read.
//!
//! A block is 4 KiB: CRC-32C (4 bytes), its place in the group counted from 0 (4), blocks of the group (4), bytes of payload in
//! this block (4), the last version before the group (8) and the last one in it (8), payload, zeros. Numbers are big-endian. The
//! checksum covers the store's nonce, the number of the segment, the place of the block in it, and all after itself but the zeros.
//! The nonce is secret: bytes of a user's object can never be read as a block. A block that was never used is all zero.

use super::super::checksum::crc32c;
use super::Nonce;

/// Bytes of a block.
pub const BLOCK_BYTES: usize = 4096;
const HEAD_BYTES: usize = 4 + 4 + 4 + 4 + 8 + 8;
/// Payload of a full block.
pub const PAYLOAD_BYTES: usize = BLOCK_BYTES - HEAD_BYTES;

/// The segment that a block is in, and the store's nonce.
#[derive(Clone, Copy, Debug)]
pub struct Home<'a> {
    /// The store's.
    pub nonce: &'a Nonce,
    /// The segment's number.
    pub segment: u64,
}

/// What a block holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// It was never used.
    Empty,
    /// A piece of a group.
    Sound(Piece<'a>),
    /// Neither.
    Damaged,
}

/// A piece of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Its place in the group.
    pub index: u32,
    /// Pieces of the group.
    pub count: u32,
    /// The last version before the group.
    pub previous: u64,
    /// The last version in the group.
    pub last: u64,
    /// Its part of the payload.
    pub payload: &'a [u8],
}

/// Blocks that a payload takes.
pub fn blocks(payload_bytes: usize) -> usize {
    payload_bytes.div_ceil(PAYLOAD_BYTES).max(1)
}

/// Puts a group behind `buffer`, as it lies from block `first` of a segment on.
pub fn encode(buffer: &mut Vec<u8>, home: Home<'_>, first: u64, (previous, last): (u64, u64), payload: &[u8]) {
    let count = blocks(payload.len());
    for index in 0..count {
        let piece = &payload[index * PAYLOAD_BYTES..payload.len().min((index + 1) * PAYLOAD_BYTES)];
        let at = buffer.len();
        buffer.extend_from_slice(&[0; 4]);
        buffer.extend_from_slice(&(index as u32).to_be_bytes());
        buffer.extend_from_slice(&(count as u32).to_be_bytes());
        buffer.extend_from_slice(&(piece.len() as u32).to_be_bytes());
        buffer.extend_from_slice(&previous.to_be_bytes());
        buffer.extend_from_slice(&last.to_be_bytes());
        buffer.extend_from_slice(piece);
        let crc = crc(home, first + index as u64, &buffer[at + 4..]);
        buffer[at..at + 4].copy_from_slice(&crc.to_be_bytes());
        buffer.resize(at + BLOCK_BYTES, 0);
    }
}

/// Reads a block.
pub fn decode<'a>(block: &'a [u8], home: Home<'_>, place: u64) -> Block<'a> {
    if block.iter().all(|byte| *byte == 0) {
        return Block::Empty;
    }
    piece(block, home, place).map_or(Block::Damaged, Block::Sound)
}

fn piece<'a>(block: &'a [u8], home: Home<'_>, place: u64) -> Option<Piece<'a>> {
    let (sum, covered) = block.split_first_chunk()?;
    let (index, rest) = covered.split_first_chunk()?;
    let (count, rest) = rest.split_first_chunk()?;
    let (bytes, rest) = rest.split_first_chunk()?;
    let (previous, rest) = rest.split_first_chunk()?;
    let (last, rest) = rest.split_first_chunk()?;
    let (payload, zeros) = rest.split_at_checked(u32::from_be_bytes(*bytes) as usize)?;
    let covered = &covered[..HEAD_BYTES - 4 + payload.len()];
    let sound = crc(home, place, covered) == u32::from_be_bytes(*sum) && zeros.iter().all(|byte| *byte == 0);
    sound.then(|| Piece {
        index: u32::from_be_bytes(*index),
        count: u32::from_be_bytes(*count),
        previous: u64::from_be_bytes(*previous),
        last: u64::from_be_bytes(*last),
        payload,
    })
}

fn crc(home: Home<'_>, place: u64, covered: &[u8]) -> u32 {
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(home.nonce);
    seed[16..24].copy_from_slice(&home.segment.to_be_bytes());
    seed[24..].copy_from_slice(&place.to_be_bytes());
    crc32c(&[&seed, covered])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flip_and_every_other_place_is_noticed() {
        let home = Home { nonce: &[7; 16], segment: 3 };
        let payload: Vec<u8> = (0..PAYLOAD_BYTES + 100).map(|at| at as u8).collect();
        let mut buffer = Vec::new();
        encode(&mut buffer, home, 5, (9, 11), &payload);
        let pieces: Vec<_> = buffer.chunks(BLOCK_BYTES).zip(5..).map(|(block, at)| decode(block, home, at)).collect();
        let piece = |index, payload| Piece { index, count: 2, previous: 9, last: 11, payload };
        assert_eq!(pieces[0], Block::Sound(piece(0, &payload[..PAYLOAD_BYTES])));
        assert_eq!(pieces[1], Block::Sound(piece(1, &payload[PAYLOAD_BYTES..])));
        let block = &buffer[BLOCK_BYTES..];
        for bit in 0..BLOCK_BYTES * 8 {
            let mut flipped = block.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(&flipped, home, 6), Block::Damaged, "bit {bit}");
        }
        assert_eq!(decode(block, home, 5), Block::Damaged);
        assert_eq!(decode(block, Home { segment: 4, ..home }, 6), Block::Damaged);
        assert_eq!(decode(block, Home { nonce: &[8; 16], ..home }, 6), Block::Damaged);
        assert_eq!(decode(&[0; BLOCK_BYTES], home, 6), Block::Empty);
    }
}
