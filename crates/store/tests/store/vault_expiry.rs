//! Archives go by their vault's rule: the oldest first, when they are old enough, never one of those that are kept.

use std::sync::Arc;

use coldkeep_store::{ArchiveGuard, EXPIRE_AFTER_DAYS, KEEP_LAST, Vault, fsck};
use coldkeep_types::{Id, Timestamp, VaultName};

use crate::body::data;
use crate::vaults::archive;
use crate::world::{DAY_MS, World, account, region};

async fn rule(world: &World, vault: &Vault, tags: &[(&str, &str)]) {
    let set = world.store.change_vault_access(vault, |access| {
        access.tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Ok::<_, ()>(())
    });
    set.await.unwrap().unwrap();
}

/// One archive each day, the last one today.
async fn filled(days: i64) -> (World, Vault, Vec<Id>) {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let mut ids = Vec::new();
    for day in 0..days {
        if day > 0 {
            world.clock.advance(DAY_MS);
        }
        ids.push(archive(&world.store, &vault, &data(day as u64, 9000)).await.unwrap().id);
    }
    (world, vault, ids)
}

/// Which of these are there; they are the newest, and what the vault counts.
async fn left(world: &World, vault: &Vault, ids: &[Id]) -> usize {
    let mut there = Vec::new();
    for id in ids {
        there.push(world.store.archive(vault, *id).await.is_ok());
    }
    let left = there.iter().filter(|there| **there).count();
    assert!(there[ids.len() - left..].iter().all(|there| *there), "{there:?}");
    assert_eq!(world.vault("v").await.archives, left as u64);
    left
}

impl World {
    async fn pass_days(&self, days: i64) {
        self.clock.advance(days * DAY_MS);
        self.store.run_due().await.unwrap();
    }

    async fn looks(&self) -> usize {
        self.records().await.get(&'d').copied().unwrap_or(0)
    }
}

#[tokio::test]
async fn the_old_go_and_the_last_stay() {
    let (world, vault, ids) = filled(10).await;
    rule(&world, &vault, &[(KEEP_LAST, "3")]).await;
    world.pass_days(0).await;
    assert_eq!((left(&world, &vault, &ids).await, world.looks().await), (10, 0));
    rule(&world, &vault, &[(EXPIRE_AFTER_DAYS, "7"), (KEEP_LAST, "4")]).await;
    // The first three are 7 days old and more.
    world.pass_days(0).await;
    assert_eq!((left(&world, &vault, &ids).await, world.looks().await), (7, 1));
    world.pass_days(2).await;
    assert_eq!(left(&world, &vault, &ids).await, 5);
    world.pass_days(100).await;
    assert_eq!(left(&world, &vault, &ids).await, 4);
    // What comes pushes the oldest out, at the next look.
    archive(&world.store, &vault, &data(99, 10)).await.unwrap();
    world.pass_days(1).await;
    assert!(world.store.archive(&vault, ids[6]).await.is_err());
    assert_eq!((world.vault("v").await.archives, world.store.removed().expired_archives), (4, 7));
    world.settle(3).await;
}

#[tokio::test]
async fn the_rule_of_the_moment_counts() {
    let (world, vault, ids) = filled(6).await;
    // However often it is changed, there is one look a day in the end.
    for days in ["30", "20", "10", "20"] {
        rule(&world, &vault, &[(EXPIRE_AFTER_DAYS, days)]).await;
        world.pass_days(0).await;
    }
    assert_eq!((left(&world, &vault, &ids).await, world.looks().await), (6, 1));
    rule(&world, &vault, &[]).await;
    world.pass_days(60).await;
    assert_eq!((left(&world, &vault, &ids).await, world.looks().await), (6, 0));
    // Nor does a vault made anew have anything of it.
    rule(&world, &vault, &[(EXPIRE_AFTER_DAYS, "1")]).await;
    world.pass_days(0).await;
    assert_eq!(left(&world, &vault, &ids).await, 0);
    world.store.delete_vault(&account(), &region(), &VaultName::parse("v").unwrap()).await.unwrap();
    let anew = world.vault("v").await;
    let id = archive(&world.store, &anew, &data(1, 10)).await.unwrap().id;
    world.pass_days(60).await;
    assert!(world.store.archive(&anew, id).await.is_ok());
    world.settle(0).await;
}

#[tokio::test]
async fn more_than_a_batch_goes_in_one_night_and_a_restart_loses_no_look() {
    let (world, vault, _) = filled(1).await;
    let mut ids = Vec::new();
    for at in 0..150 {
        ids.push(archive(&world.store, &vault, &data(at, 5)).await.unwrap().id);
    }
    rule(&world, &vault, &[(EXPIRE_AFTER_DAYS, "1"), (KEEP_LAST, "10")]).await;
    world.pass_days(0).await;
    let world = world.restarted().await;
    world.pass_days(2).await;
    assert_eq!(left(&world, &vault, &ids).await, 10);
    world.settle(0).await;
}

#[tokio::test]
async fn two_workers_drop_each_archive_once() {
    for seed in 0..20 {
        let world = World::jittery(seed).await;
        let vault = world.vault("v").await;
        for at in 0..90 {
            archive(&world.store, &vault, &data(at, 5)).await.unwrap();
        }
        rule(&world, &vault, &[(EXPIRE_AFTER_DAYS, "1"), (KEEP_LAST, "7")]).await;
        world.clock.advance(3 * DAY_MS);
        let (one, two) = tokio::join!(world.store.run_due(), world.store.run_due());
        one.and(two).unwrap();
        assert_eq!((world.vault("v").await.archives, world.store.removed().expired_archives), (7, 83), "seed {seed}");
        world.settle(0).await;
    }
}

/// Lets go what is older than so many days.
struct Older(i64);

impl ArchiveGuard for Older {
    fn lets_go(&self, _vault: &Vault, made: Timestamp, now: Timestamp) -> bool {
        now.0 - made.0 > self.0 * DAY_MS
    }
}

#[tokio::test]
async fn what_is_held_stays_until_it_is_not() {
    let (world, vault, ids) = filled(10).await;
    world.store.guard_archives(Arc::new(Older(20)));
    rule(&world, &vault, &[(EXPIRE_AFTER_DAYS, "1")]).await;
    world.pass_days(1).await;
    assert_eq!(left(&world, &vault, &ids).await, 10);
    world.pass_days(12).await;
    assert_eq!(left(&world, &vault, &ids).await, 8);
}

#[tokio::test]
async fn a_vault_whose_look_is_lost_gets_it_back() {
    let (world, vault, _) = filled(2).await;
    rule(&world, &vault, &[(EXPIRE_AFTER_DAYS, "1")]).await;
    let mut commit = coldkeep_meta::Commit::default();
    for (key, _) in coldkeep_meta::Meta::scan(&*world.meta, vec![b'd']..vec![b'e'], 9).await.unwrap() {
        commit.delete(key);
    }
    coldkeep_meta::Meta::commit(&*world.meta, commit).await.unwrap();
    let report = fsck(&*world.meta, &world.blobs, false).await.unwrap();
    assert!(report.problems.len() == 1 && report.problems[0].contains("nothing is scheduled"), "{:?}", report.problems);
}
