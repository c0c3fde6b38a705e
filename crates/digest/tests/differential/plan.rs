//! What a stream of a test is: which digests, which bytes, in which pieces.

use std::sync::LazyLock;

use bytes::Bytes;
use coldkeep_digest::{ChecksumAlgorithm, DigestSet};
use proptest::prelude::*;

const MIB: usize = 1 << 20;
/// The longest stream, a bit more than four leaves.
const MOST_BYTES: usize = 4 * MIB + 200;
/// Streams begin at any of so many offsets, so that blocks lie at any alignment.
const OFFSETS: usize = 5000;

static NOISE: LazyLock<Bytes> = LazyLock::new(|| {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..MOST_BYTES + OFFSETS).map(|_| next()).collect()
});

/// What all streams are slices of.
pub fn noise() -> &'static Bytes {
    &NOISE
}

/// A stream.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is computed of it.
    pub set: DigestSet,
    offset: usize,
    length: usize,
    /// Lengths of the pieces; what they leave over is the last piece.
    pieces: Vec<usize>,
    /// How often the stream lets others go first, before each piece in turn; as many as there are, again and again.
    pub pauses: Vec<u8>,
    /// Whether its owner goes away while the last piece is under way.
    pub is_abandoned: bool,
}

impl Plan {
    /// All of its bytes.
    pub fn data(&self) -> Bytes {
        noise().slice(self.offset..self.offset + self.length)
    }

    /// The pieces in order. At least one; some may be empty.
    pub fn pieces(&self) -> Vec<Bytes> {
        let (mut rest, mut pieces) = (self.data(), Vec::new());
        for length in &self.pieces {
            pieces.push(rest.split_to(rest.len().min(*length)));
        }
        pieces.push(rest);
        pieces
    }
}

/// Any set, mostly with few checksums, which may be named twice.
fn set() -> impl Strategy<Value = DigestSet> {
    let algorithm = || prop::sample::select(ChecksumAlgorithm::ALL.to_vec());
    let checksums = prop_oneof![
        6 => prop::collection::vec(algorithm(), 0..3),
        1 => prop::collection::vec(algorithm(), 3..14),
    ];
    (any::<bool>(), any::<bool>(), any::<bool>(), checksums).prop_map(|(md5, sha256, tree, checksums)| DigestSet {
        md5,
        sha256,
        tree,
        checksums,
    })
}

/// Lengths around the limits of blocks, of what a caller hashes by itself, and of leaves; and any others.
fn length() -> impl Strategy<Value = usize> {
    let around = |limit: usize| (0..131_usize).prop_map(move |off| (limit + off).saturating_sub(65));
    prop_oneof![
        4 => 0..300_usize,
        2 => around(8 << 10),
        6 => 0..100_000_usize,
        3 => (1..=4_usize).prop_flat_map(move |leaves| around(leaves * MIB)),
        1 => 0..MOST_BYTES,
    ]
}

fn piece() -> impl Strategy<Value = usize> {
    prop_oneof![
        3 => 0..=130_usize,
        2 => 8_100..8_300_usize,
        3 => 0..150_000_usize,
        2 => MIB - 65..MIB + 65,
    ]
}

/// Any stream.
pub fn plan() -> impl Strategy<Value = Plan> {
    let pieces = prop::collection::vec(piece(), 0..12);
    let pauses = prop::collection::vec(0..6_u8, 1..5);
    (set(), 0..OFFSETS, length(), pieces, pauses, prop::bool::weighted(0.06)).prop_map(
        |(set, offset, length, pieces, pauses, is_abandoned)| Plan {
            set,
            offset,
            length,
            pieces,
            pauses,
            is_abandoned,
        },
    )
}
