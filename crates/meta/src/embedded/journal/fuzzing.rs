//! What the fuzz targets reach of the journal: blocks and groups as they are read from the disk.

use super::Home;
use super::block::{BLOCK_BYTES, Block, decode, encode};
use super::group;
use crate::embedded::overlay::Slots;

const HOME: Home<'static> = Home { nonce: &[7; 16], segment: 3 };

/// Reads bytes as blocks and as the payload of a group; and what was written as a group comes back from its blocks.
pub fn journal(data: &[u8]) {
    for (place, block) in (1..).zip(data.chunks_exact(BLOCK_BYTES)) {
        let _ = decode(block, HOME, place);
    }
    let mut slots = Slots::new();
    if group::decode(data, &mut slots).is_some() {
        let mut again = Vec::new();
        group::encode(&mut again, &slots);
        assert_eq!(group::decode(&again, &mut Slots::new()), Some(()), "what was read is written readable");
    }
    let mut blocks = Vec::new();
    encode(&mut blocks, HOME, 1, (41, 42), data);
    let mut payload = Vec::new();
    for (place, block) in (1..).zip(blocks.chunks(BLOCK_BYTES)) {
        let Block::Sound(piece) = decode(block, HOME, place) else { panic!("block {place} is not sound") };
        assert_eq!((piece.previous, piece.last), (41, 42));
        payload.extend_from_slice(piece.payload);
        assert!(!matches!(decode(block, HOME, place + 1), Block::Sound(_)), "a block is sound in its place only");
    }
    assert_eq!(payload, data);
}
