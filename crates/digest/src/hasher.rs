//! All digests of one stream in one pass.

mod together;

use crc_fast::CrcAlgorithm;
use sha1::Sha1;
use sha2::{Digest, Sha512};
use xxhash_rust::xxh3::Xxh3Default;
use xxhash_rust::xxh64::Xxh64;

use crate::md5::Md5;
use crate::sha256::Sha256;
use crate::stream::Stream;
use crate::tree::TreeBuilder;
use crate::{Checksum, ChecksumAlgorithm, LEAF_BYTES, TreeHash};

/// Which digests to compute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestSet {
    /// The MD5 of an ETag or of Content-MD5.
    pub md5: bool,
    /// The SHA-256 of the payload, as in `x-amz-content-sha256`.
    pub sha256: bool,
    /// Glacier's tree hash.
    pub tree: bool,
    /// Checksums of S3. One that is named twice is computed and given once.
    pub checksums: Vec<ChecksumAlgorithm>,
}

impl DigestSet {
    /// One checksum and nothing else.
    pub fn of_checksum(algorithm: ChecksumAlgorithm) -> Self {
        Self { checksums: vec![algorithm], ..Self::default() }
    }
}

/// What a [`Hasher`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// How many bytes there were.
    pub bytes: u64,
    /// The MD5, if it was asked for.
    pub md5: Option<[u8; 16]>,
    /// The SHA-256, if it was asked for.
    pub sha256: Option<[u8; 32]>,
    /// The tree hash, if it was asked for.
    pub tree: Option<TreeHash>,
    /// The checksums asked for, each once, in that order.
    pub checksums: Vec<Checksum>,
}

impl Digests {
    /// The checksum of this algorithm, if it was asked for.
    pub fn checksum(&self, algorithm: ChecksumAlgorithm) -> Option<&Checksum> {
        self.checksums.iter().find(|checksum| checksum.algorithm() == algorithm)
    }
}

/// The digests of one stream of bytes, which may be split in any way.
pub struct Hasher {
    set: DigestSet,
    bytes: u64,
    md5: Option<Stream<Md5>>,
    sha256: Option<Stream<Sha256>>,
    /// With `sha256`, the first leaf is not hashed again: it is what `sha256` gives at 1 MiB.
    tree: Option<TreeBuilder>,
    plain: Vec<Plain>,
}

/// A digest that gains nothing from other streams.
enum Plain {
    Crc(ChecksumAlgorithm, crc_fast::Digest),
    Sha1(Sha1),
    Sha512(Sha512),
    Xxh64(Xxh64),
    /// Both XXH3 of 64 and of 128 bits.
    Xxh3(Box<Xxh3Default>),
    #[cfg(all(test, not(feature = "shuttle")))]
    Panics,
}

impl Hasher {
    /// A hasher that computes these digests.
    pub fn new(set: &DigestSet) -> Self {
        let mut set = set.clone();
        let mut seen = Vec::new();
        set.checksums.retain(|algorithm| !seen.contains(algorithm) && (seen.push(*algorithm), true).1);
        let mut hasher = Self {
            bytes: 0,
            md5: (set.md5 || set.checksums.contains(&ChecksumAlgorithm::Md5)).then(Stream::new),
            sha256: (set.sha256 || set.checksums.contains(&ChecksumAlgorithm::Sha256)).then(Stream::new),
            tree: set.tree.then(TreeBuilder::new),
            plain: Vec::new(),
            set,
        };
        for algorithm in &hasher.set.checksums {
            let plain = match algorithm {
                ChecksumAlgorithm::Md5 | ChecksumAlgorithm::Sha256 => continue,
                ChecksumAlgorithm::Crc32 => crc(*algorithm, CrcAlgorithm::Crc32IsoHdlc),
                ChecksumAlgorithm::Crc32c => crc(*algorithm, CrcAlgorithm::Crc32Iscsi),
                ChecksumAlgorithm::Crc64Nvme => crc(*algorithm, CrcAlgorithm::Crc64Nvme),
                ChecksumAlgorithm::Sha1 => Plain::Sha1(Sha1::new()),
                ChecksumAlgorithm::Sha512 => Plain::Sha512(Sha512::new()),
                ChecksumAlgorithm::Xxhash64 => Plain::Xxh64(Xxh64::new(0)),
                ChecksumAlgorithm::Xxhash3 | ChecksumAlgorithm::Xxhash128 => {
                    if hasher.plain.iter().any(|plain| matches!(plain, Plain::Xxh3(_))) {
                        continue;
                    }
                    Plain::Xxh3(Box::new(Xxh3Default::new()))
                }
            };
            hasher.plain.push(plain);
        }
        hasher
    }

