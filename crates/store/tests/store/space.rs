//! A full disk refuses and keeps nothing; a damaged blob is an error and never other bytes.

use coldkeep_blob::Blobs;
use coldkeep_store::{Error, Options, fsck};

use crate::body::{Body, data};
use crate::world::{MIB, World, key, named, options};

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
        assert_eq!(world.blobs.space().await.unwrap().free_bytes, free);
        world.settle(1).await;
    }
    assert!(matches!(world.read(&bucket, "o").await, Err(Error::NoSuchKey)));
    world.complete(&bucket, "k", upload.id, &[named(1, &kept)]).await.unwrap();
    assert_eq!(world.read(&bucket, "k").await.unwrap(), kept);
}

#[tokio::test]
async fn the_reserve_lets_deletes_work_on_a_full_disk() {
    let world = World::with(Options { reserve_bytes: 1 << 20, ..options() }, 3 << 20, None).await;
    let bucket = world.bucket().await;
    // Without a declared length it can use up the reserve.
    world.put(&bucket, "a", Body::of(&data(1, 2 * MIB + 3)).undeclared()).await.unwrap();
    world.clock.advance(1000);
    assert!(matches!(world.put(&bucket, "b", Body::of(&data(2, 10))).await, Err(Error::Full)));
    assert!(matches!(world.store.health().await, Err(Error::Full)));
    world.store.delete_object(&bucket, &key("a"), &Default::default()).await.unwrap();
    world.settle(0).await;
    world.put(&bucket, "b", Body::of(&data(2, 10))).await.unwrap();
    world.store.health().await.unwrap();
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

    // Without its file, the other one is missed even when nothing is read.
    world.blobs.delete(blobs[0]).await.unwrap();
    assert!(matches!(world.read(&bucket, "k").await, Err(Error::Damaged(_))));
    let report = fsck(&*world.meta, &world.blobs, false).await.unwrap();
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
}
