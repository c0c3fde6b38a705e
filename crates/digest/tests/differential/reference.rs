//! What each digest is by its definition, computed over bytes that lie there whole.

use coldkeep_digest::{Checksum, ChecksumAlgorithm, DigestSet, Digests, TreeHash};
use sha2::{Digest, Sha256};

const MIB: usize = 1 << 20;

/// What a hasher of this set must find.
pub fn digests(set: &DigestSet, data: &[u8]) -> Digests {
    let mut checksums: Vec<Checksum> = Vec::new();
    for algorithm in &set.checksums {
        if checksums.iter().all(|known| known.algorithm() != *algorithm) {
            checksums.push(checksum(*algorithm, data));
        }
    }
    Digests {
        bytes: data.len() as u64,
        md5: set.md5.then(|| md5::Md5::digest(data).into()),
        sha256: set.sha256.then(|| Sha256::digest(data).into()),
        tree: set.tree.then(|| tree(data)),
        checksums,
    }
}

/// The documentation's definition, from the root down: the left child covers the largest power of two of leaves that
/// leaves something for the right one.
pub fn tree(data: &[u8]) -> TreeHash {
    let mut leaves: Vec<[u8; 32]> = data.chunks(MIB).map(|leaf| Sha256::digest(leaf).into()).collect();
    if leaves.is_empty() {
        leaves.push(Sha256::digest([]).into());
    }
    TreeHash { root: root(&leaves), leaves }
}

/// The root over leaves, of which there is at least one.
pub fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    if let [leaf] = leaves {
        return *leaf;
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    Sha256::digest([root(left), root(right)].concat()).into()
}

fn checksum(algorithm: ChecksumAlgorithm, data: &[u8]) -> Checksum {
    use ChecksumAlgorithm::*;
    let value = match algorithm {
        Crc32 => (crc(0xedb8_8320, u32::MAX.into(), data) as u32).to_be_bytes().to_vec(),
        Crc32c => (crc(0x82f6_3b78, u32::MAX.into(), data) as u32).to_be_bytes().to_vec(),
        Crc64Nvme => crc(0x9a6c_9329_ac4b_c9b5, u64::MAX, data).to_be_bytes().to_vec(),
        Sha1 => sha1::Sha1::digest(data).to_vec(),
        Sha256 => sha2::Sha256::digest(data).to_vec(),
        Sha512 => sha2::Sha512::digest(data).to_vec(),
        Md5 => md5::Md5::digest(data).to_vec(),
        Xxhash64 => xxhash_rust::xxh64::xxh64(data, 0).to_be_bytes().to_vec(),
        Xxhash3 => xxhash_rust::xxh3::xxh3_64(data).to_be_bytes().to_vec(),
        Xxhash128 => xxhash_rust::xxh3::xxh3_128(data).to_be_bytes().to_vec(),
    };
    Checksum::new(algorithm, &value).expect("a value of the right length")
}

/// A reflected CRC whose register begins and ends inverted, by the byte.
fn crc(polynomial: u64, ones: u64, data: &[u8]) -> u64 {
    let step = |entry: u64| (entry >> 1) ^ if entry & 1 == 1 { polynomial } else { 0 };
    let table: [u64; 256] = std::array::from_fn(|byte| (0..8).fold(byte as u64, |entry, _| step(entry)));
    data.iter().fold(ones, |crc, byte| table[((crc ^ u64::from(*byte)) & 0xff) as usize] ^ (crc >> 8)) ^ ones
}

#[test]
fn the_table_gives_the_check_values_of_the_catalogue() {
    assert_eq!(crc(0xedb8_8320, u32::MAX.into(), b"123456789"), 0xcbf4_3926);
    assert_eq!(crc(0x82f6_3b78, u32::MAX.into(), b"123456789"), 0xe306_9283);
    assert_eq!(crc(0x9a6c_9329_ac4b_c9b5, u64::MAX, b"123456789"), 0xae8b_1486_0a79_9888);
}
