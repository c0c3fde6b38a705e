//! Bodies on their way in: in slices of any length, declared or not, slow, broken off, with a trailer.

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_digest::{Checksum, DigestSet, Hasher};
use coldkeep_store::{Source, SourceError};

/// Random numbers that a seed repeats (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Less than `sides`.
    pub fn below(&mut self, sides: usize) -> usize {
        (self.roll() % sides as u64) as usize
    }

    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

/// So many bytes that no other seed gives.
pub fn data(seed: u64, bytes: usize) -> Bytes {
    let mut dice = Dice(seed);
    let mut data = vec![0; bytes];
    data.chunks_mut(8).for_each(|chunk| chunk.copy_from_slice(&dice.roll().to_be_bytes()[..chunk.len()]));
    data.into()
}

pub fn digests(set: &DigestSet, data: &[u8]) -> coldkeep_digest::Digests {
    let mut hasher = Hasher::new(set);
    hasher.update(data);
    hasher.finish()
}

pub fn md5(data: &[u8]) -> [u8; 16] {
    digests(&DigestSet { md5: true, ..DigestSet::default() }, data).md5.unwrap()
}

pub fn tree_hash(data: &[u8]) -> [u8; 32] {
    digests(&DigestSet { tree: true, ..DigestSet::default() }, data).tree.unwrap().root
}

pub fn checksum(algorithm: coldkeep_digest::ChecksumAlgorithm, data: &[u8]) -> Checksum {
    digests(&DigestSet::of_checksum(algorithm), data).checksums[0]
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A body that declares its length and comes whole, unless told otherwise.
pub struct Body {
    left: Bytes,
    declared: Option<u64>,
    /// Breaks off when so many bytes are still to come.
    breaks_at: Option<usize>,
    trailing: Vec<Checksum>,
    slow: bool,
    dice: Dice,
}

impl Body {
    pub fn of(data: &Bytes) -> Self {
        let dice = Dice(data.len() as u64 ^ data.first().copied().map_or(0, u64::from) << 40);
        let declared = Some(data.len() as u64);
        Self { left: data.clone(), declared, breaks_at: None, trailing: Vec::new(), slow: false, dice }
    }

    pub fn undeclared(mut self) -> Self {
        self.declared = None;
        self
    }

    /// Breaks off after so many bytes.
    pub fn breaking_after(mut self, bytes: usize) -> Self {
        self.breaks_at = Some(self.left.len() - bytes);
        self
    }

    pub fn trailing(mut self, checksum: Checksum) -> Self {
        self.trailing.push(checksum);
        self
    }

    /// Lets others run before each slice.
    pub fn slow(mut self) -> Self {
        self.slow = true;
        self
    }
}

#[async_trait]
impl Source for Body {
    fn declared_bytes(&self) -> Option<u64> {
        self.declared
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        if self.slow {
            tokio::task::yield_now().await;
        }
        let until = self.breaks_at.unwrap_or(0);
        if self.left.len() == until {
            return match self.breaks_at {
                Some(_) => Err(SourceError::Broken("a test broke it".into())),
                None => Ok(None),
            };
        }
        // Most slices are small or large, some are empty.
        let most = if self.dice.chance(2) { 300_000 } else { 2000 };
        let bytes = self.dice.below(most).min(self.left.len() - until);
        Ok(Some(self.left.split_to(bytes)))
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        &self.trailing
    }
}
