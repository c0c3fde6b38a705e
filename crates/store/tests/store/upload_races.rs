//! Everything that can be done to one upload at once, in hundreds of interleavings: parts, completes, aborts, lists
//! and reads. Each request gets one of the answers it may get, the outcomes fit together, and nothing leaks.

use std::sync::Arc;

use bytes::Bytes;
use coldkeep_store::{Error, NamedPart, Store, Upload};
use coldkeep_types::{BucketName, PartSize};
use tokio::task::JoinSet;

use crate::body::{Body, Dice, data, md5, tree_hash};
use crate::world::{DAY_MS, MIB, World, key, named, part, read};

#[derive(Debug)]
enum Done {
    Part(Result<(), Error>),
    /// With what the complete named.
    Complete(Vec<usize>, Result<(), Error>),
    Abort(Result<(), Error>),
    List(Result<Vec<String>, Error>),
    Get(Result<Bytes, Error>),
}

/// The contents that race for each part number: `versions[number - 1][version]`.
type Versions = Arc<Vec<Vec<Bytes>>>;

fn names(versions: &Versions, chosen: &[usize]) -> Vec<NamedPart> {
    chosen.iter().enumerate().map(|(nth, version)| named(nth as u32 + 1, &versions[nth][*version])).collect()
}

fn whole(versions: &Versions, chosen: &[usize]) -> Vec<u8> {
    chosen.iter().enumerate().flat_map(|(nth, version)| versions[nth][*version].to_vec()).collect()
}

/// One random request about the upload.
async fn request(store: Store, bucket: BucketName, upload: Upload, versions: Versions, mut dice: Dice) -> Done {
    for _ in 0..dice.below(30) {
        tokio::task::yield_now().await;
    }
    let (id, at) = (upload.id, key("k"));
    match dice.below(10) {
        0..5 => {
            let number = dice.below(versions.len());
            let content = &versions[number][dice.below(versions[number].len())];
            let body = if dice.chance(2) { Body::of(content) } else { Body::of(content).slow() };
            Done::Part(part(&store, &upload, number as u32 + 1, body).await.map(drop))
        }
        5..7 => {
            let parts = dice.below(versions.len()) + 1;
            let chosen: Vec<usize> = (0..parts).map(|nth| dice.below(versions[nth].len())).collect();
            let names = names(&versions, &chosen);
            let done = store.complete_upload(&bucket, &at, id, &names, &Default::default(), &Default::default()).await;
            Done::Complete(chosen, done.map(drop))
        }
        7 => Done::Abort(store.abort_upload(&bucket, &at, id).await),
        8 => {
            let parts = store.list_parts(&upload, None, 100).await;
            Done::List(parts.map(|parts| parts.iter().map(|part| part.etag()).collect()))
        }
        _ => Done::Get(read(&store, &bucket, "k").await),
    }
}

