//! Two or three messages interleaved through the SHA instructions.
//!
//! `sha256rnds2` has a latency of twice its throughput or more, and each waits for the one before; a second and third
//! message fill the gaps.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

use super::Sha256;
use super::constants::ROUNDS;
use crate::stream::{BLOCK_BYTES, Lane};

/// Whether this processor has what [`compress`] needs.
pub(super) fn available() -> bool {
    is_x86_feature_detected!("sha") && is_x86_feature_detected!("sse4.1") && is_x86_feature_detected!("ssse3")
}

/// Takes blocks into exactly `GROUPS` states (fewer: the first is computed again in place of the others).
///
/// # Safety
/// That of [`Kernel::run`](crate::lanes::Kernel::run), with a width of `GROUPS`.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
pub(super) unsafe fn compress<const GROUPS: usize>(lanes: &mut [Lane<'_, Sha256>], blocks: usize) {
    let [mut heads] = crate::lanes::heads::<Sha256, GROUPS, 1>(lanes);
    // The instructions want the words of the state in this order: f e b a, and h g d c.
    let mut abef = [_mm_setzero_si128(); GROUPS];
    let mut cdgh = [_mm_setzero_si128(); GROUPS];
    for group in 0..GROUPS {
        let [a, b, c, d, e, f, g, h] = lanes.get(group).unwrap_or(&lanes[0]).state.map(|word| word as i32);
        abef[group] = _mm_set_epi32(a, b, e, f);
        cdgh[group] = _mm_set_epi32(c, d, g, h);
    }
    let big_endian = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    for _ in 0..blocks {
        let before = (abef, cdgh);
        let mut words = [[_mm_setzero_si128(); 4]; GROUPS];
        for group in 0..GROUPS {
            for (four, word) in words[group].iter_mut().enumerate() {
                // SAFETY: bytes 16 * four .. of a block of this lane, by the caller's promise of their number.
                let bytes = unsafe { _mm_loadu_si128(heads[group].wrapping_add(16 * four).cast()) };
                *word = _mm_shuffle_epi8(bytes, big_endian);
            }
            heads[group] = heads[group].wrapping_add(BLOCK_BYTES);
        }
        // Four rounds with the words in place `$at`, which from the fifth time on are first made from all 16.
        macro_rules! rounds {
            ($four:literal) => {
                let constants = _mm_set_epi32(
                    ROUNDS[4 * $four + 3] as i32,
                    ROUNDS[4 * $four + 2] as i32,
                    ROUNDS[4 * $four + 1] as i32,
                    ROUNDS[4 * $four] as i32,
                );
                for group in 0..GROUPS {
                    let w = &mut words[group];
                    if $four >= 4 {
                        let (w0, w1, w2, w3) =
                            (w[$four % 4], w[($four + 1) % 4], w[($four + 2) % 4], w[($four + 3) % 4]);
                        let sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8::<4>(w3, w2));
                        w[$four % 4] = _mm_sha256msg2_epu32(sum, w3);
                    }
                    let input = _mm_add_epi32(w[$four % 4], constants);
                    cdgh[group] = _mm_sha256rnds2_epu32(cdgh[group], abef[group], input);
                    let input = _mm_shuffle_epi32::<0b11_10>(input);
                    abef[group] = _mm_sha256rnds2_epu32(abef[group], cdgh[group], input);
                }
            };
        }
        rounds!(0);
        rounds!(1);
        rounds!(2);
        rounds!(3);
        rounds!(4);
        rounds!(5);
        rounds!(6);
        rounds!(7);
        rounds!(8);
        rounds!(9);
        rounds!(10);
        rounds!(11);
        rounds!(12);
        rounds!(13);
        rounds!(14);
        rounds!(15);
        for group in 0..GROUPS {
            abef[group] = _mm_add_epi32(abef[group], before.0[group]);
            cdgh[group] = _mm_add_epi32(cdgh[group], before.1[group]);
        }
    }
    for (group, lane) in lanes.iter_mut().enumerate() {
        let word = |vector: __m128i, place: i32| {
            _mm_cvtsi128_si32(match place {
                0 => vector,
                1 => _mm_shuffle_epi32::<1>(vector),
                2 => _mm_shuffle_epi32::<2>(vector),
                _ => _mm_shuffle_epi32::<3>(vector),
            }) as u32
        };
        let (x, y) = (abef[group], cdgh[group]);
        *lane.state = [word(x, 3), word(x, 2), word(y, 3), word(y, 2), word(x, 1), word(x, 0), word(y, 1), word(y, 0)];
    }
    crate::lanes::take_off(lanes, blocks);
}
