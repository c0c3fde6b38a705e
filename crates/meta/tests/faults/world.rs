//! A folder of metadata on a simulated disk, and what must be in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use coldkeep_disk::Disk;
use coldkeep_disk::simulated::{Dice, Operation, SimulatedDisk, Watch};
use coldkeep_meta::{Commit, Embedded, Error, Meta, Options, Run, prefix_range, prove};

/// Where the folder is.
pub const DIR: &str = "/data/meta";

/// Small files, a small cache, and checkpoints all the time.
pub const OPTIONS: Options = Options {
    cache_bytes: 64 << 10,
    checkpoint_bytes: 16 << 10,
    segment_bytes: 64 << 10,
    ballast_bytes: 64 << 10,
    run: Run::Task,
};

struct Nobody;

impl Watch for Nobody {
    fn operation(&self, _: &Operation<'_>) {}
}

/// A disk with the folder above.
pub fn disk(seed: u64) -> SimulatedDisk {
    let disk = SimulatedDisk::new(seed, 1 << 30, Arc::new(Nobody));
    disk.make_folders(Path::new("/data")).unwrap();
    disk
}

/// Opens the engine.
pub fn open(disk: &SimulatedDisk) -> Result<Embedded, Error> {
    Embedded::open(Arc::new(disk.clone()), Path::new(DIR), OPTIONS)
}

/// What `prove` says.
pub fn problems(disk: &SimulatedDisk) -> Vec<String> {
    let mut problems = Vec::new();
    if let Err(error) = prove(disk as &dyn Disk, Path::new(DIR), &mut |what| problems.push(what)) {
        problems.push(error.to_string());
    }
    problems
}

/// What `prove` says, but for the end of the journal, which a crash may have torn.
pub fn problems_but_torn(disk: &SimulatedDisk) -> Vec<String> {
    problems(disk).into_iter().filter(|what| !what.contains("torn by a crash")).collect()
}

type Key = Vec<u8>;
type Value = Option<Vec<u8>>;

/// What must be in the folder: for each key what was acknowledged last, and what may have come after it.
#[derive(Clone, Debug, Default)]
pub struct Model {
    acknowledged: BTreeMap<Key, Value>,
    unknown: BTreeMap<Key, BTreeSet<Value>>,
}

impl Model {
    /// Keys that were written and not deleted.
    pub fn keys(&self) -> Vec<Key> {
        self.acknowledged.iter().filter(|(_, value)| value.is_some()).map(|(key, _)| key.clone()).collect()
    }

    /// Commits some changes one after another until one is not acknowledged.
    pub async fn work(&mut self, meta: &dyn Meta, dice: &mut Dice, commits: u64) -> Result<(), Error> {
        for _ in 0..commits {
            let mut changes = BTreeMap::new();
            for _ in 0..1 + dice.below(4) {
                let key = format!("{}/{:03}", dice.pick(&["a", "b", "long/prefix"]), dice.below(300)).into_bytes();
                let bytes = *dice.pick(&[0, 10, 100, 1000, 5000]);
                let value = (!dice.once_in(5)).then(|| vec![dice.roll() as u8; bytes]);
                changes.insert(key, value);
            }
            let mut commit = Commit::default();
            for (key, value) in &changes {
                match value {
                    Some(value) => commit.put(key.clone(), value.clone()),
                    None => commit.delete(key.clone()),
                };
            }
            match meta.commit(commit).await {
                Ok(()) => self.acknowledged.extend(changes),
                Err(Error::Full(what)) => return Err(Error::Full(what)),
                Err(error) => {
                    changes.into_iter().for_each(|(key, value)| _ = self.unknown.entry(key).or_default().insert(value));
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Everything acknowledged is there and nothing else; what was unknown is known now.
    pub async fn check(&mut self, meta: &dyn Meta, context: &str) {
        let found = meta.scan(prefix_range(b""), usize::MAX).await.unwrap_or_else(|error| panic!("{context}: {error}"));
        let mut found: BTreeMap<_, _> = found.into_iter().map(|(key, entry)| (key, Some(entry.value))).collect();
        for (key, values) in std::mem::take(&mut self.unknown) {
            let value = found.get(&key).cloned().flatten();
            if values.contains(&value) {
                self.acknowledged.insert(key, value);
            }
        }
        for (key, value) in &self.acknowledged {
            let value_found = found.remove(key).flatten();
            assert!(value_found == *value, "{context}: {} is not as it was", key.escape_ascii());
        }
        assert!(found.is_empty(), "{context}: there is more than was written");
        for (key, value) in self.acknowledged.iter().take(20) {
            let entry = meta.get(key).await.unwrap_or_else(|error| panic!("{context}: {error}"));
            assert_eq!(entry.map(|entry| entry.value), *value, "{context}");
        }
    }

    /// Each key is as it was acknowledged, or reading it fails. How many fail.
    pub async fn check_or_error(&self, meta: &dyn Meta, context: &str) -> usize {
        let mut errors = 0;
        for (key, value) in &self.acknowledged {
            match meta.get(key).await {
                Ok(entry) => {
                    let found = entry.map(|entry| entry.value);
                    assert!(found == *value, "{context}: {} is served wrong", key.escape_ascii());
                }
                Err(Error::Damaged(_) | Error::Read(_)) => errors += 1,
                Err(error) => panic!("{context}: {error}"),
            }
        }
        errors
    }
}
