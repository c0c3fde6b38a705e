//! Metadata and blobs that do not belong together are refused and left as they are; what a crash leaves of one store opens.

use std::sync::Arc;

use coldkeep_blob::{Blobs, Identity};
use coldkeep_meta::{Commit, Meta};
use coldkeep_store::{Error, Mismatch, OpenError, Options, Store, fsck};

use crate::body::{Body, data};
use crate::world::{DAY_MS, World, options};

async fn opened(
    world: &World,
    meta: Arc<coldkeep_meta::Memory>,
    blobs: &coldkeep_blob::Memory,
) -> Result<Store, OpenError> {
    Store::open(meta, Arc::new(blobs.clone()), world.clock.clone(), options()).await
}

async fn refused(world: &World, meta: Arc<coldkeep_meta::Memory>, blobs: &coldkeep_blob::Memory) -> Mismatch {
    let records = meta.scan(vec![0]..vec![u8::MAX], usize::MAX).await.unwrap();
    let before = (records, blobs.blobs(), blobs.identity().await.unwrap());
    let error = opened(world, meta.clone(), blobs).await.err().expect("it was opened");
    let records = meta.scan(vec![0]..vec![u8::MAX], usize::MAX).await.unwrap();
    assert_eq!((records, blobs.blobs(), blobs.identity().await.unwrap()), before, "it was changed");
    match error {
        OpenError::Mismatch(mismatch) => mismatch,
        error => panic!("{error}"),
    }
}

/// A world with an object in a blob, and one that is small.
async fn world() -> World {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.put(&bucket, "large", Body::of(&data(1, 20_000))).await.unwrap();
    world.put(&bucket, "small", Body::of(&data(2, 20))).await.unwrap();
    world
}

async fn state(meta: &coldkeep_meta::Memory, name: &str, value: Option<Vec<u8>>) {
    let mut commit = Commit::default();
    let key = [b"s", name.as_bytes()].concat();
    match value {
        Some(value) => commit.put(key, value),
        None => commit.delete(key),
    };
    meta.commit(commit).await.unwrap();
}

#[tokio::test]
async fn without_its_metadata_no_blob_is_touched() {
    let world = world().await;
    assert!(matches!(refused(&world, Arc::default(), &world.blobs).await, Mismatch::MetadataMissing(1)));
}

#[tokio::test]
async fn halves_of_two_stores_are_refused() {
    let (one, other) = (world().await, world().await);
    assert!(matches!(refused(&one, one.meta.clone(), &other.blobs).await, Mismatch::OtherStore));
}

#[tokio::test]
async fn blobs_that_are_missing_are_missed() {
    let world = world().await;
    assert!(matches!(refused(&world, world.meta.clone(), &coldkeep_blob::Memory::new()).await, Mismatch::BlobsMissing));
}

#[tokio::test]
async fn an_old_copy_of_either_is_refused() {
    let world = world().await;
    state(&world.meta, "epoch", Some(0u32.to_be_bytes().into())).await;
    assert!(matches!(refused(&world, world.meta.clone(), &world.blobs).await, Mismatch::MetadataOlder(0, 1)));
    state(&world.meta, "epoch", Some(1u32.to_be_bytes().into())).await;
    for _ in 0..3 {
        opened(&world, world.meta.clone(), &world.blobs).await.unwrap().close().await.unwrap();
    }
    let identity = world.blobs.identity().await.unwrap().unwrap();
    world.blobs.set_identity(Identity { epoch: 3, ..identity });
    assert!(matches!(refused(&world, world.meta.clone(), &world.blobs).await, Mismatch::BlobsOlder(3, 4)));
}

#[tokio::test]
async fn a_run_that_cannot_be_read_is_an_error() {
    let world = world().await;
    for (name, value) in [("epoch", vec![0; 3]), ("store", vec![0; 7])] {
        let key = [b"s", name.as_bytes()].concat();
        let before = world.meta.get(&key).await.unwrap().unwrap().value;
        state(&world.meta, name, Some(value)).await;
        let error = opened(&world, world.meta.clone(), &world.blobs).await.err().unwrap();
        assert!(matches!(error, OpenError::Store(Error::Damaged(_))), "{error}");
        state(&world.meta, name, Some(before)).await;
    }
    opened(&world, world.meta.clone(), &world.blobs).await.unwrap();
}

