//! How bytes are cut into parts and ranges. Pure.

use coldkeep_digest::LEAF_BYTES;
use coldkeep_types::PartSize;

use crate::Error;

/// The most parts of an upload: a limit of the API.
pub const MAX_PARTS: u64 = 10_000;

/// 16 MiB: the part size of a stream of which nobody said how long it is. It may have 156 GiB.
pub const STREAM_PART_BYTES: u64 = 16 << 20;

/// The smallest range that is fetched at once, unless an archive is shorter.
const RANGE_BYTES: u64 = 8 << 20;

/// The smallest part size with which so many bytes fit into [`MAX_PARTS`] parts: the less is sent again after a kill.
pub fn part_size_for(bytes: u64) -> Result<PartSize, Error> {
    let smallest = bytes.div_ceil(MAX_PARTS).max(LEAF_BYTES).checked_next_power_of_two();
    smallest.and_then(|size| PartSize::new(size).ok()).ok_or_else(|| {
        Error::Invalid(format!(
            "{bytes} bytes are more than an archive can have: {MAX_PARTS} parts of 4 GiB.\nNothing was sent. Split it, for example with `split -b 10T`."
        ))
    })
}

/// The size of the ranges by which an archive is fetched: as parts, but none below 8 MiB, so that few requests are made.
pub fn range_size_for(bytes: u64) -> u64 {
    bytes.div_ceil(MAX_PARTS).max(RANGE_BYTES).next_power_of_two()
}

/// The pieces of `bytes` bytes, each of `size`, the last maybe shorter: first byte and length.
pub fn pieces(bytes: u64, size: u64) -> impl Iterator<Item = (u64, u64)> {
    (0..bytes.div_ceil(size)).map(move |index| (index * size, size.min(bytes - index * size)))
}

/// First byte and length of `FIRST-LAST`, as the API writes ranges.
pub fn parse_range(text: &str) -> Option<(u64, u64)> {
    let (first, last) = text.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    Some((first, last.checked_sub(first)?.checked_add(1)?))
}

#[cfg(test)]
mod tests {
    use coldkeep_digest::is_tree_hash_aligned;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_are_as_small_as_ten_thousand_of_them_allow() {
        const MIB: u64 = 1 << 20;
        let table = [
            (1, MIB),
            (MIB, MIB),
            (10_000 * MIB, MIB),
            (10_000 * MIB + 1, 2 * MIB),
            (STREAM_PART_BYTES * MAX_PARTS, STREAM_PART_BYTES),
            (10_000 << 32, 4 << 30),
        ];
        for (bytes, size) in table {
            assert_eq!(part_size_for(bytes).expect("fits").get(), size, "{bytes}");
        }
        for bytes in [(10_000 << 32) + 1, u64::MAX] {
            let words = part_size_for(bytes).expect_err("too long").to_string();
            assert!(words.contains("10000 parts of 4 GiB"), "{words}");
        }
    }

    #[test]
    fn ranges_are_read_as_the_api_writes_them() {
        assert_eq!(parse_range("0-1048575"), Some((0, 1 << 20)));
        assert_eq!(parse_range("5-5"), Some((5, 1)));
        for bad in ["", "5", "5-4", "a-b", "0-18446744073709551615", "1-2-3"] {
            assert_eq!(parse_range(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn ranges_cover_an_archive_once_and_each_has_a_tree_hash_of_its_own(bytes in 1u64..(1 << 38)) {
            let size = range_size_for(bytes);
            let mut next = 0;
            for (first, length) in pieces(bytes, size) {
                prop_assert_eq!(first, next);
                prop_assert!(is_tree_hash_aligned(first, first + length - 1, bytes));
                next += length;
            }
            prop_assert_eq!(next, bytes);
            prop_assert!(bytes.div_ceil(size) <= MAX_PARTS);
        }
    }
}
