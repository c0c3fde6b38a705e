//! Chance: all of it in this process comes from the seed.
//!
//! The server asks for randomness in many places, some of them in libraries: keys of hash maps, the order in which
//! `tokio::select!` looks, secrets, request ids. All of these end at the system's `getrandom`, so that is replaced: one
//! process simulates one seed.

#![allow(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering};

use coldkeep_disk::simulated::Dice;

static STATE: AtomicU64 = AtomicU64::new(0);

/// Begins the numbers of a seed. To be called before anything else.
pub fn begin(seed: u64) {
    STATE.store(seed, Ordering::Relaxed);
}

/// The next number that the program's own chance gives.
fn next() -> u64 {
    let mut dice = Dice::new(STATE.load(Ordering::Relaxed));
    let number = dice.roll();
    STATE.store(number, Ordering::Relaxed);
    number
}

/// Stands in for the C library's function of this name.
///
/// # Safety
/// `bytes` is valid for writes of `length` bytes, as for the original; it may dangle where `length` is zero. Nothing else is
/// touched, so that it may be called at any time, from any thread.
#[unsafe(no_mangle)]
unsafe extern "C" fn getrandom(bytes: *mut u8, length: usize, _flags: u32) -> isize {
    for at in 0..length {
        // SAFETY: the caller promises `length` writable bytes, and `at` is below it.
        unsafe { bytes.add(at).write(next() as u8) };
    }
    length as isize
}
