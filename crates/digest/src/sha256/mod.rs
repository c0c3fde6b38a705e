//! SHA-256 (FIPS 180-4): one message through `sha2`, two or three interleaved through the SHA instructions, or many in
//! the lanes of a vector.

mod constants;
#[cfg(target_arch = "x86_64")]
mod instructions;
#[cfg(target_arch = "x86_64")]
mod kernel;

use std::sync::LazyLock;

use crate::lanes::{Kernel, Parallel, take_off};
use crate::stream::{BLOCK_BYTES, HashFunction, Lane};

/// The hash function of SHA-256.
#[derive(Clone)]
pub(crate) struct Sha256;

impl HashFunction for Sha256 {
    type State = [u32; 8];
    type Digest = [u8; 32];

    const INITIAL: [u32; 8] = constants::INITIAL;

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

fn single(lanes: &mut [Lane<'_, Sha256>], blocks: usize) {
    for lane in lanes.iter_mut() {
        Sha256::compress(lane.state, &lane.blocks[..blocks * BLOCK_BYTES]);
    }
    take_off(lanes, blocks);
}

impl Parallel for Sha256 {
    fn kernels() -> &'static [Kernel<Self>] {
        // Costs: nanoseconds a block on a Zen 3 of about 3.4 GHz; that of AVX-512 scaled from a Zen 5.
        static KERNELS: LazyLock<Vec<Kernel<Sha256>>> = LazyLock::new(|| {
            #[cfg(target_arch = "x86_64")]
            {
                let mut kernels = Vec::new();
                if instructions::available() {
                    kernels.extend([
                        Kernel { name: "sha2", width: 1, cost: 40, run: single },
                        Kernel { name: "SHA x2", width: 2, cost: 45, run: instructions::compress::<2> },
                        Kernel { name: "SHA x3", width: 3, cost: 64, run: instructions::compress::<3> },
                    ]);
                } else {
                    kernels.push(Kernel { name: "sha2", width: 1, cost: 180, run: single });
                }
                if is_x86_feature_detected!("avx2") {
                    kernels.push(Kernel { name: "AVX2 x8", width: 8, cost: 366, run: kernel::avx2::compress });
                }
                if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
                    kernels.push(Kernel { name: "AVX-512 x16", width: 16, cost: 230, run: kernel::avx512::compress });
                }
                kernels
            }
            #[cfg(not(target_arch = "x86_64"))]
            vec![Kernel { name: "sha2", width: 1, cost: 100, run: single }]
        });
        &KERNELS
    }
}
