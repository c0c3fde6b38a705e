//! Sixteen messages in a register of AVX-512 (F and BW). The same as `avx2` but for fewer instructions: there are
//! rotations and any function of three bits.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

pub(crate) type Vector = __m512i;
pub(crate) const LANES: usize = 16;

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn splat(word: u32) -> Vector {
    _mm512_set1_epi32(word as i32)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn gather(words: [u32; LANES]) -> Vector {
    // SAFETY: both types are 64 bytes in which every bit pattern is valid.
    unsafe { std::mem::transmute(words) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn scatter(vector: Vector) -> [u32; LANES] {
    // SAFETY: both types are 64 bytes in which every bit pattern is valid.
    unsafe { std::mem::transmute(vector) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn add(a: Vector, b: Vector) -> Vector {
    _mm512_add_epi32(a, b)
}

// The tables of `ternarylogic`: bit `4 * a + 2 * b + c` is the function of these three bits.
const XOR3: i32 = 0b1001_0110;
const CHOICE: i32 = 0b1100_1010;
const MAJORITY: i32 = 0b1110_1000;
const XOR_OR_NOT: i32 = 0b0010_1101;

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn xor3(a: Vector, b: Vector, c: Vector) -> Vector {
    _mm512_ternarylogic_epi32::<XOR3>(a, b, c)
}

/// The same value, but computed before what follows. Left alone, the compiler adds the terms of a step in the order that
/// suits it, and puts the late ones first, which lengthens the chain of dependent instructions by half.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn early(mut a: Vector) -> Vector {
    // SAFETY: no instruction at all.
    unsafe { std::arch::asm!("/* {0} */", inout(zmm_reg) a, options(pure, nomem, nostack, preserves_flags)) };
    a
}

/// Adds `if choose { a } else { b }`, bit by bit. `choose` may be late.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn add_choice(sum: Vector, choose: Vector, a: Vector, b: Vector) -> Vector {
    add(sum, choice(choose, a, b))
}

/// As [`add_choice`]; `a` may be late.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn add_choice_late(sum: Vector, choose: Vector, a: Vector, b: Vector) -> Vector {
    add_choice(sum, choose, a, b)
}

/// `if choose { a } else { b }`, bit by bit.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn choice(choose: Vector, a: Vector, b: Vector) -> Vector {
    _mm512_ternarylogic_epi32::<CHOICE>(choose, a, b)
}

/// What at least two of three say, bit by bit.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn majority(a: Vector, b: Vector, c: Vector) -> Vector {
    _mm512_ternarylogic_epi32::<MAJORITY>(a, b, c)
}

/// `a ^ (b | !c)`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn xor_or_not(a: Vector, b: Vector, c: Vector) -> Vector {
    _mm512_ternarylogic_epi32::<XOR_OR_NOT>(a, b, c)
}

/// Rotates by `LEFT`; `RIGHT` is `32 - LEFT`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn rotate_left<const LEFT: i32, const RIGHT: i32>(a: Vector) -> Vector {
    const { assert!(LEFT + RIGHT == 32) };
    _mm512_rol_epi32::<LEFT>(a)
}

/// Shifts towards the low bit.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn shift_right<const BITS: u32>(a: Vector) -> Vector {
    _mm512_srli_epi32::<BITS>(a)
}

/// Turns the byte order of each word round.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn swap_bytes(a: Vector) -> Vector {
    let order = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    _mm512_shuffle_epi8(a, _mm512_broadcast_i32x4(order))
}

/// The 16 little-endian words of a block, of sixteen messages.
///
/// # Safety
/// 64 bytes must be readable at each head.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) unsafe fn load_block(heads: &[*const u8; LANES]) -> [Vector; 16] {
    let mut rows = [_mm512_setzero_si512(); LANES];
    for lane in 0..LANES {
        // SAFETY: the caller's promise.
        rows[lane] = unsafe { _mm512_loadu_si512(heads[lane].cast()) };
    }
    transpose(rows)
}

/// Makes word `i` of row `j` word `j` of row `i`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn transpose(r: [Vector; 16]) -> [Vector; 16] {
    // Pairs of words, then fours within each quarter of a register; then the quarters themselves.
    let mut two = r;
    for i in 0..8 {
        two[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        two[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    // Quarter `q` of four[4 * i + w] holds word 4 * q + w of rows 4 * i .. 4 * i + 4.
    let mut four = two;
    for i in 0..4 {
        for j in 0..2 {
            four[4 * i + 2 * j] = _mm512_unpacklo_epi64(two[4 * i + j], two[4 * i + j + 2]);
            four[4 * i + 2 * j + 1] = _mm512_unpackhi_epi64(two[4 * i + j], two[4 * i + j + 2]);
        }
    }
    let mut words = four;
    for w in 0..4 {
        let low_even = _mm512_shuffle_i32x4::<0b10_00_10_00>(four[w], four[4 + w]);
        let low_odd = _mm512_shuffle_i32x4::<0b11_01_11_01>(four[w], four[4 + w]);
        let high_even = _mm512_shuffle_i32x4::<0b10_00_10_00>(four[8 + w], four[12 + w]);
        let high_odd = _mm512_shuffle_i32x4::<0b11_01_11_01>(four[8 + w], four[12 + w]);
        words[w] = _mm512_shuffle_i32x4::<0b10_00_10_00>(low_even, high_even);
        words[8 + w] = _mm512_shuffle_i32x4::<0b11_01_11_01>(low_even, high_even);
        words[4 + w] = _mm512_shuffle_i32x4::<0b10_00_10_00>(low_odd, high_odd);
        words[12 + w] = _mm512_shuffle_i32x4::<0b11_01_11_01>(low_odd, high_odd);
    }
    words
}
