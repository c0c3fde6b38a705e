//! Digests on one core: one stream, and many streams in the lanes of one register.

use coldkeep_digest::{ChecksumAlgorithm, DigestSet, Hasher};

use super::{Limit, timed};
use crate::bench::payload;

const BLOCK_BYTES: usize = 1 << 20;
/// 256 MiB: what each figure is taken over.
const TOTAL_BYTES: usize = 256 << 20;

/// MD5 and SHA-256 by streams, the tree hash, the checksums, and what an S3 and a Glacier part need.
pub fn measure() -> Vec<Limit> {
    let md5 = DigestSet { md5: true, ..DigestSet::default() };
    let sha256 = DigestSet { sha256: true, ..DigestSet::default() };
    let tree = DigestSet { tree: true, ..DigestSet::default() };
    let glacier = DigestSet { sha256: true, tree: true, ..DigestSet::default() };
    let mut limits = Vec::new();
    for streams in [1, 2, 4, 8, 16, 32] {
        limits.push(limit(&format!("MD5, {streams} streams"), &md5, streams));
    }
    for streams in [1, 4, 16] {
        limits.push(limit(&format!("SHA-256, {streams} streams"), &sha256, streams));
    }
    limits.push(limit("tree hash, 1 stream", &tree, 1));
    limits.push(limit("SHA-256 and tree hash (a Glacier part), 4 streams", &glacier, 4));
    // The other two are above, by streams.
    let plain =
        |algorithm: &ChecksumAlgorithm| !matches!(algorithm, ChecksumAlgorithm::Md5 | ChecksumAlgorithm::Sha256);
    for algorithm in ChecksumAlgorithm::ALL.into_iter().filter(plain) {
        limits.push(limit(algorithm.name(), &DigestSet::of_checksum(algorithm), 1));
    }
    limits
}

/// The best of three rounds: other work on the core only takes away.
fn limit(what: &str, set: &DigestSet, streams: usize) -> Limit {
    let cpu = (0..3).map(|_| cpu_per_byte(set, streams)).fold(f64::INFINITY, f64::min);
    Limit { what: what.to_owned(), value: 1.0 / cpu / 1e9, unit: "GB/s of a core", cpu: cpu * f64::from(1 << 30) }
}

fn cpu_per_byte(set: &DigestSet, streams: usize) -> f64 {
    // Streams start at odd distances: an exact MiB would make lanes collide in the cache.
    let block = |stream: usize| &payload::bytes(payload::MAX_BYTES)[stream * (BLOCK_BYTES + 4160)..][..BLOCK_BYTES];
    let mut hashers: Vec<Hasher> = (0..streams).map(|_| Hasher::new(set)).collect();
    let measured = timed(|| {
        for _ in 0..TOTAL_BYTES / BLOCK_BYTES / streams {
            let hashers = hashers.iter_mut().enumerate();
            let mut jobs: Vec<(&mut Hasher, &[u8])> = hashers.map(|(stream, hasher)| (hasher, block(stream))).collect();
            Hasher::update_together(&mut jobs);
        }
        Ok(hashers.iter().map(Hasher::bytes).sum::<u64>() as f64)
    });
    measured.map_or(f64::INFINITY, |(_, cpu)| cpu)
}
