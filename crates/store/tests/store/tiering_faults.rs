//! Archiving where something goes wrong or comes in between: a commit that fails, a kill, a second worker, another server, a clock that
//! jumps.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Commit, Fault, Meta};
use coldkeep_store::{ArchiveTier, Error, Options, RestoreRequest, Store, Tier, fsck};
use coldkeep_types::BucketName;
use tokio::time::sleep;

use crate::beating::{Server, shared, until};
use crate::body::data;
use crate::tiering::{BYTES, after_90, tiering};
use crate::world::{DAY_MS, TestClock, World, account, bucket_name, copy_object, copy_to, key, options, read, region};

/// The parts of a life, each of which may fail at any of its commits.
async fn step(number: usize, world: &World, bucket: &BucketName) -> Result<(), Error> {
    let store = &world.store;
    match number {
        0 => store.put_tiering(bucket, after_90()).await,
        1 => copy_object(store, bucket, &key("k"), &copy_to(bucket, "copy")).await.map(drop),
        2 => world.read(bucket, "k").await.map(drop),
        3 | 5 => {
            world.clock.advance(if number == 3 { 92 * DAY_MS } else { 0 });
            store.run_due().await.map(drop)
        }
        _ => {
            let asked = RestoreRequest { days: None, tier: Tier::Standard };
            store.restore_object(bucket, &key("k"), None, asked).await.map(drop)
        }
    }
}

/// After a restart the step is done again, and all goes on as if nothing had been.
#[tokio::test]
async fn every_commit_may_fail() {
    let mut failed = 0;
    for (number, fault) in (0..6).flat_map(|number| [(number, Fault::Lost), (number, Fault::Applied)]) {
        for after in 0..4 {
            let mut world = World::new().await;
            let bucket = world.bucket().await;
            world.tiered(&bucket, "k").await;
            for before in 0..number {
                step(before, &world, &bucket).await.unwrap();
                world.clock.advance(DAY_MS);
                world.due().await;
            }
            let what = format!("step {number} after {after} {fault:?}");
            world.meta.fail_after(after, fault);
            if step(number, &world, &bucket).await.is_err() || world.meta.health().is_err() {
                failed += 1;
                world = world.restarted().await;
                let again = step(number, &world, &bucket).await;
                // What took effect does not do so twice.
                assert!(again.is_ok() || number == 4, "{what}: {again:?}");
            } else {
                world = world.restarted().await;
            }
            world.due().await;
            let wanted = (number == 3).then_some(ArchiveTier::Archive);
            assert_eq!(world.tier(&bucket, "k").await, wanted, "{what}");
            world.settle(1).await;
        }
    }
    assert!(failed >= 12, "{failed}");
}

/// Who was given the last byte is right: reads that end, and a server that is killed then, are never followed by an archive too early.
#[tokio::test]
async fn workers_readers_and_a_kill_in_between() {
    for seed in 0..30 {
        let world = World::jittery(seed).await;
        let bucket = world.bucket().await;
        world.tiers(&bucket, after_90()).await;
        world.tiered(&bucket, "k").await;
        world.tiered(&bucket, "unread").await;
        world.clock.advance(92 * DAY_MS);
        let store = &world.store;
        let (one, other, read) =
            tokio::join!(store.run_due(), store.run_due(), crate::world::read(store, &bucket, "k"));
        one.unwrap();
        other.unwrap();
        let world = world.restarted().await;
        world.due().await;
        assert_eq!(world.tier(&bucket, "unread").await, Some(ArchiveTier::Archive), "seed {seed}");
        match read {
            Ok(bytes) => {
                assert_eq!((bytes, world.tier(&bucket, "k").await), (data(7, BYTES), None), "seed {seed}");
                world.days_later(91).await;
                assert_eq!(world.tier(&bucket, "k").await, None, "seed {seed}");
                world.days_later(1).await;
            }
            Err(error) => assert!(matches!(error, Error::Archived(_)), "seed {seed}: {error}"),
        }
        assert_eq!(world.tier(&bucket, "k").await, Some(ArchiveTier::Archive), "seed {seed}");
        world.settle(2).await;
    }
}

