//! One checksum value.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::ChecksumAlgorithm;

const LONGEST: usize = 64;

/// An algorithm and a value of exactly its length. CRCs and XXH are big-endian, as on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checksum {
    algorithm: ChecksumAlgorithm,
    /// The value, followed by zeros.
    bytes: [u8; LONGEST],
}

/// Why a value is not a checksum of the algorithm.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidChecksum {
    /// Not canonical Base64.
    #[error("the {0} checksum is not valid Base64")]
    Base64(ChecksumAlgorithm),
    /// Not the algorithm's length.
    #[error("a {algorithm} checksum has {} bytes, not {found}", .algorithm.len_bytes())]
    Length {
        /// The algorithm asked for.
        algorithm: ChecksumAlgorithm,
        /// Bytes found.
        found: usize,
    },
}

impl Checksum {
    /// A checksum with this value, whose length must be the algorithm's.
    pub fn new(algorithm: ChecksumAlgorithm, value: &[u8]) -> Result<Self, InvalidChecksum> {
        if value.len() != algorithm.len_bytes() {
            return Err(InvalidChecksum::Length { algorithm, found: value.len() });
        }
        let mut bytes = [0; LONGEST];
        bytes[..value.len()].copy_from_slice(value);
        Ok(Self { algorithm, bytes })
    }

    /// The checksum from a header's value: padded Base64 of the right length.
    pub fn parse_base64(algorithm: ChecksumAlgorithm, text: &str) -> Result<Self, InvalidChecksum> {
        let value = STANDARD.decode(text).map_err(|_| InvalidChecksum::Base64(algorithm))?;
        Self::new(algorithm, &value)
    }

    /// The value as a header carries it: padded Base64.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.value())
    }

    /// Which algorithm made it.
    pub const fn algorithm(&self) -> ChecksumAlgorithm {
        self.algorithm
    }

    /// The bytes, [`ChecksumAlgorithm::len_bytes`] of them.
    pub fn value(&self) -> &[u8] {
        &self.bytes[..self.algorithm.len_bytes()]
    }

    /// A CRC or XXH from its number, of which the lowest bytes are taken.
    pub(crate) fn from_number(algorithm: ChecksumAlgorithm, number: u128) -> Self {
        let length = algorithm.len_bytes();
        let mut bytes = [0; LONGEST];
        bytes[..length].copy_from_slice(&number.to_be_bytes()[16 - length..]);
        Self { algorithm, bytes }
    }

    /// A checksum whose value is known to have the right length.
    pub(crate) fn from_digest(algorithm: ChecksumAlgorithm, value: &[u8]) -> Self {
        debug_assert_eq!(value.len(), algorithm.len_bytes());
        let mut bytes = [0; LONGEST];
        bytes[..value.len()].copy_from_slice(value);
        Self { algorithm, bytes }
    }

    /// The value of a CRC as a number.
    pub(crate) fn number(&self) -> u64 {
        self.value().iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm, self.to_base64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_round_trips_and_lengths_are_checked() {
        for algorithm in ChecksumAlgorithm::ALL {
            let value: Vec<u8> = (1..=algorithm.len_bytes() as u8).collect();
            let checksum = Checksum::new(algorithm, &value).unwrap();
            assert_eq!(checksum.value(), value);
            assert_eq!(Checksum::parse_base64(algorithm, &checksum.to_base64()), Ok(checksum));
            let short = STANDARD.encode(&value[1..]);
            let found = value.len() - 1;
            assert_eq!(Checksum::parse_base64(algorithm, &short), Err(InvalidChecksum::Length { algorithm, found }));
            assert_eq!(Checksum::parse_base64(algorithm, "*"), Err(InvalidChecksum::Base64(algorithm)));
        }
    }
}