async fn race(world: &World, bucket: &BucketName, versions: &Versions, seed: u64) {
    let mut dice = Dice(seed);
    let upload = world.upload(bucket, "k").await;
    for (nth, versions) in versions.iter().enumerate() {
        let content = &versions[dice.below(versions.len())];
        world.part(&upload, nth as u32 + 1, Body::of(content)).await.unwrap();
    }
    let mut tasks = JoinSet::new();
    for _ in 0..dice.below(10) + 2 {
        let dice = Dice(dice.roll());
        tasks.spawn(request(world.store.clone(), bucket.clone(), upload.clone(), versions.clone(), dice));
    }
    tasks.spawn({
        let store = world.store.clone();
        async move {
            store.reclaim().await.unwrap();
            Done::Part(Ok(()))
        }
    });
    let done = tasks.join_all().await;

    let mut completed = None;
    let mut aborts = 0;
    for outcome in &done {
        match outcome {
            Done::Part(outcome) => {
                assert!(matches!(outcome, Ok(()) | Err(Error::NoSuchUpload)), "seed {seed}: {outcome:?}")
            }
            Done::Complete(chosen, Ok(())) => {
                assert!(completed.is_none_or(|before| before == chosen), "seed {seed}: completed twice");
                completed = Some(chosen);
            }
            Done::Complete(_, Err(error)) => assert!(
                matches!(error, Error::NoSuchUpload | Error::InvalidPart(_) | Error::CompletedOtherwise),
                "seed {seed}: {error}"
            ),
            Done::Abort(Ok(())) => aborts += 1,
            Done::Abort(Err(error)) => assert!(matches!(error, Error::NoSuchUpload), "seed {seed}: {error}"),
            Done::List(listed) => {
                let known = |etag: &String| versions.iter().flatten().any(|v| *etag == named(1, v).etag);
                assert!(listed.as_ref().unwrap().iter().all(known), "seed {seed}: {listed:?}");
            }
            Done::Get(Err(error)) => assert!(matches!(error, Error::NoSuchKey), "seed {seed}: {error}"),
            Done::Get(Ok(_)) => {}
        }
    }
    assert!(aborts + usize::from(completed.is_some()) <= 1, "seed {seed}: {done:?}");
    for outcome in &done {
        match (outcome, completed) {
            (Done::Get(Ok(got)), Some(chosen)) => assert!(*got == whole(versions, chosen), "seed {seed}: other bytes"),
            (Done::Get(Ok(_)), None) => panic!("seed {seed}: read what nobody completed"),
            (Done::Complete(_, Err(Error::CompletedOtherwise)), None) => panic!("seed {seed}: completed by nobody"),
            _ => {}
        }
    }

    let large = |bytes: u64| usize::from(bytes > world.store.options().inline_bytes);
    match completed {
        Some(chosen) => {
            let whole = whole(versions, chosen);
            assert!(world.read(bucket, "k").await.unwrap() == whole, "seed {seed}: other bytes");
            let owned = chosen.iter().enumerate().map(|(nth, version)| large(versions[nth][*version].len() as u64));
            world.settle(owned.sum()).await;
            world.store.delete_object(bucket, &key("k"), &Default::default()).await.unwrap();
        }
        None if aborts > 0 => {
            assert!(matches!(world.read(bucket, "k").await, Err(Error::NoSuchKey)), "seed {seed}");
        }
        None => {
            let parts = world.store.list_parts(&upload, None, 100).await.unwrap();
            assert_eq!(parts.len(), versions.len());
            world.settle(parts.iter().map(|part| large(part.bytes)).sum()).await;
            world.store.abort_upload(bucket, &key("k"), upload.id).await.unwrap();
        }
    }
    world.settle(0).await;
}