#[tokio::test]
async fn a_crash_between_the_two_is_made_up_for() {
    let world = world().await;
    for run in 2..6 {
        let identity = world.blobs.identity().await.unwrap().unwrap();
        drop(opened(&world, world.meta.clone(), &world.blobs).await.unwrap());
        assert_eq!(world.blobs.identity().await.unwrap().unwrap().epoch, run);
        // As if it had crashed before the blobs came to know of it, again and again.
        world.blobs.set_identity(identity);
    }
}

/// Neither side of a store of the first format knows its id; both learn it.
#[tokio::test]
async fn a_store_of_the_first_format_is_adopted() {
    let world = world().await;
    state(&world.meta, "store", None).await;
    let blobs = coldkeep_blob::Memory::new();
    for id in world.blobs.list(1, None, 10).await.unwrap() {
        let bytes = coldkeep_blob::conformance::read(&world.blobs, id).await.unwrap();
        coldkeep_blob::conformance::write(&blobs, id, &bytes, 1000).await;
    }
    assert_eq!(blobs.identity().await.unwrap(), None);
    let store = opened(&world, world.meta.clone(), &blobs).await.unwrap();
    assert_eq!(blobs.identity().await.unwrap().unwrap().epoch, 2);
    store.close().await.unwrap();
    drop(store);
    opened(&world, world.meta.clone(), &blobs).await.unwrap();
}

/// What the sweep finds is kept for some days.
#[tokio::test]
async fn what_is_swept_is_kept_for_a_week() {
    let world = world().await;
    coldkeep_blob::conformance::write(&world.blobs, coldkeep_blob::conformance::id(1, 99), &data(9, 5000), 1000).await;
    let world = world.restarted().await;
    assert_eq!(world.blobs.blobs(), 1);
    let held = world.store.quarantined().await.unwrap();
    assert_eq!((held.blobs, held.bytes), (1, 5000));
    world.settle(1).await;
    world.clock.advance(7 * DAY_MS - 1);
    world.store.run_due().await.unwrap();
    assert_eq!(world.store.quarantined().await.unwrap().blobs, 1);
    world.clock.advance(1);
    world.store.run_due().await.unwrap();
    assert_eq!(world.store.quarantined().await.unwrap().blobs, 0);
    world.settle(1).await;
}

/// After records were cut off, what they may have named stays where it is, also at later starts.
#[tokio::test]
async fn nothing_is_swept_after_a_cut() {
    let world = world().await;
    let lost = coldkeep_blob::conformance::id(1, 99);
    coldkeep_blob::conformance::write(&world.blobs, lost, &data(9, 5000), 1000).await;
    let cut = Options { history_cut: true, ..options() };
    let store = Store::open(world.meta.clone(), Arc::new(world.blobs.clone()), world.clock.clone(), cut).await.unwrap();
    assert_eq!(store.sweep().await.unwrap(), 0);
    assert!(store.sweep_withheld().await.unwrap());
    drop(store);
    let late = coldkeep_blob::conformance::id(2, 99);
    coldkeep_blob::conformance::write(&world.blobs, late, &data(9, 5000), 1000).await;
    // Run 2 began after the cut: it is swept, run 1 is not.
    let world = world.restarted().await;
    assert!(world.store.sweep_withheld().await.unwrap());
    let listed = world.blobs.list(1, None, 10).await.unwrap();
    assert!(listed.contains(&lost), "{listed:?}");
    assert_eq!(world.blobs.list(2, None, 10).await.unwrap(), []);
    let report = fsck(&*world.meta, &world.blobs, true).await.unwrap();
    assert_eq!((report.problems.len(), report.unswept), (0, 1));
}
