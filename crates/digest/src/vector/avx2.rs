//! Eight messages in a register of AVX2.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

pub(crate) type Vector = __m256i;
pub(crate) const LANES: usize = 8;

#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn splat(word: u32) -> Vector {
    _mm256_set1_epi32(word as i32)
}

#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn gather(words: [u32; LANES]) -> Vector {
    // SAFETY: both types are 32 bytes in which every bit pattern is valid.
    unsafe { std::mem::transmute(words) }
}

#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn scatter(vector: Vector) -> [u32; LANES] {
    // SAFETY: both types are 32 bytes in which every bit pattern is valid.
    unsafe { std::mem::transmute(vector) }
}

#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn add(a: Vector, b: Vector) -> Vector {
    _mm256_add_epi32(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn xor3(a: Vector, b: Vector, c: Vector) -> Vector {
    _mm256_xor_si256(a, _mm256_xor_si256(b, c))
}

/// The same value, but computed before what follows. Left alone, the compiler adds the terms of a step in the order that
/// suits it, and puts the late ones first, which lengthens the chain of dependent instructions by half.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn early(mut a: Vector) -> Vector {
    // SAFETY: no instruction at all.
    unsafe { std::arch::asm!("/* {0} */", inout(ymm_reg) a, options(pure, nomem, nostack, preserves_flags)) };
    a
}

/// Adds `if choose { a } else { b }`, bit by bit. `choose` may be late.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn add_choice(sum: Vector, choose: Vector, a: Vector, b: Vector) -> Vector {
    add(sum, _mm256_xor_si256(b, _mm256_and_si256(choose, _mm256_xor_si256(a, b))))
}

/// As [`add_choice`]; `a` may be late.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn add_choice_late(sum: Vector, choose: Vector, a: Vector, b: Vector) -> Vector {
    add(early(add(sum, _mm256_andnot_si256(choose, b))), _mm256_and_si256(choose, a))
}

/// `if choose { a } else { b }`, bit by bit.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn choice(choose: Vector, a: Vector, b: Vector) -> Vector {
    _mm256_xor_si256(b, _mm256_and_si256(choose, _mm256_xor_si256(a, b)))
}

/// What at least two of three say, bit by bit.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn majority(a: Vector, b: Vector, c: Vector) -> Vector {
    _mm256_xor_si256(b, _mm256_and_si256(_mm256_xor_si256(a, b), _mm256_xor_si256(b, c)))
}

/// `a ^ (b | !c)`.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn xor_or_not(a: Vector, b: Vector, c: Vector) -> Vector {
    _mm256_xor_si256(a, _mm256_or_si256(b, _mm256_xor_si256(c, _mm256_set1_epi32(-1))))
}

/// Rotates by `LEFT`; `RIGHT` is `32 - LEFT`.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn rotate_left<const LEFT: i32, const RIGHT: i32>(a: Vector) -> Vector {
    const { assert!(LEFT + RIGHT == 32) };
    _mm256_or_si256(_mm256_slli_epi32::<LEFT>(a), _mm256_srli_epi32::<RIGHT>(a))
}

/// Shifts towards the low bit.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn shift_right<const BITS: i32>(a: Vector) -> Vector {
    _mm256_srli_epi32::<BITS>(a)
}

/// Turns the byte order of each word round.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn swap_bytes(a: Vector) -> Vector {
    let order = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    _mm256_shuffle_epi8(a, _mm256_broadcastsi128_si256(order))
}

/// The 16 little-endian words of a block, of eight messages.
///
/// # Safety
/// 64 bytes must be readable at each head.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) unsafe fn load_block(heads: &[*const u8; LANES]) -> [Vector; 16] {
    let mut words = [_mm256_setzero_si256(); 16];
    for half in 0..2 {
        let mut rows = [_mm256_setzero_si256(); LANES];
        for lane in 0..LANES {
            // SAFETY: bytes 32 * half .. 32 * half + 32 of the 64 that the caller promises.
            rows[lane] = unsafe { _mm256_loadu_si256(heads[lane].add(32 * half).cast()) };
        }
        let columns = transpose(rows);
        for word in 0..8 {
            words[8 * half + word] = columns[word];
        }
    }
    words
}

/// Makes word `i` of row `j` word `j` of row `i`.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(r: [Vector; 8]) -> [Vector; 8] {
    // Pairs of words, then fours, then halves of a register.
    let mut two = r;
    for i in 0..4 {
        two[2 * i] = _mm256_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        two[2 * i + 1] = _mm256_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    let mut four = two;
    for i in 0..2 {
        for j in 0..2 {
            four[4 * i + 2 * j] = _mm256_unpacklo_epi64(two[4 * i + j], two[4 * i + j + 2]);
            four[4 * i + 2 * j + 1] = _mm256_unpackhi_epi64(two[4 * i + j], two[4 * i + j + 2]);
        }
    }
    let mut eight = four;
    for i in 0..4 {
        eight[i] = _mm256_permute2x128_si256::<0x20>(four[i], four[i + 4]);
        eight[i + 4] = _mm256_permute2x128_si256::<0x31>(four[i], four[i + 4]);
    }
    eight
}
