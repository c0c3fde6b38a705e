//! A full disk refuses and keeps nothing; a damaged blob is an error and never other bytes.

use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_blob::{Blobs, Memory, Space};
use coldkeep_meta::{Meta, Seen, Step};
use coldkeep_store::{CopyTarget, Deletion, Error, NewArchive, NewUpload, Options, Store, fsck};
use parking_lot::Mutex;
use tokio::task::JoinSet;

use crate::body::{Body, data};
use crate::faulty_blobs::{Faulty, SpaceOf};
use crate::vaults::{archive, archive_job};
use crate::world::{DAY_MS, MIB, World, account, copy_object, copy_to, key, named, options, part, put, region};

#[tokio::test]
async fn a_full_disk_leaves_nothing_behind() {
    let world = World::with(options(), 3 << 20, None).await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    let kept = data(1, MIB);
    world.part(&upload, 1, Body::of(&kept)).await.unwrap();
    let free = world.blobs.space().await.unwrap().free_bytes;
    let large = data(2, 4 * MIB);
    for round in 0..4 {
        let body = if round % 2 == 0 { Body::of(&large) } else { Body::of(&large).undeclared() };
        let refused = match round {
            0 | 1 => world.part(&upload, 1, body).await.map(drop),
            _ => world.put(&bucket, "o", body).await.map(drop),
        };
        assert!(matches!(refused, Err(Error::Full)), "{refused:?}");
        while world.blobs.space().await.unwrap().free_bytes < free {
            // A block may still have been under way.
            tokio::task::yield_now().await;
        }
        assert_eq!(world.blobs.space().await.unwrap().free_bytes, free);
        world.settle(1).await;
    }
    assert!(matches!(world.read(&bucket, "o").await, Err(Error::NoSuchKey)));
    world.complete(&bucket, "k", upload.id, &[named(1, &kept)]).await.unwrap();
    assert_eq!(world.read(&bucket, "k").await.unwrap(), kept);
}

/// The disk that blobs and metadata share, and what was the least that was ever free.
struct Shared {
    blobs: Memory,
    meta: Arc<coldkeep_meta::Memory>,
    least_free: Mutex<u64>,
}

impl Shared {
    async fn free_bytes(&self) -> u64 {
        let mut records = 0;
        let mut add = |seen: Seen<'_>| {
            records += (seen.key.len() + seen.value.len()) as u64;
            Step::Next
        };
        self.meta.walk(vec![0]..vec![u8::MAX], &mut add).await.unwrap();
        let free = self.blobs.space().await.unwrap().free_bytes.saturating_sub(records);
        let mut least = self.least_free.lock();
        *least = free.min(*least);
        free
    }
}

/// A world on one small disk.
async fn shared(total_bytes: u64, reserve_bytes: u64) -> (World, Arc<Shared>) {
    let mut world = World::with(options(), total_bytes, None).await;
    let (blobs, meta) = (world.blobs.clone(), world.meta.clone());
    let shared = Arc::new(Shared { blobs, meta, least_free: Mutex::new(u64::MAX) });
    let faulty = Faulty { inner: world.blobs.clone(), switches: Arc::default(), space: Some(shared.clone()) };
    let options = Options { reserve_bytes, ..options() };
    world.store = Store::open(world.meta.clone(), Arc::new(faulty), world.clock.clone(), options).await.unwrap();
    (world, shared)
}

#[async_trait]
impl SpaceOf for Shared {
    async fn space(&self) -> Space {
        Space { free_bytes: self.free_bytes().await, total_bytes: 1 << 30 }
    }
}

