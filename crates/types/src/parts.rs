//! The sizes and counts of multipart uploads, as both APIs limit them.

use thiserror::Error;

/// 5 MiB: the least size of every S3 part but the last.
pub const MIN_PART_BYTES: u64 = 5 << 20;
/// 5 GiB: the most one S3 part may hold.
pub const MAX_PART_BYTES: u64 = 5 << 30;
/// 5 GiB: the most one PutObject or CopyObject may hold.
pub const MAX_SINGLE_PUT_BYTES: u64 = 5 << 30;
/// 10,000: the most parts of an upload, in both APIs.
pub const MAX_PARTS: u32 = 10_000;
/// 50 TB (10,000 parts of 5 GiB): the most an S3 object may hold, by Amazon's S3 user guide,
/// "Amazon S3 multipart upload limits".
pub const MAX_OBJECT_BYTES: u64 = MAX_PARTS as u64 * MAX_PART_BYTES;

/// What was wrong with a part number or part size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidPart {
    /// Not in 1 to 10,000.
    #[error("part number {0} is not in 1 to {MAX_PARTS}")]
    Number(i64),
    /// Not a power of two from 1 MiB to 4 GiB.
    #[error("part size {0} is not a power of two from 1 MiB to 4 GiB")]
    Size(u64),
}

/// An S3 part number, 1 to 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartNumber(u32);

impl PartNumber {
    /// Checks the range.
    pub fn new(number: i64) -> Result<Self, InvalidPart> {
        match u32::try_from(number) {
            Ok(valid @ 1..=MAX_PARTS) => Ok(Self(valid)),
            _ => Err(InvalidPart::Number(number)),
        }
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// A Glacier part size in bytes: a power of two from 1 MiB to 4 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartSize(u64);

impl PartSize {
    /// Checks that it is a power of two in the allowed range.
    pub fn new(bytes: u64) -> Result<Self, InvalidPart> {
        if bytes.is_power_of_two() && (1 << 20..=4 << 30).contains(&bytes) {
            Ok(Self(bytes))
        } else {
            Err(InvalidPart::Size(bytes))
        }
    }

    /// The size in bytes.
    pub fn get(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_numbers_are_1_to_10_000() {
        assert_eq!(PartNumber::new(1).map(PartNumber::get), Ok(1));
        assert_eq!(PartNumber::new(10_000).map(PartNumber::get), Ok(10_000));
        for bad in [i64::MIN, -1, 0, 10_001, i64::MAX] {
            assert_eq!(PartNumber::new(bad), Err(InvalidPart::Number(bad)));
        }
    }

    #[test]
    fn part_sizes_are_powers_of_two_from_1_mib_to_4_gib() {
        for exponent in 0..64 {
            let bytes = 1u64 << exponent;
            assert_eq!(PartSize::new(bytes).is_ok(), (20..=32).contains(&exponent), "{bytes}");
        }
        assert!(PartSize::new(0).is_err() && PartSize::new(3 << 20).is_err());
    }
}
