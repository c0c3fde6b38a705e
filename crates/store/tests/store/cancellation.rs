//! Callers that give up: at whatever await their request is dropped, it took place whole or not at all, nothing is
//! left behind, and who waits for the outcome is rung.

use std::time::Duration;

use bytes::Bytes;
use coldkeep_store::{InventoryFormat, InventoryParameters, JobStatus};

use crate::body::{Body, data};
use crate::vaults::{archive, inventory_job, output};
use crate::world::{World, bucket_name, key};

/// Runs a request until it is ready or others have run so many times; `None` if it was dropped.
async fn until<T>(turns: u64, request: impl Future<Output = T>) -> Option<T> {
    let given_up = async {
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        done = request => Some(done),
        () = given_up => None,
    }
}

/// How long the `nth` request may run: some at most for a few turns, others to their end.
fn patience(nth: u64) -> u64 {
    if nth % 10 == 9 { u64::MAX } else { nth / 2 }
}

/// The same after the server has ended cleanly and started again: all that was given up has come to its end.
async fn closed_and_started(world: World) -> World {
    tokio::time::sleep(Duration::from_millis(20)).await;
    world.store.close().await.unwrap();
    world.restarted().await
}

#[tokio::test]
async fn puts_of_objects() {
    let world = World::jittery(10).await;
    let bucket = world.bucket().await;
    let content = |turns: u64| data(turns, if turns.is_multiple_of(3) { 5000 } else { 700_000 });
    let mut acknowledged = Vec::new();
    for turns in 0..150 {
        let put = world.put(&bucket, "k", Body::of(&content(turns)).slow());
        acknowledged.push(until(patience(turns), put).await.map(|put| put.unwrap()));
    }
    assert!(acknowledged.iter().any(Option::is_none) && acknowledged.iter().any(Option::is_some));
    let world = closed_and_started(world).await;
    let blobs = match world.read(&bucket, "k").await {
        Ok(got) => {
            assert!((0..150).any(|turns| got == content(turns)));
            usize::from(got.len() > 8192)
        }
        Err(error) => panic!("{error}"),
    };
    world.settle(blobs).await;
}

#[tokio::test]
async fn puts_of_parts() {
    let world = World::jittery(11).await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    let content = |turns: u64| data(turns, if turns.is_multiple_of(3) { 5000 } else { 700_000 });
    let mut last = None;
    for turns in 0..150 {
        let put = world.part(&upload, 1, Body::of(&content(turns)).slow());
        if until(patience(turns), put).await.is_some() {
            last = Some(turns);
        }
    }
    assert!(last.is_some());
    let world = closed_and_started(world).await;
    let parts = world.store.list_parts(&upload, None, 10).await.unwrap();
    let large = parts.iter().filter(|part| part.bytes > 8192).count();
    assert_eq!(parts.len(), 1);
    world.settle(large).await;
    world.store.abort_upload(&bucket, &key("k"), upload.id).await.unwrap();
    world.settle(0).await;
}

#[tokio::test]
async fn archives_and_inventories() {
    let world = World::jittery(12).await;
    let vault = world.vault("v").await;
    let mut stored = 0;
    for turns in 0..120 {
        let content = data(turns, 300_000);
        let put = archive(&world.store, &vault, &content);
        stored += u64::from(until(patience(turns), put).await.is_some());
    }
    // However many gave up: inventories of so many are blobs.
    for turns in 0..40 {
        archive(&world.store, &vault, &data(turns, 9000)).await.unwrap();
        stored += 1;
    }
    for turns in 0..120 {
        let request = inventory_job(InventoryFormat::Json, InventoryParameters::default());
        let _ = until(patience(turns), world.store.initiate_job(&vault, request)).await;
    }
    let world = closed_and_started(world).await;
    let now = world.vault("v").await;
    assert!(stored >= 52 && now.archives >= stored);
    // The jobs whose initiators gave up are due still.
    world.store.run_due().await.unwrap();
    let jobs = world.store.list_jobs(&vault, None, 1000).await.unwrap();
    assert!(jobs.iter().all(|job| job.status == JobStatus::Succeeded));
    for job in &jobs {
        assert!(output(&world, &vault, job.id).await.ends_with(b"]}"));
    }
    let large = jobs.iter().filter(|job| job.inventory_bytes > Some(8192)).count();
    assert!(large >= 12);
    world.settle(now.archives as usize + large).await;
}

#[tokio::test]
async fn the_reclaimer_hears_of_what_was_given_up() {
    let bucket = bucket_name("bucket");
    let mut heard = 0;
    for turns in 0..60 {
        let world = World::jittery(turns).await;
        world.bucket().await;
        world.put(&bucket, "k", Body::of(&data(1, 9000))).await.unwrap();
        let always = Default::default();
        let _ = until(turns % 15, world.store.delete_object(&bucket, &key("k"), &always)).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
        if world.store.head_object(&bucket, &key("k")).await.is_err() {
            let rung = tokio::time::timeout(Duration::from_secs(5), world.store.wait_released()).await;
            rung.unwrap_or_else(|_| panic!("turns {turns}: deleted, and the reclaimer never heard of it"));
            heard += 1;
        }
    }
    assert!((10..60).contains(&heard), "{heard}");
}

#[tokio::test]
async fn completes_and_aborts() {
    for turns in 0..60 {
        let world = World::jittery(turns).await;
        let bucket = world.bucket().await;
        let content: Bytes = data(1, 9000);
        let upload = world.upload(&bucket, "k").await;
        world.part(&upload, 1, Body::of(&content)).await.unwrap();
        let names = [crate::world::named(1, &content)];
        match turns % 2 {
            0 => drop(until(turns / 3, world.complete(&bucket, "k", upload.id, &names)).await),
            _ => drop(until(turns / 3, world.store.abort_upload(&bucket, &key("k"), upload.id)).await),
        }
        let world = closed_and_started(world).await;
        let open = world.store.upload(&bucket, &key("k"), upload.id).await.is_ok();
        let complete = world.read(&bucket, "k").await.is_ok_and(|got| got == content);
        assert!(!(open && complete) && (open || complete || turns % 2 == 1), "turns {turns}");
        world.settle(usize::from(open || complete)).await;
    }
}
