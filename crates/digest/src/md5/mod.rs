//! MD5.

use crate::stream::HashFunction;

/// The hash function of MD5.
#[derive(Clone)]
pub(crate) struct Md5;

impl HashFunction for Md5 {
    type State = [u32; 4];
    type Digest = [u8; 16];

    const INITIAL: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

    fn compress(state: &mut [u32; 4], blocks: &[u8]) {
        ::md5::block_api::compress(state, blocks.as_chunks().0);
    }

    fn length_field(bits: u64) -> [u8; 8] {
        bits.to_le_bytes()
    }

    fn digest(state: &[u32; 4]) -> [u8; 16] {
        let mut digest = [0; 16];
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
            *bytes = word.to_le_bytes();
        }
        digest
    }
}