async fn forget_all(world: &World) {
    world.clock.advance(DAY_MS);
    world.store.run_due().await.unwrap();
    world.settle(0).await;
    assert_eq!(world.records().await, [('b', 1)].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn small_parts() {
    // Only the last part may be small, so completes of several parts are refused here.
    let world = World::jittery(1).await;
    let bucket = world.bucket().await;
    let sizes = [[100, 9000, 20_000], [9001, 30_000, 70_000]];
    let version = |(nth, bytes): (usize, &usize)| data(nth as u64 + *bytes as u64, *bytes);
    let versions: Versions = Arc::new(sizes.iter().map(|s| s.iter().enumerate().map(version).collect()).collect());
    for seed in 0..400 {
        race_small(&world, &bucket, &versions, seed).await;
    }
    forget_all(&world).await;
}

/// As [`race`], with completes that name only the first part.
async fn race_small(world: &World, bucket: &BucketName, versions: &Versions, seed: u64) {
    let versions = if seed.is_multiple_of(4) { versions.clone() } else { Arc::new(vec![versions[0].clone()]) };
    match versions.len() {
        1 => race(world, bucket, &versions, seed).await,
        _ => unnamed(world, bucket, &versions, seed).await,
    }
}

/// Part 2 is sent again and again while Complete names only part 1: it never survives.
async fn unnamed(world: &World, bucket: &BucketName, versions: &Versions, seed: u64) {
    let mut dice = Dice(seed);
    let upload = world.upload(bucket, "k").await;
    world.part(&upload, 1, Body::of(&versions[0][0])).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let (store, upload, content) = (world.store.clone(), upload.clone(), versions[1][dice.below(3)].clone());
        let wait = dice.below(20);
        tasks.spawn(async move {
            for _ in 0..wait {
                tokio::task::yield_now().await;
            }
            let sent = part(&store, &upload, 2, Body::of(&content)).await;
            assert!(matches!(sent, Ok(_) | Err(Error::NoSuchUpload)), "seed {seed}: {sent:?}");
        });
    }
    world.complete(bucket, "k", upload.id, &[named(1, &versions[0][0])]).await.unwrap();
    tasks.join_all().await;
    assert!(world.read(bucket, "k").await.unwrap() == versions[0][0], "seed {seed}");
    world.settle(0).await;
    world.store.delete_object(bucket, &key("k"), &Default::default()).await.unwrap();
    world.settle(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn parts_of_full_size() {
    let world = World::jittery(2).await;
    let bucket = world.bucket().await;
    let versions: Versions = Arc::new(vec![
        vec![data(1, 5 * MIB), data(2, 5 * MIB)],
        vec![data(3, 5 * MIB + 7)],
        vec![data(4, 100), data(5, 10_000)],
    ]);
    for seed in 0..25 {
        race(&world, &bucket, &versions, seed).await;
    }
    forget_all(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn ranges_of_an_archive() {
    let world = World::jittery(3).await;
    let vault = world.vault("v").await;
    let full = [data(1, MIB), data(2, MIB)];
    let last = [data(3, 10), data(4, 10_000)];
    for seed in 0..100 {
        let mut dice = Dice(seed);
        let size = PartSize::new(MIB as u64).unwrap();
        let upload = world.store.create_vault_upload(&vault, size, None).await.unwrap();
        for (index, content) in [(0, &full[0]), (1, &last[0])] {
            world.part(&upload, index, Body::of(content)).await.unwrap();
        }
        let mut tasks = JoinSet::new();
        for _ in 0..dice.below(8) + 2 {
            let (store, vault, upload) = (world.store.clone(), vault.clone(), upload.clone());
            let (wait, action) = (dice.below(20), dice.below(10));
            let (index, one, other) = (dice.below(2), full[dice.below(2)].clone(), last[dice.below(2)].clone());
            tasks.spawn(async move {
                for _ in 0..wait {
                    tokio::task::yield_now().await;
                }
                match action {
                    0..5 => {
                        let content = if index == 0 { one } else { other };
                        let sent = part(&store, &upload, index as u32, Body::of(&content)).await;
                        assert!(matches!(sent, Ok(_) | Err(Error::NoSuchUpload)), "seed {seed}: {sent:?}");
                        (None, false)
                    }
                    5..8 => {
                        let whole = [one, other].concat();
                        let (bytes, hash) = (whole.len() as u64, tree_hash(&whole));
                        match store.complete_vault_upload(&vault, upload.id, bytes, hash).await {
                            Ok(done) => (Some((done.id, whole)), false),
                            Err(
                                Error::NoSuchUpload
                                | Error::SizeMismatch { .. }
                                | Error::DigestMismatch { .. }
                                | Error::CompletedOtherwise,
                            ) => (None, false),
                            Err(error) => panic!("seed {seed}: {error}"),
                        }
                    }
                    _ => match store.abort_vault_upload(&vault, upload.id).await {
                        Ok(()) => (None, true),
                        Err(Error::NoSuchUpload) => (None, false),
                        Err(error) => panic!("seed {seed}: {error}"),
                    },
                }
            });
        }
        let done = tasks.join_all().await;
        let mut archives: Vec<_> = done.iter().filter_map(|(completed, _)| completed.clone()).collect();
        archives.dedup();
        let aborted = done.iter().any(|(_, aborted)| *aborted);
        assert!(archives.len() + usize::from(aborted) <= 1, "seed {seed}");
        let now = world.vault("v").await;
        match archives.first() {
            Some((id, whole)) => {
                let archive = world.store.archive(&vault, *id).await.unwrap();
                assert_eq!((archive.bytes, archive.tree_hash), (whole.len() as u64, tree_hash(whole)), "seed {seed}");
                assert_eq!((now.archives, now.bytes), (1, whole.len() as u64 + 32_768));
                let content = crate::vaults::retrieve(&world, &vault, *id).await;
                assert!(content == *whole, "seed {seed}: md5 {:?}", md5(&content));
                world.store.delete_archive(&vault, *id).await.unwrap();
            }
            None => {
                assert_eq!((now.archives, now.bytes), (0, 0), "seed {seed}");
                world.store.abort_vault_upload(&vault, upload.id).await.unwrap();
            }
        }
        world.clock.advance(DAY_MS);
        world.store.run_due().await.unwrap();
        world.settle(0).await;
    }
    world.clock.advance(8 * DAY_MS);
    world.store.run_due().await.unwrap();
    assert_eq!(world.records().await, [('l', 1), ('v', 1)].into());
}
