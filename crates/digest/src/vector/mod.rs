//! Registers that hold one 32-bit word of each of several messages, and the operations hash functions need on them.
//!
//! Each module offers the same names (`Vector`, `LANES`, `splat`, `add`, `xor`, `rotate_left`, `load_block`, ...), so
//! that a kernel is written once, as a macro, and made for each. [`scalar`] is one message in an ordinary register.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
pub(crate) mod scalar;
