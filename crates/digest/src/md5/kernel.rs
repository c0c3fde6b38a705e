//! The steps of MD5, written once for every kind of register.
#![allow(unsafe_code)]

/// The constants: 2^32 * |sin(i + 1)|.
const SINES: [u32; 64] = [
    0xd76a_a478,
    0xe8c7_b756,
    0x2420_70db,
    0xc1bd_ceee,
    0xf57c_0faf,
    0x4787_c62a,
    0xa830_4613,
    0xfd46_9501,
    0x6980_98d8,
    0x8b44_f7af,
    0xffff_5bb1,
    0x895c_d7be,
    0x6b90_1122,
    0xfd98_7193,
    0xa679_438e,
    0x49b4_0821,
    0xf61e_2562,
    0xc040_b340,
    0x265e_5a51,
    0xe9b6_c7aa,
    0xd62f_105d,
    0x0244_1453,
    0xd8a1_e681,
    0xe7d3_fbc8,
    0x21e1_cde6,
    0xc337_07d6,
    0xf4d5_0d87,
    0x455a_14ed,
    0xa9e3_e905,
    0xfcef_a3f8,
    0x676f_02d9,
    0x8d2a_4c8a,
    0xfffa_3942,
    0x8771_f681,
    0x6d9d_6122,
    0xfde5_380c,
    0xa4be_ea44,
    0x4bde_cfa9,
    0xf6bb_4b60,
    0xbebf_bc70,
    0x289b_7ec6,
    0xeaa1_27fa,
    0xd4ef_3085,
    0x0488_1d05,
    0xd9d4_d039,
    0xe6db_99e5,
    0x1fa2_7cf8,
    0xc4ac_5665,
    0xf429_2244,
    0x432a_ff97,
    0xab94_23a7,
    0xfc93_a039,
    0x655b_59c3,
    0x8f0c_cc92,
    0xffef_f47d,
    0x8584_5dd1,
    0x6fa8_7e4f,
    0xfe2c_e6e0,
    0xa301_4314,
    0x4e08_11a1,
    0xf753_7e82,
    0xbd3a_f235,
    0x2ad7_d2bb,
    0xeb86_d391,
];

