//! SHA-256.

use crate::stream::HashFunction;

/// The hash function of SHA-256.
#[derive(Clone)]
pub(crate) struct Sha256;

impl HashFunction for Sha256 {
    type State = [u32; 8];
    type Digest = [u8; 32];

    const INITIAL: [u32; 8] =
        [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

    fn compress(state: &mut [u32; 8], blocks: &[u8]) {
        sha2::block_api::compress256(state, blocks.as_chunks().0);
    }

    fn length_field(bits: u64) -> [u8; 8] {
        bits.to_be_bytes()
    }

    fn digest(state: &[u32; 8]) -> [u8; 32] {
        let mut digest = [0; 32];
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
            *bytes = word.to_be_bytes();
        }
        digest
    }
}