/// However many bodies, copies, uploads and jobs come at once, the reserve stays.
#[tokio::test]
async fn many_at_once_never_use_up_the_reserve() {
    const RESERVE: u64 = 1 << 20;
    for round in 0..4 {
        let (world, disk) = shared(24 << 20, RESERVE).await;
        let (bucket, vault) = (world.bucket().await, world.vault("v").await);
        world.put(&bucket, "source", Body::of(&data(1, 8000))).await.unwrap();
        let upload = world.upload(&bucket, "u").await;
        let mut tasks = JoinSet::new();
        for task in 0..100u64 {
            let (store, bucket, vault, upload) = (world.store.clone(), bucket.clone(), vault.clone(), upload.clone());
            tasks.spawn(async move {
                let body = data(task, if round % 2 == 0 { 700_000 } else { 3000 });
                let body = if task % 3 == 0 { Body::of(&body).undeclared().slow() } else { Body::of(&body).slow() };
                let mut outcomes = Vec::new();
                match task % 4 {
                    0 => outcomes
                        .push(put(&store, &bucket, &format!("o{task}"), Default::default(), body).await.map(drop)),
                    1 => outcomes.push(part(&store, &upload, task as u32 + 1, body).await.map(drop)),
                    2 => {
                        let new = NewArchive::default();
                        let mut body = body;
                        outcomes.push(store.upload_archive(&vault, new, &mut body).await.map(drop));
                    }
                    _ => {}
                }
                for copy in 0..40 {
                    let target = copy_to(&bucket, &format!("c{task}-{copy}"));
                    outcomes.push(copy_object(&store, &bucket, &key("source"), &target).await.map(drop));
                    let other = store.create_upload(&bucket, &key("v"), NewUpload::default()).await;
                    outcomes.push(other.map(drop));
                }
                outcomes
            });
        }
        let mut refused = 0;
        while let Some(outcomes) = tasks.join_next().await {
            disk.free_bytes().await;
            for outcome in outcomes.unwrap() {
                match outcome {
                    Ok(()) => {}
                    Err(Error::Full) => refused += 1,
                    Err(error) => panic!("{error}"),
                }
            }
        }
        // One by one, what is left is used up to the reserve.
        for number in 0.. {
            if world.put(&bucket, &format!("last{number}"), Body::of(&data(1, 7000))).await.is_err() {
                break;
            }
        }
        disk.free_bytes().await;
        let least = *disk.least_free.lock();
        assert!(refused > 0 && least >= RESERVE, "round {round}: {refused} refused, {least} bytes were left");
        assert!(least < RESERVE + (64 << 10), "round {round}: refused early, {least} bytes were left");
    }
}

/// With nothing free at all, what frees room works, and what needs some is refused before anything is changed.
#[tokio::test(start_paused = true)]
async fn a_disk_that_is_full_to_the_last_byte_can_be_emptied() {
    let world = World::with(Options { reserve_bytes: 1 << 20, ..options() }, 8 << 20, None).await;
    let (bucket, vault) = (world.bucket().await, world.vault("v").await);
    world.put(&bucket, "a", Body::of(&data(1, MIB))).await.unwrap();
    world.put(&bucket, "b", Body::of(&data(2, 10))).await.unwrap();
    let (one, other) = (world.upload(&bucket, "u").await, world.upload(&bucket, "v").await);
    world.part(&one, 1, Body::of(&data(3, 20_000))).await.unwrap();
    world.part(&other, 1, Body::of(&data(3, 20_000))).await.unwrap();
    let size = coldkeep_types::PartSize::new(1 << 20).unwrap();
    let ranges = world.store.create_vault_upload(&vault, size, None).await.unwrap();
    let stored = archive(&world.store, &vault, &data(4, 20_000)).await.unwrap();
    let job = world.store.initiate_job(&vault, archive_job(stored.id, None)).await.unwrap();
    let filler = world.fill(0).await;
    tokio::time::advance(std::time::Duration::from_millis(1001)).await;

    let store = &world.store;
    let always = Default::default();
    let target = CopyTarget { precondition: always, ..copy_to(&bucket, "c") };
    let before = world.records().await;
    let refused = [
        copy_object(store, &bucket, &key("a"), &target).await.map(drop),
        store.create_upload(&bucket, &key("w"), NewUpload::default()).await.map(drop),
        world.complete(&bucket, "u", one.id, &[named(1, &data(3, 20_000))]).await.map(drop),
        store.create_bucket(&crate::world::bucket_name("another"), &account(), &region()).await.map(drop),
        store.create_vault(&account(), &region(), &coldkeep_types::VaultName::parse("w").unwrap()).await,
        store.create_vault_upload(&vault, size, None).await.map(drop),
        store.initiate_job(&vault, archive_job(stored.id, None)).await.map(drop),
        world.part(&one, 2, Body::of(&data(5, 10))).await.map(drop),
        world.put(&bucket, "d", Body::of(&data(5, 10))).await.map(drop),
        archive(store, &vault, &data(6, 10)).await.map(drop),
        store.health().await,
    ];
    for (nth, outcome) in refused.into_iter().enumerate() {
        assert!(matches!(outcome, Err(Error::Full)), "{nth}: {outcome:?}");
    }
    assert_eq!(world.records().await, before);

    store.delete_object(&bucket, &key("a"), &Default::default()).await.unwrap();
    let both = ["b", "u"].map(|at| Deletion::new(key(at), Default::default()));
    assert!(store.delete_objects(&bucket, &both).await.unwrap().iter().all(Result::is_ok));
    store.abort_upload(&bucket, &key("u"), one.id).await.unwrap();
    store.abort_vault_upload(&vault, ranges.id).await.unwrap();
    store.delete_archive(&vault, stored.id).await.unwrap();
    store.delete_bucket(&bucket).await.unwrap();
    world.clock.advance(2 * DAY_MS);
    store.run_due().await.unwrap();
    assert!(matches!(store.job(&vault, job.id).await, Err(Error::NoSuchJob)));
    store.delete_vault(&account(), &region(), &coldkeep_types::VaultName::parse("v").unwrap()).await.unwrap();
    world.reclaim().await;
    store.close().await.unwrap();
    world.blobs.delete(filler).await.unwrap();
    let world = world.restarted().await;
    world.settle(0).await;
    world.store.health().await.unwrap();
}

