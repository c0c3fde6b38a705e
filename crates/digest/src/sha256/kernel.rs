//! The rounds of SHA-256 in the lanes of vectors, written once for both kinds.
//!
//! For processors without SHA instructions, and for the widest vectors, which beat them.
#![allow(unsafe_code)]

/// Makes `compress`, which takes blocks into up to `LANES` states, from the operations of a `vector` module.
macro_rules! sha256_kernel {
    ($vector:ident, $feature:literal) => {
        use crate::lanes::{heads, set_state_words, state_words, take_off};
        use crate::sha256::Sha256;
        use crate::sha256::constants::ROUNDS;
        use crate::stream::{BLOCK_BYTES, Lane};
        use crate::vector::$vector::*;

        /// Takes blocks into states.
        ///
        /// # Safety
        /// That of [`Kernel::run`](crate::lanes::Kernel::run), with a width of `LANES`.
        #[target_feature(enable = $feature)]
        pub(in crate::sha256) unsafe fn compress(lanes: &mut [Lane<'_, Sha256>], blocks: usize) {
            let [mut heads] = heads::<Sha256, LANES, 1>(lanes);
            let mut state = [splat(0); 8];
            for word in 0..8 {
                state[word] = gather(state_words(lanes, 0, word));
            }
            for _ in 0..blocks {
                // SAFETY: each head is within its lane's blocks, by the caller's promise of their number.
                let mut words = unsafe { load_block(&heads) };
                for head in &mut heads {
                    *head = head.wrapping_add(BLOCK_BYTES);
                }
                for word in &mut words {
                    *word = swap_bytes(*word);
                }
                let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;

                macro_rules! round {
                    ($base:expr, $i:literal, $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident) => {
                        let sum = xor3(rotate_left::<26, 6>($e), rotate_left::<21, 11>($e), rotate_left::<7, 25>($e));
                        let first = add(add($h, splat(ROUNDS[$base + $i])), words[$i]);
                        let first = add(add(first, choice($e, $f, $g)), sum);
                        let sum = xor3(rotate_left::<30, 2>($a), rotate_left::<19, 13>($a), rotate_left::<10, 22>($a));
                        $d = add($d, first);
                        $h = add(first, add(sum, majority($a, $b, $c)));
                    };
                }
                macro_rules! rounds {
                    ($base:expr) => {
                        round!($base, 0, a b c d e f g h);
                        round!($base, 1, h a b c d e f g);
                        round!($base, 2, g h a b c d e f);
                        round!($base, 3, f g h a b c d e);
                        round!($base, 4, e f g h a b c d);
                        round!($base, 5, d e f g h a b c);
                        round!($base, 6, c d e f g h a b);
                        round!($base, 7, b c d e f g h a);
                        round!($base, 8, a b c d e f g h);
                        round!($base, 9, h a b c d e f g);
                        round!($base, 10, g h a b c d e f);
                        round!($base, 11, f g h a b c d e);
                        round!($base, 12, e f g h a b c d);
                        round!($base, 13, d e f g h a b c);
                        round!($base, 14, c d e f g h a b);
                        round!($base, 15, b c d e f g h a);
                    };
                }
                // The word of 16 rounds later, in the place of this round's.
                macro_rules! extend {
                    ($i:literal) => {
                        let (early, late) = (words[($i + 1) % 16], words[($i + 14) % 16]);
                        let early = xor3(rotate_left::<25, 7>(early), rotate_left::<14, 18>(early), shift_right::<3>(early));
                        let late = xor3(rotate_left::<15, 17>(late), rotate_left::<13, 19>(late), shift_right::<10>(late));
                        words[$i] = add(add(words[$i], early), add(words[($i + 9) % 16], late));
                    };
                }
                rounds!(0);
                for quarter in 1..4 {
                    extend!(0);
                    extend!(1);
                    extend!(2);
                    extend!(3);
                    extend!(4);
                    extend!(5);
                    extend!(6);
                    extend!(7);
                    extend!(8);
                    extend!(9);
                    extend!(10);
                    extend!(11);
                    extend!(12);
                    extend!(13);
                    extend!(14);
                    extend!(15);
                    rounds!(16 * quarter);
                }

                for (before, now) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
                    *before = add(*before, now);
                }
            }
            for word in 0..8 {
                set_state_words(lanes, 0, word, scatter(state[word]));
            }
            take_off(lanes, blocks);
        }
    };
}

/// Eight messages.
pub(super) mod avx2 {
    sha256_kernel!(avx2, "avx2");
}

/// Sixteen messages.
pub(super) mod avx512 {
    sha256_kernel!(avx512, "avx512f,avx512bw");
}
