//! Records of a store on their way to another engine, in the order of their keys: a window at a time, several windows under way. What is there as it should be is
//! not written again, what should not be there is deleted.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use coldkeep_meta::{Commit, Meta, Step};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

use super::closed::everything;
use super::{MigrateError, Progress, Told, refused, stays};
use crate::{Error, keys};

/// A window has so many records at most, and ends with the one that makes it so large.
const WINDOW_RECORDS: usize = 1000;
const WINDOW_BYTES: usize = 1 << 20;
/// Windows under way.
const WINDOWS: usize = 4;
/// Records that are too much in a window, of which so many are deleted at a time.
const EXTRAS: usize = 1000;

/// All records of a store, but those of the engines that it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// How many.
    pub records: u64,
    /// SHA-256 of all keys and values, in the order of the keys, each behind its length.
    pub sha256: [u8; 32],
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} records with the digest {}", self.records, hex::encode(self.sha256))
    }
}

/// The digest of the records that are there.
pub(super) async fn digest(meta: &dyn Meta) -> Result<Digest, MigrateError> {
    let (mut hasher, mut records) = (Sha256::new(), 0);
    let mut visit = |seen: coldkeep_meta::Seen<'_>| {
        if !stays(seen.key) {
            records += 1;
            for bytes in [seen.key, seen.value] {
                hasher.update((bytes.len() as u64).to_be_bytes());
                hasher.update(bytes);
            }
        }
        Step::Next
    };
    meta.walk(everything(), &mut visit).await?;
    Ok(Digest { records, sha256: hasher.finalize().into() })
}

/// Makes the records of `to` those of `from`.
pub(super) async fn copy(from: &Arc<dyn Meta>, to: &Arc<dyn Meta>, told: &Told) -> Result<(), MigrateError> {
    let (mut range, mut under_way) = (everything(), JoinSet::new());
    while range.start < range.end {
        let window = Window::read(&**from, range.clone()).await?;
        range.start = window.range.end.clone();
        if under_way.len() == WINDOWS {
            ended(&mut under_way, told).await?;
        }
        let to = to.clone();
        under_way.spawn(async move { window.write(&*to).await });
    }
    while !under_way.is_empty() {
        ended(&mut under_way, told).await?;
    }
    Ok(())
}

async fn ended(under_way: &mut JoinSet<Result<u64, MigrateError>>, told: &Told) -> Result<(), MigrateError> {
    if let Some(ended) = under_way.join_next().await {
        told(Progress::Records(ended.map_err(|error| Error::Unavailable(error.to_string()))??));
    }
    Ok(())
}

/// Records that follow each other, and all keys from the first of them up to the next window.
struct Window {
    range: Range<Vec<u8>>,
    /// Values, and whether they are known to be there.
    wanted: BTreeMap<Vec<u8>, (Vec<u8>, bool)>,
}

impl Window {
    async fn read(meta: &dyn Meta, range: Range<Vec<u8>>) -> Result<Self, MigrateError> {
        let (mut wanted, mut bytes, mut last) = (BTreeMap::new(), 0, None);
        let mut visit = |seen: coldkeep_meta::Seen<'_>| {
            if !stays(seen.key) {
                wanted.insert(seen.key.to_vec(), (seen.value.to_vec(), false));
                bytes += seen.key.len() + seen.value.len();
            }
            if wanted.len() < WINDOW_RECORDS && bytes < WINDOW_BYTES {
                return Step::Next;
            }
            last = Some(seen.key.to_vec());
            Step::Stop
        };
        meta.walk(range.clone(), &mut visit).await?;
        let end = last.map_or(range.end, keys::after);
        Ok(Self { range: range.start..end, wanted })
    }

    /// Makes the records of these keys those of the window; how many those are.
    async fn write(mut self, meta: &dyn Meta) -> Result<u64, MigrateError> {
        loop {
            let mut extras = Vec::new();
            let wanted = &mut self.wanted;
            let mut visit = |seen: coldkeep_meta::Seen<'_>| {
                match wanted.get_mut(seen.key) {
                    Some((value, is_there)) => *is_there = value == seen.value,
                    None if stays(seen.key) => {}
                    None => extras.push(seen.key.to_vec()),
                }
                if extras.len() < EXTRAS { Step::Next } else { Step::Stop }
            };
            meta.walk(self.range.clone(), &mut visit).await?;
            let all_seen = extras.len() < EXTRAS;
            let mut commit = Commit::default();
            for key in extras {
                commit.delete(key);
            }
            if all_seen {
                for (key, (value, _)) in self.wanted.iter().filter(|(_, (_, is_there))| !is_there) {
                    commit.put(key.clone(), value.clone());
                }
            }
            if !commit.writes.is_empty() {
                apply(meta, commit).await?;
            }
            if all_seen {
                return Ok(self.wanted.len() as u64);
            }
        }
    }
}

/// Commits what may be committed twice: once more, where nobody knows whether it was.
async fn apply(meta: &dyn Meta, commit: Commit) -> Result<(), MigrateError> {
    match meta.commit(commit.clone()).await {
        Err(coldkeep_meta::Error::Unknown(_)) => Ok(meta.commit(commit).await?),
        Err(coldkeep_meta::Error::Conflict) => Err(refused("somebody else writes where the store is to be moved to")),
        other => Ok(other?),
    }
}
