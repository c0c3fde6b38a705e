//! What parts make, for thousands of generated parts, against what the API documents say in the plainest words.

use coldkeep_digest::{ChecksumAlgorithm, DigestSet, Hasher};
use coldkeep_meta::Version;
use coldkeep_types::Timestamp;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::records::{Attributes, Plan};

const MIB: u64 = 1 << 20;

fn id(number: u32) -> Id {
    let mut bytes = [0; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    Id::from_bytes(bytes)
}

fn upload(algorithm: Option<ChecksumAlgorithm>, checksum_type: ChecksumType) -> Upload {
    Upload {
        sealed: None,
        lock: Default::default(),
        data_key: None,
        access: crate::ObjectAccess::default(),
        id: id(0),
        plan: Plan::Numbered,
        created: Timestamp(0),
        attributes: Attributes::default(),
        algorithm,
        checksum_type,
        description: None,
        container: Vec::new(),
        key: Vec::new(),
        class: Default::default(),
        version: None,
        read: Version(1),
    }
}

fn plain() -> Upload {
    upload(None, ChecksumType::FullObject)
}

fn digest(set: &DigestSet, data: &[u8]) -> coldkeep_digest::Digests {
    let mut hasher = Hasher::new(set);
    hasher.update(data);
    hasher.finish()
}

fn sum(algorithm: ChecksumAlgorithm, data: &[u8]) -> Checksum {
    digest(&DigestSet::of_checksum(algorithm), data).checksums[0]
}

/// A part whose digests are made up from its number: planning reads no data.
fn part(index: u32, bytes: u64, algorithm: ChecksumAlgorithm) -> Part {
    let about = format!("{index} {bytes}");
    let md5 = digest(&DigestSet { md5: true, ..DigestSet::default() }, about.as_bytes()).md5;
    let checksum = ObjectChecksum { checksum: sum(algorithm, about.as_bytes()), kind: ChecksumType::FullObject };
    let tree_hash = digest(&DigestSet { sha256: true, ..DigestSet::default() }, about.as_bytes()).sha256;
    Part {
        index,
        bytes,
        modified: Timestamp(0),
        checksum: Some(checksum),
        tree_hash,
        md5,
        declared: None,
        content: Content::Blob(id(index)),
        owner: None,
    }
}

fn name(part: &Part) -> NamedPart {
    let checksums = part.checksum.iter().map(|kept| kept.checksum).collect();
    NamedPart { number: part.index, etag: part.etag(), checksums }
}

/// Parts with ascending numbers of random distances, and whether each is named.
fn parts() -> impl Strategy<Value = Vec<(Part, bool)>> {
    let sizes = prop_oneof![Just(MIN_PART_BYTES), MIN_PART_BYTES..MIN_PART_BYTES * 3];
    prop::collection::vec((1u32..4, sizes, prop::bool::weighted(0.8)), 1..80).prop_map(|steps| {
        let mut number = 0;
        let step = |(step, bytes, named)| {
            number += step;
            (part(number, bytes, ChecksumAlgorithm::Crc64Nvme), named)
        };
        steps.into_iter().map(step).collect()
    })
}

/// All parts, and those that are named.
fn split(parts: &[(Part, bool)]) -> (Vec<Part>, Vec<Part>) {
    let all = parts.iter().map(|(part, _)| part.clone()).collect();
    (all, parts.iter().filter(|(_, named)| *named).map(|(part, _)| part.clone()).collect())
}

fn plan(have: &[Part], named: &[NamedPart]) -> Result<Assembly, Error> {
    plan_numbered(&plain(), have, named, &NamedWhole::default())
}

fn check_assembly(assembly: &Assembly, chosen: &[Part]) -> Result<(), TestCaseError> {
    let index = crate::contents::index::Index::new(assembly.index.clone());
    let sizes: Vec<_> = chosen.iter().map(|part| (part.index, part.bytes)).collect();
    prop_assert_eq!(index.parts().collect::<Vec<_>>(), sizes);
    prop_assert_eq!(assembly.parts as usize, chosen.len());
    prop_assert_eq!(assembly.bytes, chosen.iter().map(|part| part.bytes).sum::<u64>());
    let md5s: Vec<u8> = chosen.iter().flat_map(|part| part.md5.unwrap()).collect();
    prop_assert_eq!(Some(assembly.md5), digest(&DigestSet { md5: true, ..DigestSet::default() }, &md5s).md5);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_named_is_what_is_made(parts in parts(), last_bytes in 0..MIN_PART_BYTES) {
        let (mut all, mut chosen) = split(&parts);
        prop_assume!(!chosen.is_empty());
        // The last named one may be of any size, even if others come after it.
        let last = chosen.len() - 1;
        chosen[last] = part(chosen[last].index, last_bytes, ChecksumAlgorithm::Crc64Nvme);
        let at = all.iter().position(|part| part.index == chosen[last].index).unwrap();
        all[at] = chosen[last].clone();
        let names: Vec<_> = chosen.iter().map(name).collect();
        check_assembly(&plan(&all, &names).unwrap(), &chosen)?;
    }

    #[test]
    fn the_first_wrong_part_is_told(parts in parts(), which in any::<Index>(), how in 0..3) {
        let (mut all, chosen) = split(&parts);
        prop_assume!(!chosen.is_empty());
        let mut names: Vec<_> = chosen.iter().map(name).collect();
        let wrong = which.index(names.len());
        let number = names[wrong].number;
        match how {
            0 => names[wrong].etag = "0".repeat(32),
            1 => names[wrong].checksums = vec![sum(ChecksumAlgorithm::Crc64Nvme, b"other")],
            _ => all.retain(|part| part.index != number),
        }
        let refused = plan(&all, &names).err();
        prop_assert!(matches!(refused, Some(Error::InvalidPart(told)) if told == number), "{:?}", refused);
    }

    #[test]
    fn numbers_must_ascend(parts in parts(), which in any::<Index>(), twice in any::<bool>()) {
        let (all, chosen) = split(&parts);
        prop_assume!(chosen.len() > 1);
        let mut names: Vec<_> = chosen.iter().map(name).collect();
        let at = which.index(names.len() - 1);
        if twice {
            names[at + 1] = names[at].clone();
        } else {
            names.swap(at, at + 1);
        }
        let number = names[at + 1].number;
        let refused = plan(&all, &names).err();
        prop_assert!(matches!(refused, Some(Error::InvalidPartOrder(told)) if told == number), "{:?}", refused);
    }

    #[test]
    fn only_the_last_may_be_small(parts in parts(), which in any::<Index>(), short in 0..MIN_PART_BYTES) {
        let (_, mut chosen) = split(&parts);
        prop_assume!(chosen.len() > 1);
        let at = which.index(chosen.len() - 1);
        chosen[at] = part(chosen[at].index, short, ChecksumAlgorithm::Crc64Nvme);
        let names: Vec<_> = chosen.iter().map(name).collect();
        let refused = plan(&chosen, &names).err();
        let right = matches!(
            refused,
            Some(Error::PartTooSmall { number, bytes }) if (number, bytes) == (chosen[at].index, short)
        );
        prop_assert!(right, "{:?}", refused);
    }

    #[test]
    fn ranges_must_be_whole(
        exponent in 0u32..4,
        count in 1usize..60,
        last_bytes in 1..=MIB,
        which in any::<Index>(),
        how in 0..4,
    ) {
        let size = MIB << exponent;
        let bytes = |nth: usize| if nth + 1 == count { last_bytes } else { size };
        let mut have: Vec<_> =
            (0..count).map(|nth| part(nth as u32, bytes(nth), ChecksumAlgorithm::Crc64Nvme)).collect();
        let whole = have.iter().map(|part| part.bytes).sum();
        let roots: Vec<_> = have.iter().map(|part| part.tree_hash.unwrap()).collect();
        let hash = tree_root(&roots);
        let assembly = plan_ranges(size, &have, whole, hash).unwrap();
        let index = crate::contents::index::Index::new(assembly.index.clone());
        prop_assert_eq!(index.parts().collect::<Vec<_>>(), have.iter().map(|p| (p.index, p.bytes)).collect::<Vec<_>>());
        prop_assert_eq!((assembly.bytes, assembly.parts as usize), (whole, count));

        let at = which.index(count);
        match how {
            0 if at + 1 < count => {
                have.remove(at);
                let missing = at as u64 * size;
                let refused = plan_ranges(size, &have, whole, hash).err();
                prop_assert!(matches!(refused, Some(Error::MissingRange(told)) if told == missing), "{:?}", refused);
            }
            1 if at + 1 < count => {
                have[at].bytes -= 1;
                let missing = (at as u64 + 1) * size - 1;
                let refused = plan_ranges(size, &have, whole, hash).err();
                prop_assert!(matches!(refused, Some(Error::MissingRange(told)) if told == missing), "{:?}", refused);
            }
            2 => {
                let refused = plan_ranges(size, &have, whole + 1, hash).err();
                let right = matches!(
                    refused,
                    Some(Error::SizeMismatch { declared, actual }) if (declared, actual) == (whole + 1, whole)
                );
                prop_assert!(right, "{:?}", refused);
            }
            _ => {
                have[at].tree_hash = Some([9; 32]);
                let refused = plan_ranges(size, &have, whole, hash).err();
                prop_assert!(matches!(refused, Some(Error::DigestMismatch { .. })), "{:?}", refused);
            }
        }
    }
}

#[test]
fn ten_thousand_parts() {
    let all: Vec<_> =
        (1..=10_000).map(|n| part(n, MIN_PART_BYTES + u64::from(n % 7), ChecksumAlgorithm::Crc64Nvme)).collect();
    let names: Vec<_> = all.iter().map(name).collect();
    let assembly = plan(&all, &names).unwrap();
    check_assembly(&assembly, &all).unwrap();
    // The index of the worst case, every part of another size than its neighbours, fits a record.
    assert!(assembly.index.to_value().len() < coldkeep_meta::MAX_VALUE_BYTES / 4);
    let largest: Vec<_> =
        (1..=10_000).map(|n| part(n, coldkeep_types::MAX_PART_BYTES, ChecksumAlgorithm::Crc64Nvme)).collect();
    let names: Vec<_> = largest.iter().map(name).collect();
    assert_eq!(plan(&largest, &names).unwrap().bytes, MAX_OBJECT_BYTES);
    let ranges: Vec<_> = (0..10_000).map(|n| part(n, 4 << 30, ChecksumAlgorithm::Crc64Nvme)).collect();
    let roots: Vec<_> = ranges.iter().map(|part| part.tree_hash.unwrap()).collect();
    let assembly = plan_ranges(4 << 30, &ranges, 10_000 * (4 << 30), tree_root(&roots)).unwrap();
    assert_eq!(assembly.parts, 10_000);
}

#[test]
fn the_whole_is_judged_by_size_type_and_checksum() {
    use ChecksumType::{Composite, FullObject};
    let sha = ChecksumAlgorithm::Sha256;
    let upload = upload(Some(sha), Composite);
    let have = [part(1, MIN_PART_BYTES, sha), part(5, 3, sha)];
    let names: Vec<_> = have.iter().map(name).collect();
    let values: Vec<u8> =
        have.iter().flat_map(|part| part.checksum.as_ref().unwrap().checksum.value().to_vec()).collect();
    let right = sum(sha, &values);
    let judge = |whole: NamedWhole| plan_numbered(&upload, &have, &names, &whole).map(|made| made.checksum.unwrap());
    let with = |checksum, parts| NamedWhole { checksum: Some((checksum, parts)), ..NamedWhole::default() };
    let kept = ObjectChecksum { checksum: right, kind: Composite };
    for fits in [NamedWhole::default(), with(right, None), with(right, Some(2))] {
        assert_eq!(judge(fits).unwrap(), kept);
    }
    let fits = NamedWhole { checksum_type: Some(Composite), bytes: Some(MIN_PART_BYTES + 3), ..with(right, None) };
    assert_eq!(judge(fits).unwrap(), kept);
    for other in [with(right, Some(3)), with(sum(sha, b""), Some(2))] {
        assert!(matches!(judge(other), Err(Error::DigestMismatch { .. })));
    }
    let crc = with(sum(ChecksumAlgorithm::Crc32, b""), None);
    let full = NamedWhole { checksum_type: Some(FullObject), ..NamedWhole::default() };
    assert!(matches!(judge(crc), Err(Error::ChecksumAlgorithmUnfit { .. })));
    assert!(matches!(judge(full), Err(Error::ChecksumTypeOther(Some(Composite)))));
    let size = NamedWhole { bytes: Some(1), ..NamedWhole::default() };
    assert!(matches!(judge(size), Err(Error::SizeMismatch { declared: 1, actual }) if actual == MIN_PART_BYTES + 3));
    let mut bare = names.clone();
    bare[1].checksums.clear();
    let refused = plan_numbered(&upload, &have, &bare, &NamedWhole::default()).err();
    assert!(matches!(refused, Some(Error::PartChecksumMissing { number: 5, .. })), "{refused:?}");
}
