//! One message in an ordinary register: portable.
#![allow(unsafe_code)]

pub(crate) type Vector = u32;
pub(crate) const LANES: usize = 1;

#[inline(always)]
pub(crate) fn splat(word: u32) -> Vector {
    word
}

#[inline(always)]
pub(crate) fn gather(words: [u32; LANES]) -> Vector {
    words[0]
}

#[inline(always)]
pub(crate) fn scatter(vector: Vector) -> [u32; LANES] {
    [vector]
}

#[inline(always)]
pub(crate) fn add(a: Vector, b: Vector) -> Vector {
    a.wrapping_add(b)
}

#[inline(always)]
pub(crate) fn xor3(a: Vector, b: Vector, c: Vector) -> Vector {
    a ^ b ^ c
}

/// The same value, but computed before what follows. Left alone, the compiler adds the terms of a step in the order that
/// suits it, and puts the late ones first, which lengthens the chain of dependent instructions by half.
#[inline(always)]
pub(crate) fn early(#[allow(unused_mut)] mut a: Vector) -> Vector {
    // SAFETY: no instruction at all.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        std::arch::asm!("/* {0:e} */", inout(reg) a, options(pure, nomem, nostack, preserves_flags));
    }
    a
}

/// Adds `if choose { a } else { b }`, bit by bit. `choose` may be late.
#[inline(always)]
pub(crate) fn add_choice(sum: Vector, choose: Vector, a: Vector, b: Vector) -> Vector {
    add(sum, b ^ (choose & (a ^ b)))
}

/// As [`add_choice`]; `a` may be late.
#[inline(always)]
pub(crate) fn add_choice_late(sum: Vector, choose: Vector, a: Vector, b: Vector) -> Vector {
    add(early(add(sum, !choose & b)), choose & a)
}

/// `a ^ (b | !c)`.
#[inline(always)]
pub(crate) fn xor_or_not(a: Vector, b: Vector, c: Vector) -> Vector {
    a ^ (b | !c)
}

/// Rotates by `LEFT`; `RIGHT` is `32 - LEFT`.
#[inline(always)]
pub(crate) fn rotate_left<const LEFT: i32, const RIGHT: i32>(a: Vector) -> Vector {
    const { assert!(LEFT + RIGHT == 32) };
    a.rotate_left(LEFT as u32)
}

/// The 16 little-endian words of a block.
///
/// # Safety
/// 64 bytes must be readable at each head.
#[inline(always)]
pub(crate) unsafe fn load_block(heads: &[*const u8; LANES]) -> [Vector; 16] {
    // SAFETY: the caller's promise; a byte array has no alignment.
    let block = unsafe { heads[0].cast::<[[u8; 4]; 16]>().read() };
    block.map(u32::from_le_bytes)
}
