//! The CRC of a concatenation from the CRCs of its pieces.
//!
//! A CRC is a polynomial over GF(2) modulo the generator. Appending `n` bytes multiplies it by x^(8n), and all three
//! CRCs of S3 start from and end with all ones, which cancel out: `crc(ab) = crc(a) * x^(8 * len(b)) + crc(b)`.

use crate::ChecksumAlgorithm;

/// A CRC's arithmetic. Numbers are reflected: the highest of `width` bits stands for x^0.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    generator: u64,
    one: u64,
}

impl Field {
    /// The arithmetic of this algorithm; `None` if it is no CRC.
    pub(crate) fn of(algorithm: ChecksumAlgorithm) -> Option<Self> {
        match algorithm {
            ChecksumAlgorithm::Crc32 => Some(Self { generator: 0xedb8_8320, one: 1 << 31 }),
            ChecksumAlgorithm::Crc32c => Some(Self { generator: 0x82f6_3b78, one: 1 << 31 }),
            ChecksumAlgorithm::Crc64Nvme => Some(Self { generator: 0x9a6c_9329_ac4b_c9b5, one: 1 << 63 }),
            _ => None,
        }
    }

    /// The product of two polynomials.
    pub(crate) fn multiply(self, a: u64, mut b: u64) -> u64 {
        let mut product = 0;
        let mut term = self.one;
        while term != 0 {
            if a & term != 0 {
                product ^= b;
            }
            b = if b & 1 == 1 { b >> 1 ^ self.generator } else { b >> 1 };
            term >>= 1;
        }
        product
    }

    /// x^(8 * bytes): what appending that many bytes multiplies a CRC by.
    pub(crate) fn shift(self, mut bytes: u64) -> u64 {
        let mut result = self.one;
        let mut power = self.one >> 8;
        while bytes != 0 {
            if bytes & 1 == 1 {
                result = self.multiply(result, power);
            }
            power = self.multiply(power, power);
            bytes >>= 1;
        }
        result
    }
}
