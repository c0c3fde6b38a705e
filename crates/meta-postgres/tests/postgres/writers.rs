//! Many who write, over two engines on one database.

use std::sync::Arc;

use coldkeep_meta::{Commit, Error, Expect, Memory, Meta, Version, Write, prefix_range};

use crate::cluster::Cluster;
use crate::{add, count, open};

/// Two engines open a new database at once, and what both add and both increment adds up.
#[tokio::test(flavor = "multi_thread")]
async fn two_engines_lose_nothing() {
    let Some(cluster) = Cluster::shared() else { return };
    for options in cluster.both().await {
        let (one, other) = tokio::join!(open(&options), open(&options));
        let engines = [Arc::new(one), Arc::new(other)];
        let mut tasks = Vec::new();
        for task in 0..16 {
            let meta = engines[task % 2].clone();
            tasks.push(tokio::spawn(async move {
                for _ in 0..5 {
                    loop {
                        let version = meta.get(b"expected").await.expect("get").map(|entry| entry.version);
                        let mut commit = add("expected", 1);
                        commit.expect("expected", version).add("sum", i64::MAX);
                        match meta.commit(commit).await {
                            Ok(()) => break,
                            Err(Error::Conflict) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
            }));
        }
        for task in tasks {
            task.await.expect("a task");
        }
        assert_eq!(count(&*engines[0], "expected").await, 80);
        assert_eq!(count(&*engines[1], "sum").await, i64::MAX.wrapping_mul(80));
    }
}

/// Chance from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Each writer moves an amount between accounts it has read, or empties one into another; the sum stays, however they meet.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_moved_between_accounts_is_never_lost() {
    let Some(cluster) = Cluster::shared() else { return };
    for options in cluster.both().await {
        let engines = [Arc::new(open(&options).await), Arc::new(open(&options).await)];
        let mut begin = Commit::default();
        (0..6).for_each(|account| _ = begin.put(format!("account/{account}"), 100_i64.to_be_bytes()));
        engines[0].commit(begin).await.expect("a beginning");
        let tasks: Vec<_> = (1..=12_u64)
            .map(|seed| {
                let meta = engines[seed as usize % 2].clone();
                tokio::spawn(async move {
                    let mut dice = Dice(seed << 20);
                    let mut done = 0;
                    for _ in 0..40 {
                        done += i64::from(transfer(&*meta, &mut dice).await);
                    }
                    done
                })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            done += task.await.expect("a task");
        }
        let found = engines[1].scan(prefix_range(b"account/"), 100).await.expect("scan");
        let sum: i64 =
            found.iter().map(|(_, entry)| i64::from_be_bytes(entry.value[..].try_into().expect("8 bytes"))).sum();
        assert_eq!(sum, 600);
        assert!(done > 0);
        assert_eq!(count(&*engines[0], "transfers").await, done);
    }
}

async fn transfer(meta: &dyn Meta, dice: &mut Dice) -> bool {
    let (from, to) = (format!("account/{}", dice.roll(6)), format!("account/{}", dice.roll(6)));
    let Some(entry) = meta.get(from.as_bytes()).await.expect("get") else { return false };
    let amount = i64::from_be_bytes(entry.value[..].try_into().expect("8 bytes"));
    let mut commit = add("transfers", 1);
    commit.expect(from.clone(), Some(entry.version));
    match dice.roll(3) {
        0 => _ = commit.delete(from).add(to, amount),
        1 => _ = commit.put(from, 1_i64.to_be_bytes()).add(to, amount - 1),
        _ => _ = commit.add(from, -3).add(to, 3),
    }
    match meta.commit(commit).await {
        Ok(()) => true,
        Err(Error::Conflict) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Random commits have the outcomes, and leave the records, that they have with the engine in memory.
#[tokio::test(flavor = "multi_thread")]
async fn it_decides_as_the_engine_in_memory_does() {
    let Some(cluster) = Cluster::shared() else { return };
    for options in cluster.both().await {
        let (meta, model) = (open(&options).await, Memory::new());
        for seed in 1..=300_u64 {
            let mut dice = Dice(seed << 24);
            let commit = random(&mut dice);
            // Versions are each engine's own: expected are those of the same key, or the last one's.
            let here = with_versions(&meta, &commit).await;
            let there = with_versions(&model, &commit).await;
            let (here, there) = (meta.commit(here).await, model.commit(there).await);
            // Where a commit is refused for two reasons, either will do.
            let told = |outcome: &Result<(), Error>| {
                outcome.as_ref().map_err(|error| !matches!(error, Error::Conflict | Error::Invalid(_))).copied()
            };
            assert_eq!(told(&here), told(&there), "seed {seed}: {commit:?}: {here:?}, {there:?}");
            let values = async |meta: &dyn Meta| -> Vec<_> {
                let found = meta.scan(prefix_range(b""), 1000).await.expect("scan");
                found.into_iter().map(|(key, entry)| (key, entry.value)).collect()
            };
            assert_eq!(values(&meta).await, values(&model).await, "seed {seed}: {commit:?}");
        }
    }
}

const KEYS: [&str; 6] = ["a", "a/long key/1", "a/long key/2", "a/long key/2/", "b", "b/another one"];

fn random(dice: &mut Dice) -> Commit {
    let key = |dice: &mut Dice| KEYS[dice.roll(6) as usize].as_bytes().to_vec();
    let mut commit = Commit::default();
    for _ in 0..dice.roll(3) {
        commit.expects.push(match dice.roll(3) {
            0 => Expect::Empty { range: key(dice)..key(dice) },
            // A version of 1 stands for the one it has.
            1 => Expect::Version { key: key(dice), version: Some(Version(1)) },
            _ => Expect::Version { key: key(dice), version: None },
        });
    }
    for _ in 0..dice.roll(4) {
        commit.writes.push(match dice.roll(4) {
            0 => Write::Delete { key: key(dice) },
            1 => Write::Put {
                key: key(dice),
                value: vec![dice.roll(256) as u8; 8 + dice.roll(8).saturating_sub(6) as usize],
            },
            _ => Write::Add { key: key(dice), delta: (dice.roll(u64::MAX) as i64) >> dice.roll(63) },
        });
    }
    commit
}

async fn with_versions(meta: &dyn Meta, commit: &Commit) -> Commit {
    let mut commit = commit.clone();
    for expect in &mut commit.expects {
        if let Expect::Version { key, version: version @ Some(_) } = expect {
            *version = meta.get(key).await.expect("get").map(|entry| entry.version);
        }
    }
    commit
}
