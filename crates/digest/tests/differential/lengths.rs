//! All lengths around the limits of blocks and leaves, and all splits in two around blocks.

use coldkeep_digest::{DigestSet, Hasher};
use sha2::Digest;

use crate::plan::noise;
use crate::reference;

const MIB: usize = 1 << 20;

fn set() -> DigestSet {
    DigestSet { md5: true, sha256: true, tree: true, checksums: Vec::new() }
}

#[test]
fn all_lengths_up_to_some_blocks_at_every_split() {
    for length in 0..=200 {
        let data = &noise()[..length];
        let expected = reference::digests(&set(), data);
        for cut in 0..=length {
            let mut hasher = Hasher::new(&set());
            hasher.update(&data[..cut]);
            hasher.update(&data[cut..]);
            assert_eq!(hasher.finish(), expected, "{length} bytes, cut at {cut}");
        }
    }
}

/// Streams of all these lengths side by side, with each kind of hasher that treats the first leaf differently.
#[test]
fn all_lengths_around_leaf_limits() {
    for leaves in 1..=3 {
        for (linear, md5) in [(true, true), (false, true), (true, false)] {
            let set = DigestSet { md5, sha256: linear, ..set() };
            let lengths: Vec<usize> = (leaves * MIB - 65..=leaves * MIB + 65).collect();
            let mut hashers: Vec<Hasher> = lengths.iter().map(|_| Hasher::new(&set)).collect();
            let data = lengths.iter().map(|length| &noise()[..*length]);
            let mut jobs: Vec<(&mut Hasher, &[u8])> = hashers.iter_mut().zip(data).collect();
            Hasher::update_together(&mut jobs);

            // What comes before all these lengths is hashed once.
            let start = lengths[0];
            let common =
                (md5::Md5::new_with_prefix(&noise()[..start]), sha2::Sha256::new_with_prefix(&noise()[..start]));
            for (hasher, length) in hashers.into_iter().zip(lengths) {
                let (digests, rest) = (hasher.finish(), &noise()[start..length]);
                let expected_md5 = md5.then(|| common.0.clone().chain_update(rest).finalize().into());
                assert_eq!(digests.md5, expected_md5, "{length} bytes");
                let expected_sha256 = linear.then(|| common.1.clone().chain_update(rest).finalize().into());
                assert_eq!(digests.sha256, expected_sha256, "{length} bytes");
                assert_eq!(digests.tree.as_ref(), Some(&tree(leaves, length)), "{length} bytes");
            }
        }
    }
}

/// [`reference::tree`] of the first bytes of the noise, which hashes the leaves that are full in all of a test once.
fn tree(leaves: usize, length: usize) -> coldkeep_digest::TreeHash {
    static FULL: std::sync::LazyLock<Vec<[u8; 32]>> = std::sync::LazyLock::new(|| {
        noise()[..3 * MIB].chunks(MIB).map(|leaf| sha2::Sha256::digest(leaf).into()).collect()
    });
    let full = (length / MIB).min(leaves);
    let mut nodes = FULL[..full].to_vec();
    if length > full * MIB {
        nodes.push(sha2::Sha256::digest(&noise()[full * MIB..length]).into());
    }
    coldkeep_digest::TreeHash { root: reference::root(&nodes), leaves: nodes }
}
