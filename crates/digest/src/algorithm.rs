//! The checksum algorithms and types of S3, as its service model names them.
//!
//! Which type an algorithm supports is the table of the user guide's page "Checking object integrity".

use std::fmt;

/// An algorithm of `x-amz-checksum-algorithm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChecksumAlgorithm {
    /// CRC-32 of ISO-HDLC (zlib), 4 bytes.
    Crc32,
    /// CRC-32 of Castagnoli (iSCSI), 4 bytes.
    Crc32c,
    /// CRC-64 of NVMe, 8 bytes.
    Crc64Nvme,
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-512, 64 bytes.
    Sha512,
    /// MD5, 16 bytes.
    Md5,
    /// XXH64 with seed 0, 8 bytes.
    Xxhash64,
    /// XXH3 of 64 bits with seed 0, 8 bytes.
    Xxhash3,
    /// XXH3 of 128 bits with seed 0, 16 bytes.
    Xxhash128,
}

/// How the checksum of a multipart object is made from those of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChecksumType {
    /// The algorithm over the concatenated checksums of the parts; shown as `value-parts`.
    Composite,
    /// The algorithm over all bytes of the object.
    FullObject,
}

impl ChecksumAlgorithm {
    /// All algorithms, in the order of their declaration.
    pub const ALL: [Self; 10] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
        Self::Md5,
        Self::Xxhash64,
        Self::Xxhash3,
        Self::Xxhash128,
    ];

    /// Whether it is a CRC, which takes about as long as copying the bytes does.
    pub fn is_crc(self) -> bool {
        matches!(self, Self::Crc32 | Self::Crc32c | Self::Crc64Nvme)
    }

    /// The algorithm with this name, in whatever case: SDKs send both `CRC32` and `crc32`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// The algorithm whose value the header of this name carries, in whatever case.
    pub fn from_header_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.header_name().eq_ignore_ascii_case(name))
    }

    /// The name as Amazon spells it, such as `CRC64NVME`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
            Self::Md5 => "MD5",
            Self::Xxhash64 => "XXHASH64",
            Self::Xxhash3 => "XXHASH3",
            Self::Xxhash128 => "XXHASH128",
        }
    }

    /// The header or trailer that carries the value, in lower case, such as `x-amz-checksum-crc64nvme`.
    pub const fn header_name(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
            Self::Sha512 => "x-amz-checksum-sha512",
            Self::Md5 => "x-amz-checksum-md5",
            Self::Xxhash64 => "x-amz-checksum-xxhash64",
            Self::Xxhash3 => "x-amz-checksum-xxhash3",
            Self::Xxhash128 => "x-amz-checksum-xxhash128",
        }
    }

    /// The length of a value in bytes, before Base64.
    pub const fn len_bytes(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme | Self::Xxhash64 | Self::Xxhash3 => 8,
            Self::Md5 | Self::Xxhash128 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// Whether a multipart upload may combine this algorithm in this way.
    pub const fn supports(self, kind: ChecksumType) -> bool {
        match self {
            Self::Crc32 | Self::Crc32c => true,
            Self::Crc64Nvme => matches!(kind, ChecksumType::FullObject),
            Self::Sha1 | Self::Sha256 | Self::Sha512 | Self::Md5 | Self::Xxhash64 | Self::Xxhash3 | Self::Xxhash128 => {
                matches!(kind, ChecksumType::Composite)
            }
        }
    }

    /// The type of a multipart upload that names this algorithm and no type.
    pub const fn default_type(self) -> ChecksumType {
        match self {
            Self::Crc64Nvme => ChecksumType::FullObject,
            _ => ChecksumType::Composite,
        }
    }
}

impl fmt::Display for ChecksumAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ChecksumType {
    /// The type named `COMPOSITE` or `FULL_OBJECT`, in whatever case.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Composite, Self::FullObject].into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// The name as Amazon spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Composite => "COMPOSITE",
            Self::FullObject => "FULL_OBJECT",
        }
    }
}

impl fmt::Display for ChecksumType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_headers_follow_them() {
        for algorithm in ChecksumAlgorithm::ALL {
            assert_eq!(ChecksumAlgorithm::parse(algorithm.name()), Some(algorithm));
            assert_eq!(ChecksumAlgorithm::parse(&algorithm.name().to_lowercase()), Some(algorithm));
            assert_eq!(algorithm.header_name(), format!("x-amz-checksum-{}", algorithm.name().to_lowercase()));
            assert_eq!(ChecksumAlgorithm::from_header_name(algorithm.header_name()), Some(algorithm));
            assert!(algorithm.supports(algorithm.default_type()));
        }
        assert_eq!(ChecksumAlgorithm::parse("CRC64"), None);
        assert_eq!(ChecksumType::parse("FULL_OBJECT"), Some(ChecksumType::FullObject));
        assert_eq!(ChecksumType::parse("FULL"), None);
    }

    #[test]
    fn only_crcs_cover_full_objects() {
        let full = ChecksumAlgorithm::ALL.into_iter().filter(|algorithm| algorithm.supports(ChecksumType::FullObject));
        assert_eq!(full.map(ChecksumAlgorithm::name).collect::<Vec<_>>(), ["CRC32", "CRC32C", "CRC64NVME"]);
        assert!(!ChecksumAlgorithm::Crc64Nvme.supports(ChecksumType::Composite));
    }
}
