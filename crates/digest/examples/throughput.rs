//! Prints how many GB this processor hashes in a second of one core.
//!
//! On Linux that is a second of processor time, of all threads together, so that other work on the machine disturbs
//! little; elsewhere it is a second of the clock.
//!
//! `cargo run --release -p coldkeep-digest --example throughput`

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use coldkeep_digest::{ChecksumAlgorithm, DigestSet, Hasher, LanePool, available_kernels};
use tokio::task::JoinSet;

const BLOCK_BYTES: usize = 1 << 20;
const ROUNDS: usize = 3;
/// The kernel counts in ticks of 4 ms; a round is long enough not to notice.
const ROUND_SECONDS: f64 = 0.25;

fn main() -> std::io::Result<()> {
    println!("kernels: {}", available_kernels().join(", "));
    println!("GB in a second of one core, all streams together, blocks of 1 MiB; the best of {ROUNDS} rounds\n");

    let md5 = DigestSet { md5: true, ..DigestSet::default() };
    let sha256 = DigestSet { sha256: true, ..DigestSet::default() };
    let tree = DigestSet { tree: true, ..DigestSet::default() };
    let glacier = DigestSet { sha256: true, tree: true, ..DigestSet::default() };
    let part = DigestSet { md5: true, checksums: vec![ChecksumAlgorithm::Crc64Nvme], ..DigestSet::default() };

    for streams in [1, 2, 3, 4, 6, 8, 12, 16, 32] {
        println!("MD5, {streams} streams: {:.2}", together(&md5, streams, 1));
    }
    for streams in [1, 2, 3, 4, 16] {
        println!("SHA-256, {streams} streams: {:.2}", together(&sha256, streams, 1));
    }
    println!("tree hash, blocks of 1 MiB: {:.2}", together(&tree, 1, 1));
    println!("tree hash, blocks of 8 MiB: {:.2}", together(&tree, 1, 8));
    println!("tree hash and SHA-256 (a Glacier part): {:.2}", together(&glacier, 1, 8));
    for algorithm in ChecksumAlgorithm::ALL {
        println!("{algorithm}: {:.2}", together(&DigestSet::of_checksum(algorithm), 1, 1));
    }
    println!("MD5 and CRC64NVME (an S3 part): {:.2}", together(&part, 1, 1));
    println!();
    for streams in [1, 2, 4, 8, 16, 64] {
        println!("pool, MD5 and CRC64NVME, {streams} streams: {:.2}", pooled(&part, streams)?);
    }
    for streams in [1, 4, 16] {
        println!("pool, tree hash and SHA-256, {streams} streams: {:.2}", pooled(&glacier, streams)?);
    }
    Ok(())
}

/// Time that does not depend on other processes.
struct Stopwatch {
    clock: Instant,
    processor: Option<Duration>,
}

impl Stopwatch {
    fn start() -> Self {
        Self { clock: Instant::now(), processor: processor_time() }
    }

    fn seconds(&self) -> f64 {
        let processor = self.processor.zip(processor_time()).map(|(start, end)| end - start);
        processor.unwrap_or_else(|| self.clock.elapsed()).as_secs_f64()
    }
}

/// What all threads of this process have used: the first number, in nanoseconds, of each one's `schedstat`.
fn processor_time() -> Option<Duration> {
    let mut total = 0;
    for thread in std::fs::read_dir("/proc/self/task").ok()? {
        let line = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        total += line.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(total))
}

fn best(mut round: impl FnMut() -> f64) -> f64 {
    (0..ROUNDS).map(|_| round()).fold(0.0, f64::max)
}

/// Streams advanced by one caller, each by one block of so many MiB at a time.
fn together(set: &DigestSet, streams: usize, mib: usize) -> f64 {
    let blocks: Vec<Vec<u8>> = (0..streams).map(|stream| vec![stream as u8; mib * BLOCK_BYTES]).collect();
    best(|| {
        let mut hashers: Vec<Hasher> = blocks.iter().map(|_| Hasher::new(set)).collect();
        let watch = Stopwatch::start();
        while watch.seconds() < ROUND_SECONDS {
            for _ in 0..(64 / (streams * mib)).max(1) {
                let mut jobs: Vec<(&mut Hasher, &[u8])> =
                    hashers.iter_mut().zip(&blocks).map(|(hasher, block)| (hasher, block.as_slice())).collect();
                Hasher::update_together(&mut jobs);
            }
        }
        let bytes: u64 = hashers.iter().map(Hasher::bytes).sum();
        bytes as f64 / watch.seconds() / 1e9
    })
}

/// Streams that each hand one block at a time to a pool of one thread.
fn pooled(set: &DigestSet, streams: usize) -> std::io::Result<f64> {
    let pool = Arc::new(LanePool::new(1)?);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let blocks: Vec<Bytes> = (0..streams).map(|stream| vec![stream as u8; BLOCK_BYTES].into()).collect();
    let repeats = (1024 / streams).max(16);
    Ok(best(|| {
        let watch = Stopwatch::start();
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for block in &blocks {
                let (pool, block, mut hasher) = (pool.clone(), block.clone(), Hasher::new(set));
                tasks.spawn(async move {
                    for _ in 0..repeats {
                        hasher = pool.update(hasher, block.clone()).await;
                    }
                    assert_eq!(hasher.finish().bytes, (repeats * BLOCK_BYTES) as u64);
                });
            }
            while let Some(result) = tasks.join_next().await {
                result.expect("the streams do not panic");
            }
        });
        (repeats * streams * BLOCK_BYTES) as f64 / watch.seconds() / 1e9
    }))
}
