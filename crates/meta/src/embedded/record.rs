//! A record, and the checksum that stays with it: made when its commit is judged, journaled with it, written into the tree
//! with it, and verified wherever the record is given out.
//!
//! In the tree a key's value is: version (8 bytes, big-endian), checksum (4, big-endian), value. The checksum is the CRC-32C over the
//! version (8), 1 or, for a deletion in the journal, 0 (1), the CRC-32C of the key (4) and that of the value (4), big-endian.

use super::checksum::crc32c;
use crate::{Entry, Error, Version};

const VERSION_BYTES: usize = 8;
/// What lies before the value.
pub(super) const HEAD_BYTES: usize = VERSION_BYTES + 4;

/// A record newer than the tree: its version, and its value or that it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub version: Version,
    pub crc: u32,
    pub value: Option<Vec<u8>>,
}

impl Slot {
    /// What a commit leaves at a key.
    pub fn new(key: &[u8], version: Version, value: Option<Vec<u8>>) -> Self {
        Self { version, crc: crc(key, version, value.as_deref()), value }
    }

    /// The value, verified.
    pub fn value(&self, key: &[u8]) -> Result<Option<&[u8]>, Error> {
        match crc(key, self.version, self.value.as_deref()) == self.crc {
            true => Ok(self.value.as_deref()),
            false => Err(damaged(key)),
        }
    }

    /// The entry, verified.
    pub fn entry(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        Ok(self.value(key)?.map(|value| Entry { value: value.to_vec(), version: self.version }))
    }

    /// The entry, whether or not it fits its checksum.
    pub fn entry_unverified(&self) -> Option<Entry> {
        self.value.as_ref().map(|value| Entry { value: value.clone(), version: self.version })
    }

    /// What lies before the value in the tree.
    pub fn head(&self) -> [u8; HEAD_BYTES] {
        let mut head = [0; HEAD_BYTES];
        head[..VERSION_BYTES].copy_from_slice(&self.version.0.to_be_bytes());
        head[VERSION_BYTES..].copy_from_slice(&self.crc.to_be_bytes());
        head
    }
}

/// Takes apart and verifies what the tree has at a key.
pub(super) fn open<'a>(key: &[u8], stored: &'a [u8]) -> Result<(Version, &'a [u8]), Error> {
    let (version, sum, value) = parts(key, stored)?;
    if sum == crc(key, version, Some(value)) { Ok((version, value)) } else { Err(damaged(key)) }
}

/// Takes apart what the tree has at a key: version, checksum and value.
pub(super) fn parts<'a>(key: &[u8], stored: &'a [u8]) -> Result<(Version, u32, &'a [u8]), Error> {
    let parts = || {
        let (version, rest) = stored.split_first_chunk()?;
        let (crc, value) = rest.split_first_chunk()?;
        Some((Version(u64::from_be_bytes(*version)), u32::from_be_bytes(*crc), value))
    };
    parts().ok_or_else(|| damaged(key))
}

/// The checksum of a record; that of a deletion has no value. Three short ones: one that goes on over several pieces costs
/// twice as much.
pub(super) fn crc(key: &[u8], version: Version, value: Option<&[u8]>) -> u32 {
    let mut sums = [0; VERSION_BYTES + 1 + 4 + 4];
    sums[..VERSION_BYTES].copy_from_slice(&version.0.to_be_bytes());
    sums[VERSION_BYTES] = u8::from(value.is_some());
    sums[VERSION_BYTES + 1..][..4].copy_from_slice(&crc32c(&[key]).to_be_bytes());
    sums[VERSION_BYTES + 5..].copy_from_slice(&crc32c(&[value.unwrap_or_default()]).to_be_bytes());
    crc32c(&[&sums])
}

fn damaged(key: &[u8]) -> Error {
    Error::Damaged(format!("the record at key {} does not fit its checksum", key.escape_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flip_in_key_version_or_value_is_noticed() {
        let (key, value) = (b"o/bucket/key", b"some bytes".to_vec());
        let slot = Slot::new(key, Version(300), Some(value.clone()));
        let stored = [&slot.head()[..], &value].concat();
        assert_eq!(open(key, &stored).unwrap(), (Version(300), value.as_slice()));
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(open(key, &flipped), Err(Error::Damaged(_))), "bit {bit}");
        }
        assert!(open(b"o/bucket/kez", &stored).is_err() && open(key, &stored[..HEAD_BYTES - 1]).is_err());
        let deleted = Slot::new(key, Version(300), None);
        assert_eq!(deleted.value(key).unwrap(), None);
        assert_eq!(deleted.entry_unverified(), None);
        let damaged = Slot { value: Some(Vec::new()), ..deleted };
        assert!(damaged.value(key).is_err());
        assert_eq!(damaged.entry_unverified().map(|entry| entry.value), Some(Vec::new()));
    }
}
