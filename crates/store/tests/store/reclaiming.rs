//! The reclaimer and the sweep against a blob engine that fails: what fails stays written down, and is tried again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use coldkeep_store::{Error, Store, fsck};

use crate::body::{Body, data};
use crate::faulty_blobs::{Faulty, Switches};
use crate::world::{World, key, options};

/// A world whose blob engine has switches.
async fn faulty() -> (World, Arc<Switches>) {
    let mut world = World::new().await;
    let switches = Arc::new(Switches::default());
    let blobs = Arc::new(Faulty { inner: world.blobs.clone(), switches: switches.clone(), space: None });
    world.store = Store::open(world.meta.clone(), blobs, world.clock.clone(), options()).await.unwrap();
    (world, switches)
}

#[tokio::test]
async fn blobs_are_deleted_several_at_once() {
    let (world, switches) = faulty().await;
    let bucket = world.bucket().await;
    for number in 0..600 {
        world.put(&bucket, "k", Body::of(&data(number, 9000))).await.unwrap();
    }
    world.settle(1).await;
    assert_eq!(switches.most_deleting.load(Ordering::Relaxed), 16);
}

#[tokio::test]
async fn what_cannot_be_deleted_stays_on_the_list_and_does_not_keep_the_rest() {
    let (world, switches) = faulty().await;
    let bucket = world.bucket().await;
    for number in 0..300 {
        world.put(&bucket, "k", Body::of(&data(number, 9000))).await.unwrap();
    }
    world.store.delete_object(&bucket, &key("k"), &Default::default()).await.unwrap();
    switches.deleting_fails_below.store(64, Ordering::Relaxed);
    assert!(matches!(world.store.reclaim().await, Err(Error::Unavailable(_))));
    let left = world.blobs.blobs();
    assert!((1..150).contains(&left), "{left}");
    let report = fsck(&*world.meta, &world.blobs, true).await.unwrap();
    assert_eq!((report.problems.len(), report.released), (0, left as u64));
    switches.deleting_fails_below.store(0, Ordering::Relaxed);
    world.settle(0).await;
}

#[tokio::test]
async fn a_blob_whose_finish_failed_is_swept_at_the_next_start() {
    let (world, switches) = faulty().await;
    let bucket = world.bucket().await;
    world.put(&bucket, "k", Body::of(&data(1, 9000))).await.unwrap();
    switches.finishing_fails.store(true, Ordering::Relaxed);
    let failed = world.put(&bucket, "k", Body::of(&data(2, 9000))).await.unwrap_err();
    assert!(matches!(failed, Error::Unavailable(_)), "{failed}");
    world.store.close().await.unwrap();
    let world = world.restarted().await;
    world.settle(1).await;
    assert_eq!(world.read(&bucket, "k").await.unwrap(), data(1, 9000));
}

/// A server whose every blob fails is not ready, also when nobody writes one; nor once they failed, until one succeeds.
#[tokio::test(start_paused = true)]
async fn blobs_that_cannot_be_written_are_told_by_health() {
    let (world, switches) = faulty().await;
    let bucket = world.bucket().await;
    switches.finishing_fails.store(true, Ordering::Relaxed);
    assert!(matches!(world.store.health().await, Err(Error::Unavailable(_))));
    world.put(&bucket, "small", Body::of(&data(1, 10))).await.unwrap();
    assert!(matches!(world.store.health().await, Err(Error::Unavailable(_))));
    switches.finishing_fails.store(false, Ordering::Relaxed);
    world.store.health().await.unwrap();
    switches.finishing_fails.store(true, Ordering::Relaxed);
    world.store.health().await.unwrap();
    world.put(&bucket, "large", Body::of(&data(1, 9000))).await.unwrap_err();
    assert!(matches!(world.store.health().await, Err(Error::Unavailable(_))));
    switches.finishing_fails.store(false, Ordering::Relaxed);
    world.put(&bucket, "large", Body::of(&data(1, 9000))).await.unwrap();
    world.store.health().await.unwrap();
    switches.finishing_fails.store(true, Ordering::Relaxed);
    tokio::time::advance(std::time::Duration::from_secs(61)).await;
    assert!(matches!(world.store.health().await, Err(Error::Unavailable(_))), "nothing was written for a minute");
}

#[tokio::test]
async fn after_a_clean_end_nothing_is_swept() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.put(&bucket, "k", Body::of(&data(1, 9000))).await.unwrap();
    world.store.close().await.unwrap();
    let world = world.restarted().await;
    assert_eq!(world.store.sweep().await.unwrap(), 0);
    world.settle(1).await;
}