/// How long ago the free space was read is not told by the clock of the day: set back, it would keep an old reading fresh.
/// Versions go one by one from a disk that is full, also where another rises in the place of one; a delete marker needs room.
#[tokio::test(start_paused = true)]
async fn versions_are_deleted_from_a_full_disk() {
    let world = World::with(Options { reserve_bytes: 1 << 20, ..options() }, 8 << 20, None).await;
    let bucket = world.bucket().await;
    world.store.set_versioning(&bucket, coldkeep_store::Versioning::Enabled).await.unwrap();
    let mut versions = Vec::new();
    for nth in 0..3 {
        versions.push(world.put(&bucket, "a", Body::of(&data(nth, 20_000))).await.unwrap().version);
    }
    versions.extend(world.store.delete_object(&bucket, &key("a"), &Default::default()).await.unwrap().version);
    let filler = world.fill(0).await;
    tokio::time::advance(std::time::Duration::from_millis(1001)).await;
    let marked = world.store.delete_object(&bucket, &key("a"), &Default::default()).await;
    assert!(matches!(marked, Err(Error::Full)), "{marked:?}");
    let of = |version| Deletion { version: Some(version), ..Deletion::new(key("a"), Default::default()) };
    for version in versions[1..].iter().rev() {
        world.store.delete(&bucket, &of(*version)).await.unwrap();
    }
    assert!(world.store.delete_objects(&bucket, &[of(versions[0])]).await.unwrap()[0].is_ok());
    world.blobs.delete(filler).await.unwrap();
    world.settle(0).await;
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_keeps_no_reading() {
    let world = World::with(Options { reserve_bytes: 1 << 20, ..options() }, 8 << 20, None).await;
    let bucket = world.bucket().await;
    world.put(&bucket, "a", Body::of(&data(1, 10))).await.unwrap();
    world.fill(0).await;
    world.clock.advance(-1_000_000);
    tokio::time::advance(std::time::Duration::from_millis(1001)).await;
    assert!(matches!(world.put(&bucket, "b", Body::of(&data(2, 10))).await, Err(Error::Full)));
}

#[tokio::test]
async fn damage_is_told_and_found() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let (one, two) = (data(1, 5 * MIB), data(2, 20_000));
    let upload = world.upload(&bucket, "k").await;
    world.part(&upload, 1, Body::of(&one)).await.unwrap();
    world.part(&upload, 2, Body::of(&two)).await.unwrap();
    world.complete(&bucket, "k", upload.id, &[named(1, &one), named(2, &two)]).await.unwrap();
    let blobs = world.blobs.list(1, None, 10).await.unwrap();
    assert_eq!(blobs.len(), 2);
    world.blobs.damage(blobs[1]);

    let mut reader = world.store.open_object(&bucket, &key("k")).await.unwrap().read(0..5 * MIB as u64 + 20_000);
    let mut got = Vec::new();
    let error = loop {
        match reader.next().await {
            Ok(Some(bytes)) => got.extend_from_slice(&bytes),
            Ok(None) => panic!("a damaged object was read to its end"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Damaged(_)), "{error}");
    assert!(got == one, "the sound part comes whole, and nothing of the other");
    let report = fsck(&*world.meta, &world.blobs, true).await.unwrap();
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
    assert!(report.problems[0].contains(&blobs[1].to_string()));

    // What is damaged at its start is known before anything is given out.
    let mut reader =
        world.store.open_object(&bucket, &key("k")).await.unwrap().read(5 * MIB as u64..5 * MIB as u64 + 7);
    assert!(matches!(reader.prepare().await, Err(Error::Damaged(_))));
    let mut reader = world.store.open_object(&bucket, &key("k")).await.unwrap().read(7..2 * MIB as u64);
    reader.prepare().await.unwrap();
    assert_eq!(reader.remaining(), 2 * MIB as u64 - 7);
    assert!(crate::world::drain(reader).await.unwrap() == one[7..2 * MIB]);

    // Without its file, the other one is missed even when nothing is read.
    world.blobs.delete(blobs[0]).await.unwrap();
    assert!(matches!(world.read(&bucket, "k").await, Err(Error::Damaged(_))));
    let report = fsck(&*world.meta, &world.blobs, false).await.unwrap();
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
}