/// Makes `compress`, which takes blocks into up to `GROUPS * LANES` states, from the operations of a `vector` module.
macro_rules! md5_kernel {
    ($vector:ident $(, $feature:literal)?) => {
        use super::SINES;
        use crate::lanes::{heads, set_state_words, state_words, take_off};
        use crate::md5::Md5;
        use crate::stream::{BLOCK_BYTES, Lane};
        use crate::vector::$vector::*;

        /// Takes blocks into states.
        ///
        /// # Safety
        /// That of [`Kernel::run`](crate::lanes::Kernel::run), with a width of `GROUPS * LANES`.
        $(#[target_feature(enable = $feature)])?
        pub(in crate::md5) unsafe fn compress<const GROUPS: usize>(lanes: &mut [Lane<'_, Md5>], blocks: usize) {
            let mut heads = heads::<Md5, LANES, GROUPS>(lanes);
            let (mut a, mut b) = ([splat(0); GROUPS], [splat(0); GROUPS]);
            let (mut c, mut d) = ([splat(0); GROUPS], [splat(0); GROUPS]);
            for group in 0..GROUPS {
                a[group] = gather(state_words(lanes, group, 0));
                b[group] = gather(state_words(lanes, group, 1));
                c[group] = gather(state_words(lanes, group, 2));
                d[group] = gather(state_words(lanes, group, 3));
            }
            for _ in 0..blocks {
                let before = (a, b, c, d);
                let mut words = [[splat(0); 16]; GROUPS];
                for group in 0..GROUPS {
                    // SAFETY: each head is within its lane's blocks, by the caller's promise of their number.
                    words[group] = unsafe { load_block(&heads[group]) };
                    for head in &mut heads[group] {
                        *head = head.wrapping_add(BLOCK_BYTES);
                    }
                }

                // One step: a = b + rotate(a + function(b, c, d) + word + sine).
                macro_rules! step {
                    ($function:ident, $a:ident $b:ident $c:ident $d:ident, $word:literal, $left:literal, $i:literal) => {
                        for group in 0..GROUPS {
                            let sum = early(add(add($a[group], splat(SINES[$i])), words[group][$word]));
                            let sum = $function!(sum, $b[group], $c[group], $d[group]);
                            $a[group] = add($b[group], rotate_left::<$left, { 32 - $left }>(sum));
                        }
                    };
                }
                macro_rules! f {
                    ($sum:expr, $b:expr, $c:expr, $d:expr) => {
                        add_choice($sum, $b, $c, $d)
                    };
                }
                macro_rules! g {
                    ($sum:expr, $b:expr, $c:expr, $d:expr) => {
                        add_choice_late($sum, $d, $b, $c)
                    };
                }
                macro_rules! h {
                    ($sum:expr, $b:expr, $c:expr, $d:expr) => {
                        add($sum, xor3($b, $c, $d))
                    };
                }
                macro_rules! i {
                    ($sum:expr, $b:expr, $c:expr, $d:expr) => {
                        add($sum, xor_or_not($c, $b, $d))
                    };
                }

                step!(f, a b c d, 0, 7, 0);
                step!(f, d a b c, 1, 12, 1);
                step!(f, c d a b, 2, 17, 2);
                step!(f, b c d a, 3, 22, 3);
                step!(f, a b c d, 4, 7, 4);
                step!(f, d a b c, 5, 12, 5);
                step!(f, c d a b, 6, 17, 6);
                step!(f, b c d a, 7, 22, 7);
                step!(f, a b c d, 8, 7, 8);
                step!(f, d a b c, 9, 12, 9);
                step!(f, c d a b, 10, 17, 10);
                step!(f, b c d a, 11, 22, 11);
                step!(f, a b c d, 12, 7, 12);
                step!(f, d a b c, 13, 12, 13);
                step!(f, c d a b, 14, 17, 14);
                step!(f, b c d a, 15, 22, 15);
                step!(g, a b c d, 1, 5, 16);
                step!(g, d a b c, 6, 9, 17);
                step!(g, c d a b, 11, 14, 18);
                step!(g, b c d a, 0, 20, 19);
                step!(g, a b c d, 5, 5, 20);
                step!(g, d a b c, 10, 9, 21);
                step!(g, c d a b, 15, 14, 22);
                step!(g, b c d a, 4, 20, 23);
                step!(g, a b c d, 9, 5, 24);
                step!(g, d a b c, 14, 9, 25);
                step!(g, c d a b, 3, 14, 26);
                step!(g, b c d a, 8, 20, 27);
                step!(g, a b c d, 13, 5, 28);
                step!(g, d a b c, 2, 9, 29);
                step!(g, c d a b, 7, 14, 30);
                step!(g, b c d a, 12, 20, 31);
                step!(h, a b c d, 5, 4, 32);
                step!(h, d a b c, 8, 11, 33);
                step!(h, c d a b, 11, 16, 34);
                step!(h, b c d a, 14, 23, 35);
                step!(h, a b c d, 1, 4, 36);
                step!(h, d a b c, 4, 11, 37);
                step!(h, c d a b, 7, 16, 38);
                step!(h, b c d a, 10, 23, 39);
                step!(h, a b c d, 13, 4, 40);
                step!(h, d a b c, 0, 11, 41);
                step!(h, c d a b, 3, 16, 42);
                step!(h, b c d a, 6, 23, 43);
                step!(h, a b c d, 9, 4, 44);
                step!(h, d a b c, 12, 11, 45);
                step!(h, c d a b, 15, 16, 46);
                step!(h, b c d a, 2, 23, 47);
                step!(i, a b c d, 0, 6, 48);
                step!(i, d a b c, 7, 10, 49);
                step!(i, c d a b, 14, 15, 50);
                step!(i, b c d a, 5, 21, 51);
                step!(i, a b c d, 12, 6, 52);
                step!(i, d a b c, 3, 10, 53);
                step!(i, c d a b, 10, 15, 54);
                step!(i, b c d a, 1, 21, 55);
                step!(i, a b c d, 8, 6, 56);
                step!(i, d a b c, 15, 10, 57);
                step!(i, c d a b, 6, 15, 58);
                step!(i, b c d a, 13, 21, 59);
                step!(i, a b c d, 4, 6, 60);
                step!(i, d a b c, 11, 10, 61);
                step!(i, c d a b, 2, 15, 62);
                step!(i, b c d a, 9, 21, 63);

                for group in 0..GROUPS {
                    a[group] = add(a[group], before.0[group]);
                    b[group] = add(b[group], before.1[group]);
                    c[group] = add(c[group], before.2[group]);
                    d[group] = add(d[group], before.3[group]);
                }
            }
            for group in 0..GROUPS {
                set_state_words(lanes, group, 0, scatter(a[group]));
                set_state_words(lanes, group, 1, scatter(b[group]));
                set_state_words(lanes, group, 2, scatter(c[group]));
                set_state_words(lanes, group, 3, scatter(d[group]));
            }
            take_off(lanes, blocks);
        }
    };
}

/// One to three messages in ordinary registers.
pub(super) mod scalar {
    md5_kernel!(scalar);
}

/// Eight messages for each group.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx2 {
    md5_kernel!(avx2, "avx2");
}

/// Sixteen messages for each group.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512 {
    md5_kernel!(avx512, "avx512f,avx512bw");
}
