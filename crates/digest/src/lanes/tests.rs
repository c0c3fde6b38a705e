//! Every kernel that this processor runs against the plain implementations.
//!
//! `cargo test -p coldkeep-digest --release kernel_speeds -- --ignored --nocapture` shows what the costs stand for.

use std::fmt::Debug;
use std::time::Instant;

use proptest::prelude::{prop, proptest};

use super::*;
use crate::md5::Md5;
use crate::sha256::Sha256;

type Plain<F> = fn(&mut <F as HashFunction>::State, &[u8]);

fn plain_md5(state: &mut [u32; 4], blocks: &[u8]) {
    ::md5::block_api::compress(state, blocks.as_chunks().0);
}

fn plain_sha256(state: &mut [u32; 8], blocks: &[u8]) {
    sha2::block_api::compress256(state, blocks.as_chunks().0);
}

fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2) + 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..bytes).map(|_| next()).collect()
}

/// Each kernel with each number of lanes, one after another from different states.
fn differs<F: Parallel>(plain: Plain<F>)
where
    F::State: PartialEq + Debug,
{
    for kernel in F::kernels() {
        for count in 1..=kernel.width {
            let data: Vec<_> = (0..count).map(|lane| noise(64 * (7 + lane), lane as u64)).collect();
            let mut states = vec![F::INITIAL; count];
            let mut expected = states.clone();
            let mut lanes: Vec<Lane<'_, F>> =
                states.iter_mut().zip(&data).map(|(state, blocks)| Lane { state, blocks }).collect();
            for blocks in [0, 1, 2, 4] {
                kernel.advance(&mut lanes, blocks);
            }
            for (lane, blocks) in data.iter().enumerate() {
                assert_eq!(lanes[lane].blocks.len(), 64 * lane, "what was taken off by {}", kernel.name);
                plain(&mut expected[lane], &blocks[..64 * 7]);
            }
            assert_eq!(states, expected, "{} with {count} lanes", kernel.name);
        }
    }
}

#[test]
fn md5_kernels_agree_with_the_plain_implementation() {
    differs::<Md5>(plain_md5);
    name_skipped::<Md5>(&["scalar x1", "scalar x2", "scalar x3", "AVX2 x8", "AVX2 x16", "AVX-512 x16", "AVX-512 x32"]);
}

#[test]
fn sha256_kernels_agree_with_the_plain_implementation() {
    differs::<Sha256>(plain_sha256);
    name_skipped::<Sha256>(&["sha2", "SHA x2", "SHA x3", "AVX2 x8", "AVX-512 x16"]);
}

fn name_skipped<F: Parallel>(all: &[&str]) {
    for name in all {
        if !F::kernels().iter().any(|kernel| kernel.name == *name) {
            eprintln!("SKIPPED {}: this processor cannot run {name}", std::any::type_name::<F>());
        }
    }
}

proptest! {
    /// The choice of lanes and kernels, with lanes of all lengths.
    #[test]
    fn any_mixture_of_lengths(lengths in prop::collection::vec(0..20usize, 0..40)) {
        fn check<F: Parallel>(lengths: &[usize], plain: Plain<F>) where F::State: PartialEq + Debug {
            let data: Vec<_> = lengths.iter().map(|blocks| noise(64 * blocks, *blocks as u64)).collect();
            let mut states = vec![F::INITIAL; data.len()];
            let mut expected = states.clone();
            let mut lanes: Vec<Lane<'_, F>> =
                states.iter_mut().zip(&data).map(|(state, blocks)| Lane { state, blocks }).collect();
            compress_all(&mut lanes);
            data.iter().zip(&mut expected).for_each(|(blocks, state)| plain(state, blocks));
            assert_eq!(states, expected);
        }
        check::<Md5>(&lengths, plain_md5);
        check::<Sha256>(&lengths, plain_sha256);
    }
}

#[test]
#[ignore = "a measurement"]
fn kernel_speeds() {
    fn measure<F: Parallel>(plain: Plain<F>) {
        let function = std::any::type_name::<F>();
        let mut state = F::INITIAL;
        let buffer = noise(33 << 20, 1);
        let seconds = fastest(|| plain(&mut state, &buffer[..1 << 20]));
        println!("{function} plain: {:.2} GB/s", (1 << 20) as f64 / seconds / 1e9);
        let start = buffer.as_ptr().align_offset(4096);
        // From the first cache, the second, and memory; page-aligned as large allocations are, and spread.
        for (bytes, stagger) in
            [(1 << 10, 192), (1 << 14, 192), (1 << 14, 0), (1 << 18, 192), (1 << 20, 0), ((1 << 20) - 192, 0)]
        {
            for kernel in F::kernels() {
                let repeats = (1 << 20) / bytes;
                let seconds = fastest(|| {
                    for _ in 0..repeats {
                        let mut states = vec![F::INITIAL; kernel.width];
                        let pieces = buffer[start..].chunks(bytes + stagger).map(|piece| &piece[..bytes]);
                        let mut lanes: Vec<Lane<'_, F>> =
                            states.iter_mut().zip(pieces).map(|(state, blocks)| Lane { state, blocks }).collect();
                        kernel.advance(&mut lanes, bytes / BLOCK_BYTES);
                    }
                });
                let total = (repeats * bytes) as f64;
                let speed = kernel.width as f64 * total / seconds / 1e9;
                let cost = seconds * 1e9 / total * BLOCK_BYTES as f64;
                println!("{function} {} {bytes} + {stagger}: {speed:.2} GB/s, cost {cost:.0}", kernel.name);
            }
        }
    }
    fn fastest(mut work: impl FnMut()) -> f64 {
        let time = |_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        };
        (0..12).map(time).fold(f64::INFINITY, f64::min)
    }
    measure::<Md5>(plain_md5);
    measure::<Sha256>(plain_sha256);
}
