//! Glacier's tree hash: SHA-256 of each MiB, joined in pairs up to one root.

use sha2::Digest;

use crate::sha256::Sha256;
use crate::stream::{Lane, Stream};

/// 1 MiB: the bytes under one leaf.
pub const LEAF_BYTES: u64 = 1 << 20;

/// The tree hash of some bytes, with its leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeHash {
    /// The tree hash.
    pub root: [u8; 32],
    /// SHA-256 of each MiB in order, the last of which may be shorter. Of no bytes at all: one leaf.
    pub leaves: Vec<[u8; 32]>,
}

/// The root over `nodes` in order: leaves, or the tree hashes of parts that are aligned and all (but the last) of
/// one size of 2^k MiB.
///
/// Neighbours are joined in pairs; an odd last node goes up as it is. Of no nodes: the SHA-256 of nothing.
pub fn tree_root(nodes: &[[u8; 32]]) -> [u8; 32] {
    let mut row = nodes.to_vec();
    while row.len() > 1 {
        let joined = row.len().div_ceil(2);
        for pair in 0..joined {
            row[pair] = match row.get(2 * pair + 1) {
                Some(right) => sha2::Sha256::new().chain_update(row[2 * pair]).chain_update(right).finalize().into(),
                None => row[2 * pair],
            };
        }
        row.truncate(joined);
    }
    row.first().copied().unwrap_or_else(|| Stream::<Sha256>::new().finish())
}

/// Whether the bytes `first..=last` of `size` bytes are megabyte aligned, as `RetrievalByteRange` must be: they begin
/// at a multiple of 1 MiB, and end before one or with the last byte. A range that is none is not aligned.
pub fn is_megabyte_aligned(first: u64, last: u64, size: u64) -> bool {
    first <= last
        && last < size
        && first.is_multiple_of(LEAF_BYTES)
        && (last == size - 1 || (last + 1).is_multiple_of(LEAF_BYTES))
}

/// Whether the bytes `first..=last` of `size` bytes are tree-hash aligned: their own tree hash is a node of the tree.
pub fn is_tree_hash_aligned(first: u64, last: u64, size: u64) -> bool {
    if !is_megabyte_aligned(first, last, size) {
        return false;
    }
    let (start, leaves) = (first / LEAF_BYTES, last / LEAF_BYTES + 1 - first / LEAF_BYTES);
    let full = leaves.next_power_of_two();
    start.is_multiple_of(full) && (leaves == full || last == size - 1)
}

/// Makes a tree hash of bytes as they come. Keeps 32 bytes per MiB.
#[derive(Clone)]
pub(crate) struct TreeBuilder {
    leaves: Vec<[u8; 32]>,
    /// Leaves that are begun; between calls at most one.
    open: Vec<Stream<Sha256>>,
}

impl TreeBuilder {
    pub(crate) fn new() -> Self {
        Self { leaves: Vec::new(), open: Vec::new() }
    }

    /// Takes `data` in, up to the compression of the lanes and [`settle`](Self::settle): one lane for each leaf that
    /// it touches.
    pub(crate) fn begin<'a>(&'a mut self, data: &'a [u8]) -> impl Iterator<Item = Lane<'a, Sha256>> {
        let space = self.open.last().map_or(0, |leaf| (LEAF_BYTES - leaf.bytes()) as usize);
        let (head, rest) = data.split_at(space.min(data.len()));
        let continued = self.open.len();
        self.open.resize_with(continued + rest.len().div_ceil(LEAF_BYTES as usize), Stream::new);
        let pieces = (continued > 0).then_some(head).into_iter().chain(rest.chunks(LEAF_BYTES as usize));
        self.open.iter_mut().zip(pieces).map(|(leaf, piece)| leaf.begin(piece))
    }

    /// Closes the leaves that are full.
    pub(crate) fn settle(&mut self) {
        let full = self.open.iter().take_while(|leaf| leaf.bytes() == LEAF_BYTES).count();
        self.leaves.extend(self.open.drain(..full).map(|leaf| leaf.finish()));
    }

    /// Whether there is no leaf yet, closed or open.
    pub(crate) fn is_empty(&self) -> bool {
        self.leaves.is_empty() && self.open.is_empty()
    }

    /// Adds a leaf that was hashed elsewhere. No leaf may be open.
    pub(crate) fn push(&mut self, leaf: [u8; 32]) {
        debug_assert!(self.open.is_empty());
        self.leaves.push(leaf);
    }

    /// The tree hash of all that was taken in.
    pub(crate) fn finish(mut self) -> TreeHash {
        self.leaves.extend(self.open.iter().map(Stream::finish));
        if self.leaves.is_empty() {
            self.leaves.push(Stream::<Sha256>::new().finish());
        }
        TreeHash { root: tree_root(&self.leaves), leaves: self.leaves }
    }
}

#[cfg(test)]
mod tests;
