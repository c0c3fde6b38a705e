//! Known values of every algorithm, and independence of how a stream is split.

use proptest::prelude::*;

use super::*;

fn all() -> DigestSet {
    DigestSet { md5: true, sha256: true, tree: true, checksums: ChecksumAlgorithm::ALL.to_vec() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Check values of the CRC catalogue, RFC 1321, FIPS 180 and the xxHash specification.
#[test]
fn known_values_of_123456789() {
    let mut hasher = Hasher::new(&all());
    hasher.update(b"123456789");
    let digests = hasher.finish();
    assert_eq!(digests.bytes, 9);
    assert_eq!(hex(&digests.md5.unwrap()), "25f9e794323b453885f5181f1b624d0b");
    let expected = [
        ("CRC32", "cbf43926"),
        ("CRC32C", "e3069283"),
        ("CRC64NVME", "ae8b14860a799888"),
        ("SHA1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
        ("SHA256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
        (
            "SHA512",
            "d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274ad27fcd5811b313d681f7e55ec02d73d4\
             99c95455b6b5bb503acf574fba8ffe85",
        ),
        ("MD5", "25f9e794323b453885f5181f1b624d0b"),
        ("XXHASH64", "8cb841db40e6ae83"),
    ];
    for (name, value) in expected {
        let algorithm = ChecksumAlgorithm::parse(name).unwrap();
        assert_eq!(hex(digests.checksum(algorithm).unwrap().value()), value, "{name}");
    }
    assert_eq!(digests.checksums.len(), 10);
    assert_eq!(digests.tree.unwrap().root, digests.sha256.unwrap());
}

#[test]
fn known_values_of_nothing() {
    let digests = Hasher::new(&all()).finish();
    let expected = [
        ("CRC32", "00000000"),
        ("MD5", "d41d8cd98f00b204e9800998ecf8427e"),
        ("XXHASH64", "ef46db3751d8e999"),
        ("XXHASH3", "2d06800538d394c2"),
        ("XXHASH128", "99aa06d3014798d86001c324468d497f"),
    ];
    for (name, value) in expected {
        let algorithm = ChecksumAlgorithm::parse(name).unwrap();
        assert_eq!(hex(digests.checksum(algorithm).unwrap().value()), value, "{name}");
    }
}

#[test]
fn what_was_not_asked_for_is_not_given() {
    let set = DigestSet { checksums: vec![ChecksumAlgorithm::Md5, ChecksumAlgorithm::Md5], ..DigestSet::default() };
    let digests = Hasher::new(&set).finish();
    assert_eq!((digests.md5, digests.sha256, digests.tree), (None, None, None));
    assert_eq!(digests.checksums.len(), 1);
    let both = [ChecksumAlgorithm::Xxhash128, ChecksumAlgorithm::Xxhash3];
    let hasher = Hasher::new(&DigestSet { checksums: both.to_vec(), ..DigestSet::default() });
    assert_eq!(hasher.plain.len(), 1);
    assert_eq!(hasher.finish().checksums.iter().map(Checksum::algorithm).collect::<Vec<_>>(), both);
}

#[test]
fn all_lengths_around_blocks_agree_with_plain_implementations() {
    let data: Vec<u8> = (0..300u32).map(|i| (i * 7) as u8).collect();
    for length in 0..data.len() {
        let mut hasher = Hasher::new(&DigestSet { md5: true, sha256: true, ..DigestSet::default() });
        hasher.update(&data[..length]);
        let digests = hasher.finish();
        assert_eq!(digests.md5, Some(::md5::Md5::digest(&data[..length]).into()), "{length}");
        assert_eq!(digests.sha256, Some(sha2::Sha256::digest(&data[..length]).into()), "{length}");
    }
}

proptest! {
    #[test]
    fn splits_do_not_matter(data in prop::collection::vec(any::<u8>(), 0..2000), cuts in prop::collection::vec(0..2000usize, 0..12)) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(data.len())).collect();
        cuts.extend([0, data.len()]);
        cuts.sort();
        let mut whole = Hasher::new(&all());
        whole.update(&data);
        let mut split = Hasher::new(&all());
        cuts.windows(2).for_each(|cut| split.update(&data[cut[0]..cut[1]]));
        prop_assert_eq!(split.bytes(), data.len() as u64);
        let digests = whole.finish();
        prop_assert_eq!(&split.finish(), &digests);
        prop_assert_eq!(digests.md5.unwrap(), <[u8; 16]>::from(::md5::Md5::digest(&data)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Many streams of all kinds, in steps of all lengths, are what each would be alone.
    #[test]
    fn together_is_as_alone(
        streams in prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()), 1..36),
        lengths in prop::collection::vec((0..2_200_000usize, 0..70_000usize), 36),
    ) {
        let data: Vec<u8> = (0..2_300_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 23) as u8).collect();
        let sets: Vec<DigestSet> = streams.iter().map(|&(md5, sha256, tree, crc)| {
            let checksums = if crc { vec![ChecksumAlgorithm::Crc32c, ChecksumAlgorithm::Sha256] } else { vec![] };
            DigestSet { md5, sha256, tree, checksums }
        }).collect();
        let mut hashers: Vec<Hasher> = sets.iter().map(Hasher::new).collect();
        // Most streams short, every seventh long, so that the test takes no minutes.
        let pieces: Vec<(&[u8], &[u8])> = lengths.iter().enumerate().map(|(i, &(long, short))| {
            let whole = if i % 7 == 0 { &data[i..i + long] } else { &data[i..i + short] };
            whole.split_at(whole.len() / 3)
        }).collect();
        for second in [false, true] {
            let mut jobs: Vec<(&mut Hasher, &[u8])> = hashers.iter_mut().zip(&pieces)
                .map(|(hasher, piece)| (hasher, if second { piece.1 } else { piece.0 })).collect();
            Hasher::update_together(&mut jobs);
        }
        for ((hasher, set), piece) in hashers.into_iter().zip(&sets).zip(&pieces) {
            let whole = [piece.0, piece.1].concat();
            let leaves: Vec<[u8; 32]> = whole.chunks(LEAF_BYTES as usize).map(|leaf| sha2::Sha256::digest(leaf).into()).collect();
            let digests = hasher.finish();
            prop_assert_eq!(digests.bytes, whole.len() as u64);
            prop_assert_eq!(digests.md5, set.md5.then(|| ::md5::Md5::digest(&whole).into()));
            prop_assert_eq!(digests.sha256, set.sha256.then(|| sha2::Sha256::digest(&whole).into()));
            prop_assert_eq!(digests.tree.as_ref().map(|tree| tree.root), set.tree.then(|| crate::tree_root(&leaves)));
            if let Some(crc) = digests.checksum(ChecksumAlgorithm::Crc32c) {
                prop_assert_eq!(crc.number(), u64::from(crc_fast::crc32_iscsi(&whole)));
            }
        }
    }
}
