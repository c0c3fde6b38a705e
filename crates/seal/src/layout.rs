//! Where a byte of a content lies in its sealed form. Pure arithmetic.
//!
//! A sealed frame is 64 KiB, so that whole frames fill blocks that the disk likes; its plaintext is what the tag leaves of it. The last
//! frame is as long as it must be. An empty content is one frame of a tag alone.

use std::ops::Range;

/// Bytes of a sealed frame, its tag included: 64 KiB.
pub const FRAME_BYTES: usize = 64 << 10;
/// Bytes of the tag at the end of each frame.
pub const TAG_BYTES: usize = 16;
/// Plaintext bytes of a frame that is not the last.
pub const FRAME_PLAIN_BYTES: usize = FRAME_BYTES - TAG_BYTES;

const FRAME: u64 = FRAME_BYTES as u64;
const PLAIN: u64 = FRAME_PLAIN_BYTES as u64;
const TAG: u64 = TAG_BYTES as u64;

/// How many frames a content of so many bytes has: at least one.
pub(crate) fn frames(plain: u64) -> u64 {
    plain.div_ceil(PLAIN).max(1)
}

/// The size in sealed form of a content of so many bytes.
pub fn sealed_bytes(plain: u64) -> u64 {
    plain.saturating_add(frames(plain) * TAG)
}

/// The size of the content whose sealed form has so many bytes; `None` if none has.
pub fn plain_bytes(sealed: u64) -> Option<u64> {
    let (whole, rest) = (sealed / FRAME, sealed % FRAME);
    let plain = match rest {
        0 => sealed.checked_sub(whole * TAG)?,
        _ => whole * PLAIN + rest.checked_sub(TAG)?,
    };
    (sealed_bytes(plain) == sealed).then_some(plain)
}

/// Where the frames lie that hold a range of a content of so many bytes; of an empty one, the frame there is.
pub fn sealed_range(plain: u64, range: &Range<u64>) -> Range<u64> {
    let first = range.start / PLAIN;
    let end = range.end.div_ceil(PLAIN).max(first + 1);
    let at = |frame: u64| frame.saturating_mul(FRAME).min(sealed_bytes(plain));
    at(first)..at(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_at_the_limits() {
        for (plain, sealed) in [
            (0, 16),
            (1, 17),
            (PLAIN - 1, FRAME - 1),
            (PLAIN, FRAME),
            (PLAIN + 1, FRAME + 17),
            (2 * PLAIN, 2 * FRAME),
            (16 * PLAIN, 1 << 20),
        ] {
            assert_eq!(sealed_bytes(plain), sealed, "{plain}");
            assert_eq!(plain_bytes(sealed), Some(plain), "{sealed}");
        }
        // No content is so long: a tag lacks, or is all there is of a frame that is not the first.
        for sealed in [0, 1, 15, FRAME + 1, FRAME + 15, FRAME + 16, 2 * FRAME + 16] {
            assert_eq!(plain_bytes(sealed), None, "{sealed}");
        }
    }

    proptest! {
        #[test]
        fn sizes_come_back(plain in 0u64..1 << 50) {
            prop_assert_eq!(plain_bytes(sealed_bytes(plain)), Some(plain));
        }

        #[test]
        fn what_is_no_size_is_refused(sealed in any::<u64>()) {
            if let Some(plain) = plain_bytes(sealed) {
                prop_assert_eq!(sealed_bytes(plain), sealed);
            }
        }
    }
}