/// One server reads, the other archives; each knows the bucket from before.
#[tokio::test(start_paused = true)]
async fn a_read_through_another_server_counts() {
    let (meta, blobs, clock) =
        (Arc::new(coldkeep_meta::Memory::new()), coldkeep_blob::Memory::default(), Arc::new(TestClock::default()));
    let server = async || {
        let store = Store::open(meta.clone(), Arc::new(blobs.clone()), clock.clone(), shared()).await.unwrap();
        Server::of(store)
    };
    let one = server().await;
    until(|| one.store.leads()).await;
    let other = server().await;
    let bucket = bucket_name("bucket");
    clock.advance(DAY_MS / 2);
    one.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    let world = World { meta: meta.clone(), blobs: blobs.clone(), clock: clock.clone(), store: one.store.clone() };
    world.tiered(&bucket, "k").await;
    world.tiered(&bucket, "unread").await;
    read(&other.store, &bucket, "k").await.unwrap();
    world.tiers(&bucket, after_90()).await;
    clock.advance(60 * DAY_MS);
    sleep(Duration::from_secs(2)).await;
    read(&other.store, &bucket, "k").await.unwrap();
    clock.advance(60 * DAY_MS);
    let (here, there) = tokio::join!(one.store.run_due(), other.store.run_due());
    here.unwrap();
    there.unwrap();
    assert_eq!(
        (world.tier(&bucket, "k").await, world.tier(&bucket, "unread").await),
        (None, Some(ArchiveTier::Archive))
    );
    assert!(matches!(read(&other.store, &bucket, "unread").await, Err(Error::Archived(_))));
    assert_eq!(one.store.removed().archived_objects + other.store.removed().archived_objects, 1);
    // The other does not know yet that nothing is to be archived any more: what it read must be as it was.
    one.store.delete_tiering(&bucket, "t").await.unwrap();
    clock.advance(60 * DAY_MS);
    other.store.run_due().await.unwrap();
    assert_eq!(world.tier(&bucket, "k").await, None);
    drop(world);
    other.store.close().await.unwrap();
    drop(other);
    one.settle(&*meta, &blobs, &clock, 2).await;
}

/// A clock that is months ahead for a while archives nothing.
#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_ahead_archives_nothing() {
    let world = World::with(Options { confirm_ms: 60_000, ..options() }, 1 << 30, None).await;
    let bucket = world.bucket().await;
    world.tiers(&bucket, after_90()).await;
    world.tiered(&bucket, "k").await;
    let pass = async |ms: i64| {
        tokio::time::advance(Duration::from_millis(ms as u64)).await;
        world.clock.advance(ms);
        world.due().await;
    };
    for _ in 0..5 {
        pass(70_000).await;
    }
    world.clock.advance(300 * DAY_MS);
    for _ in 0..6 {
        pass(5000).await;
    }
    world.clock.advance(-300 * DAY_MS);
    pass(1000).await;
    assert_eq!(world.tier(&bucket, "k").await, None);
    world.clock.advance(300 * DAY_MS);
    for _ in 0..15 {
        pass(5000).await;
    }
    assert_eq!(world.tier(&bucket, "k").await, Some(ArchiveTier::Archive));
}

/// A walk of many objects goes on after a kill; and `fsck` finds what nothing is scheduled for, unless a walk will.
#[tokio::test]
async fn a_walk_goes_on_and_fsck_misses_what_it_did() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    for number in 0..300 {
        world.put_of(&bucket, &format!("s{number:03}"), coldkeep_store::StorageClass::IntelligentTiering, 10).await;
    }
    world.tiered(&bucket, "z").await;
    world.store.put_tiering(&bucket, tiering("t", &[(ArchiveTier::DeepArchive, 180)])).await.unwrap();
    world.meta.fail_after(1, Fault::Lost);
    world.store.run_due().await.unwrap_err();
    let world = world.restarted().await;
    world.settle(1).await;
    world.due().await;
    world.settle(1).await;
    let mut commit = Commit::default();
    for (key, _) in world.meta.scan(coldkeep_meta::prefix_range(b"d"), 10).await.unwrap() {
        commit.delete(key);
    }
    world.meta.commit(commit).await.unwrap();
    let report = fsck(&*world.meta, &world.blobs, false).await.unwrap();
    assert!(report.problems.len() == 1 && report.problems[0].contains("tiering"), "{:?}", report.problems);
}