    /// Bytes taken in so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes the next bytes in. This takes time: a server hands large blocks to a [`LanePool`](crate::LanePool).
    pub fn update(&mut self, data: &[u8]) {
        Self::update_together(&mut [(self, data)]);
    }

    /// The digests of all bytes taken in.
    pub fn finish(mut self) -> Digests {
        let md5 = self.md5.as_ref().map(Stream::finish);
        let sha256 = self.sha256.as_ref().map(Stream::finish);
        if let (Some(tree), Some(leaf)) = (&mut self.tree, sha256)
            && self.bytes < LEAF_BYTES
        {
            tree.push(leaf);
        }
        let value = |algorithm: &ChecksumAlgorithm| match algorithm {
            ChecksumAlgorithm::Md5 => md5.map(|digest| Checksum::from_digest(*algorithm, &digest)),
            ChecksumAlgorithm::Sha256 => sha256.map(|digest| Checksum::from_digest(*algorithm, &digest)),
            _ => self.plain.iter().find_map(|plain| plain.value(*algorithm)),
        };
        Digests {
            bytes: self.bytes,
            checksums: self.set.checksums.iter().filter_map(value).collect(),
            md5: md5.filter(|_| self.set.md5),
            sha256: sha256.filter(|_| self.set.sha256),
            tree: self.tree.map(TreeBuilder::finish),
        }
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
impl Hasher {
    /// A hasher whose next update panics.
    pub(crate) fn panicking() -> Self {
        Self { plain: vec![Plain::Panics], ..Self::new(&DigestSet::default()) }
    }
}

fn crc(algorithm: ChecksumAlgorithm, kind: CrcAlgorithm) -> Plain {
    Plain::Crc(algorithm, crc_fast::Digest::new(kind))
}

impl Plain {
    fn update(&mut self, data: &[u8]) {
        match self {
            Self::Crc(_, crc) => crc.update(data),
            Self::Sha1(sha1) => sha1.update(data),
            Self::Sha512(sha512) => sha512.update(data),
            Self::Xxh64(xxh64) => xxh64.update(data),
            Self::Xxh3(xxh3) => xxh3.update(data),
            #[cfg(all(test, not(feature = "shuttle")))]
            Self::Panics => panic!("as the test wants"),
        }
    }

    /// The checksum of this algorithm, if this is what computes it.
    fn value(&self, algorithm: ChecksumAlgorithm) -> Option<Checksum> {
        match (self, algorithm) {
            (Self::Crc(of, crc), _) if *of == algorithm => {
                Some(Checksum::from_number(algorithm, crc.finalize().into()))
            }
            (Self::Sha1(sha1), ChecksumAlgorithm::Sha1) => {
                Some(Checksum::from_digest(algorithm, &sha1.clone().finalize()))
            }
            (Self::Sha512(sha512), ChecksumAlgorithm::Sha512) => {
                Some(Checksum::from_digest(algorithm, &sha512.clone().finalize()))
            }
            (Self::Xxh64(xxh64), ChecksumAlgorithm::Xxhash64) => {
                Some(Checksum::from_number(algorithm, xxh64.digest().into()))
            }
            (Self::Xxh3(xxh3), ChecksumAlgorithm::Xxhash3) => {
                Some(Checksum::from_number(algorithm, xxh3.digest().into()))
            }
            (Self::Xxh3(xxh3), ChecksumAlgorithm::Xxhash128) => {
                Some(Checksum::from_number(algorithm, xxh3.digest128()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
