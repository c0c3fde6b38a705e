//! The worked values of the service's documentation and SDKs, and the definition of alignment.

use proptest::prelude::*;

use super::*;
use crate::{DigestSet, Hasher};

const MIB: usize = 1 << 20;

fn hex(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn tree(data: &[u8]) -> TreeHash {
    let mut hasher = Hasher::new(&DigestSet { tree: true, ..DigestSet::default() });
    hasher.update(data);
    hasher.finish().tree.unwrap()
}

fn counting(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| (i % 251) as u8).collect()
}

#[test]
fn worked_values() {
    let table: [(Vec<u8>, &str); 8] = [
        (vec![], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (vec![0], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (b"a".to_vec(), "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        (vec![0; MIB], "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58"),
        (vec![0; MIB + 1], "28638dab8d5e1754a4ecb38b0ebe6df66c844f94aed142d4d0283d208bb786cd"),
        (vec![0; 2 * MIB], "861890b487038d840e9d71d43bbc0fd4571453fb9d9b1f370caa3582a29b0ec7"),
        (counting(3 * MIB + 5), "c9e0c11a00161b193e0a1b3692ec553d4033a887f2086a7cadd4cd722d87f09f"),
        (counting(6 * MIB + MIB / 2), "8bcaa7b4b8f991ca140f306627f2c4e84601364cde8e054b6e0924433ca7482f"),
    ];
    for (data, expected) in table {
        assert_eq!(hex(&tree(&data).root), expected, "{} bytes", data.len());
    }
}

#[test]
fn inner_nodes() {
    let whole = tree(&counting(3 * MIB + 5));
    let leaves = [
        "631b84027d6b9e52b539c4e8373622d23032dfadc64d60af87339c9037e4f769",
        "729b9155f00261a681000ccd0ff20e750ed3d525b5b1e6fc961837a3bb666fd6",
        "c85ef98b88946506e2c5488c04b97d86b5ec214add104d4849a3145f5e49fd65",
        "3d9c75a83e954d9ebfc264912bd97910c9286a07a3f50c14900c443f77335a6a",
    ];
    assert_eq!(whole.leaves.iter().map(hex).collect::<Vec<_>>(), leaves);
    let first_part = tree_root(&whole.leaves[..2]);
    assert_eq!(hex(&first_part), "bf4dff263ae686b64403208c35a3767e38453d6477e841947588d13d04e1d816");
    assert_eq!(tree_root(&[first_part, tree_root(&whole.leaves[2..])]), whole.root);
    assert_eq!(tree_root(&[]), tree(&[]).root);
}

#[test]
fn aligned_ranges_of_seven_chunks() {
    let size = 13 * LEAF_BYTES / 2;
    let ends = |chunk: u64| (chunk * LEAF_BYTES).min(size) - 1;
    let mut aligned = Vec::new();
    for a in 0..7 {
        for b in a + 1..=7 {
            assert!(is_megabyte_aligned(a * LEAF_BYTES, ends(b), size));
            if is_tree_hash_aligned(a * LEAF_BYTES, ends(b), size) {
                aligned.push((a, b));
            }
        }
    }
    let expected =
        [(0, 1), (0, 2), (0, 4), (0, 7), (1, 2), (2, 3), (2, 4), (3, 4), (4, 5), (4, 6), (4, 7), (5, 6), (6, 7)];
    assert_eq!(aligned, expected);
    assert!(!is_megabyte_aligned(1, ends(1), size) && !is_megabyte_aligned(0, ends(1) - 1, size));
    assert!(!is_megabyte_aligned(0, size, size) && !is_megabyte_aligned(5, 4, size) && !is_megabyte_aligned(0, 0, 0));
    assert!(!is_megabyte_aligned(0, u64::MAX, u64::MAX));
}

/// The definition: all ranges whose own root is a node of the constructed tree.
#[test]
fn alignment_is_being_a_node() {
    for n in 1..=40u64 {
        let mut nodes: Vec<(u64, u64)> = (0..n).map(|i| (i, i + 1)).collect();
        let mut row = nodes.clone();
        while row.len() > 1 {
            row = row.chunks(2).map(|pair| (pair[0].0, pair[pair.len() - 1].1)).collect();
            nodes.extend(&row);
        }
        for a in 0..n {
            for b in a + 1..=n {
                let aligned = is_tree_hash_aligned(a * LEAF_BYTES, b * LEAF_BYTES - 1, n * LEAF_BYTES);
                assert_eq!(aligned, nodes.contains(&(a, b)), "[{a}, {b}) of {n}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn splits_do_not_matter(cuts in prop::collection::vec(0..3 * MIB + 9, 0..6), linear in any::<bool>()) {
        let data = counting(3 * MIB + 9);
        let mut cuts = cuts;
        cuts.extend([0, data.len()]);
        cuts.sort();
        let mut hasher = Hasher::new(&DigestSet { tree: true, sha256: linear, ..DigestSet::default() });
        cuts.windows(2).for_each(|cut| hasher.update(&data[cut[0]..cut[1]]));
        let leaves: Vec<[u8; 32]> = data.chunks(MIB).map(|chunk| sha2::Sha256::digest(chunk).into()).collect();
        let digests = hasher.finish();
        prop_assert_eq!(digests.tree, Some(TreeHash { root: tree_root(&leaves), leaves }));
        prop_assert_eq!(digests.sha256, linear.then(|| sha2::Sha256::digest(&data).into()));
    }
}
