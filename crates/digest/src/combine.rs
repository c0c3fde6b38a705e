//! The digest of a multipart object from the digests of its parts, without its data.

use thiserror::Error;

use crate::crc::Field;
use crate::md5::Md5;
use crate::stream::Stream;
use crate::{Checksum, ChecksumAlgorithm, DigestSet, Hasher};

/// Why checksums do not combine.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CombineError {
    /// A part's checksum is of another algorithm.
    #[error("a part has a {found} checksum where {wanted} is combined")]
    Mixed {
        /// The algorithm to combine.
        wanted: ChecksumAlgorithm,
        /// The part's.
        found: ChecksumAlgorithm,
    },
    /// Only CRCs combine into the checksum of the full object.
    #[error("{0} checksums of parts do not combine into one of the full object")]
    NotLinear(ChecksumAlgorithm),
}

/// The composite checksum of a multipart object: the algorithm over the concatenated values of its parts, in order.
///
/// Doors present it as `value-N` with the number of parts.
pub fn combine_composite<'a>(
    algorithm: ChecksumAlgorithm,
    parts: impl IntoIterator<Item = &'a Checksum>,
) -> Result<Checksum, CombineError> {
    let mut hasher = Hasher::new(&DigestSet::of_checksum(algorithm));
    for part in parts {
        same(algorithm, part)?;
        hasher.update(part.value());
    }
    Ok(hasher.finish().checksums[0])
}

/// The checksum of a full object from each part's checksum and length in bytes, in order. Only for CRCs.
///
/// Takes time in the logarithm of the lengths, and for parts of one length, one multiplication each.
pub fn combine_full_object(
    algorithm: ChecksumAlgorithm,
    parts: impl IntoIterator<Item = (Checksum, u64)>,
) -> Result<Checksum, CombineError> {
    let field = Field::of(algorithm).ok_or(CombineError::NotLinear(algorithm))?;
    let mut whole = 0;
    let (mut shift_bytes, mut shift) = (0, field.shift(0));
    for (part, bytes) in parts {
        same(algorithm, &part)?;
        if bytes != shift_bytes {
            (shift_bytes, shift) = (bytes, field.shift(bytes));
        }
        whole = field.multiply(shift, whole) ^ part.number();
    }
    Ok(Checksum::from_number(algorithm, whole.into()))
}

/// The MD5 of a multipart ETag: that of the parts' binary MD5s, in order. Doors append `-N`.
pub fn multipart_etag_md5<'a>(parts: impl IntoIterator<Item = &'a [u8; 16]>) -> [u8; 16] {
    let mut md5 = Stream::<Md5>::new();
    parts.into_iter().for_each(|part| md5.update(part));
    md5.finish()
}

fn same(wanted: ChecksumAlgorithm, part: &Checksum) -> Result<(), CombineError> {
    let found = part.algorithm();
    if found == wanted { Ok(()) } else { Err(CombineError::Mixed { wanted, found }) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn checksum(algorithm: ChecksumAlgorithm, data: &[u8]) -> Checksum {
        let mut hasher = Hasher::new(&DigestSet::of_checksum(algorithm));
        hasher.update(data);
        hasher.finish().checksums[0]
    }

    proptest! {
        #[test]
        fn crcs_of_parts_are_the_crc_of_the_whole(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..8)) {
            for algorithm in [ChecksumAlgorithm::Crc32, ChecksumAlgorithm::Crc32c, ChecksumAlgorithm::Crc64Nvme] {
                let combined =
                    combine_full_object(algorithm, parts.iter().map(|part| (checksum(algorithm, part), part.len() as u64)));
                prop_assert_eq!(combined, Ok(checksum(algorithm, &parts.concat())));
            }
        }

        #[test]
        fn composites_hash_the_concatenated_values(parts in prop::collection::vec(any::<[u8; 16]>(), 1..8)) {
            let expected: [u8; 16] = <::md5::Md5 as ::md5::Digest>::digest(parts.concat()).into();
            prop_assert_eq!(multipart_etag_md5(&parts), expected);
            let checksums: Vec<_> =
                parts.iter().map(|part| Checksum::new(ChecksumAlgorithm::Md5, part).unwrap()).collect();
            let composite = combine_composite(ChecksumAlgorithm::Md5, &checksums).unwrap();
            prop_assert_eq!(composite.value(), &expected);
        }
    }

    #[test]
    fn other_algorithms_are_refused() {
        let crc = checksum(ChecksumAlgorithm::Crc32, b"x");
        let sha = checksum(ChecksumAlgorithm::Sha256, b"x");
        let mixed = CombineError::Mixed { wanted: ChecksumAlgorithm::Crc32, found: ChecksumAlgorithm::Sha256 };
        assert_eq!(combine_full_object(ChecksumAlgorithm::Crc32, [(crc, 1), (sha, 1)]), Err(mixed.clone()));
        assert_eq!(combine_composite(ChecksumAlgorithm::Crc32, [&crc, &sha]), Err(mixed));
        assert_eq!(
            combine_full_object(ChecksumAlgorithm::Sha256, [(sha, 1)]),
            Err(CombineError::NotLinear(ChecksumAlgorithm::Sha256))
        );
    }
}
