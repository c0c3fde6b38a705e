//! On a disk that rots no wrong byte is served, nothing that was acknowledged is called absent, and `fsck` does not call it clean.

use std::path::{Path, PathBuf};

use coldkeep_disk::simulated::{Dice, SimulatedDisk};

use super::{fsck, readable, versions};
use crate::clients::{BUCKETS, Client, SECRET, Wrong, list_keys};
use crate::server::{JOURNAL, META};

/// What the engines write at once, at least.
const BLOCK: usize = 4096;

/// What happened to a disk at rest.
#[derive(Clone, Debug)]
pub enum Damage {
    /// One bit is another.
    Bit(PathBuf, u64),
    /// A sector is zeros.
    Zeros(PathBuf, u64),
    /// The last block that is not zeros is zeros: what was written last, as if it had never been.
    LastBlock(PathBuf),
    /// A file ends early.
    Short(PathBuf, u64),
    /// A file is gone.
    Gone(PathBuf),
    /// All metadata is gone.
    NoMetadata,
    /// The metadata is that of an earlier day.
    OldMetadata,
}

impl Damage {
    /// Some damage to a disk, which has an older copy; often to the journal if that is `marked`.
    pub fn roll(disk: &SimulatedDisk, marked: bool, dice: &mut Dice) -> Option<Self> {
        let files = filled(disk);
        if files.is_empty() {
            return None;
        }
        if marked && dice.once_in(2) {
            let journal: Vec<_> = files.iter().filter(|(path, _)| path.starts_with(JOURNAL)).collect();
            let (path, bytes) = (*journal.get(dice.below(journal.len().max(1) as u64) as usize)?).clone();
            return Some(match dice.below(4) {
                0 | 1 => Self::LastBlock(path),
                2 => Self::Short(path, dice.below(bytes)),
                _ => Self::Gone(path),
            });
        }
        let (path, bytes) = dice.pick(&files).clone();
        Some(match dice.below(12) {
            0..6 => Self::Bit(path, dice.below(8 * bytes)),
            6 | 7 => Self::Zeros(path, dice.below(bytes.div_ceil(512)) * 512),
            8 => Self::Short(path, dice.below(bytes)),
            9 => Self::Gone(path),
            10 => Self::NoMetadata,
            _ => Self::OldMetadata,
        })
    }

    /// A bit to be flipped, and its file: of any file, or of any byte.
    pub fn any_bit(disk: &SimulatedDisk, dice: &mut Dice) -> Option<(PathBuf, u64)> {
        let files = filled(disk);
        let all = files.iter().map(|(_, bytes)| bytes).sum::<u64>();
        if all == 0 {
            return None;
        }
        if dice.once_in(2) {
            let (path, bytes) = dice.pick(&files).clone();
            return Some((path, dice.below(8 * bytes)));
        }
        let mut bit = dice.below(8 * all);
        for (path, bytes) in files {
            match bit.checked_sub(8 * bytes) {
                Some(behind) => bit = behind,
                None => return Some((path, bit)),
            }
        }
        None
    }

    /// Does it; `false` if nothing is different now.
    pub fn inflict(&self, disk: &SimulatedDisk, old: &SimulatedDisk) -> Result<bool, Wrong> {
        let metadata = |of: &SimulatedDisk| -> Vec<PathBuf> {
            of.files().into_iter().filter(|path| path.starts_with(META)).collect()
        };
        let put = |path: &Path, bytes: Option<&[u8]>| disk.put_file(path, bytes).map_err(|error| error.to_string());
        match self {
            Self::NoMetadata => {
                for path in metadata(disk) {
                    put(&path, None)?;
                }
                Ok(true)
            }
            Self::OldMetadata => {
                for path in metadata(disk) {
                    put(&path, None)?;
                }
                for path in metadata(old) {
                    put(&path, old.read_file(&path).as_deref())?;
                }
                Ok(true)
            }
            Self::Bit(path, _)
            | Self::Zeros(path, _)
            | Self::LastBlock(path)
            | Self::Short(path, _)
            | Self::Gone(path) => {
                let before = disk.read_file(path);
                let after = before.clone().and_then(|bytes| self.damaged(bytes));
                put(path, after.as_deref())?;
                Ok(before != after)
            }
        }
    }

    fn damaged(&self, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        match self {
            Self::Bit(_, bit) => bytes[(bit / 8) as usize] ^= 1 << (bit % 8),
            Self::Zeros(_, at) => {
                let end = bytes.len().min(*at as usize + 512);
                bytes[*at as usize..end].fill(0);
            }
            Self::LastBlock(_) => {
                let last = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) / BLOCK * BLOCK;
                let end = bytes.len().min(last + BLOCK);
                bytes[last..end].fill(0);
            }
            Self::Short(_, length) => bytes.truncate(*length as usize),
            Self::Gone(_) | Self::NoMetadata | Self::OldMetadata => return None,
        }
        Some(bytes)
    }
}

/// The files that have bytes, and how many.
fn filled(disk: &SimulatedDisk) -> Vec<(PathBuf, u64)> {
    let files = disk.files().into_iter();
    files
        .map(|path| (disk.read_file(&path).map_or(0, |bytes| bytes.len() as u64), path))
        .filter(|(bytes, _)| *bytes > 0)
        .map(|(bytes, path)| (path, bytes))
        .collect()
}

/// What `fsck` says: whether it found anything.
pub async fn is_found(disk: &SimulatedDisk) -> bool {
    !fsck::problems(disk).await.is_ok_and(|problems| problems.is_empty())
}

/// Reads all there is of a server whose disk is damaged. Errors are fine; wrong bytes and absence are not. Gives whether
/// there was any error.
pub async fn rotten(client: &mut Client) -> Result<(), Wrong> {
    client.healthy = false;
    readable::all(client).await?;
    versions::readable(client).await?;
    for bucket in BUCKETS.into_iter().chain([SECRET]) {
        list_keys(client, bucket, "", "", "1000").await?;
    }
    Ok(())
}
