//! A clock that is wrong for a while drops nothing: neither far ahead, nor back and forth, nor at a start.

use std::time::Duration;

use coldkeep_blob::conformance;
use coldkeep_store::{Error, InventoryFormat, InventoryParameters, Options, Upload, Vault};
use coldkeep_types::{Id, PartSize};

use crate::body::{Body, data};
use crate::vaults::inventory_job;
use crate::world::{DAY_MS, MIB, World, key, named, options};

/// All that is dropped by the clock.
struct Kept {
    vault: Vault,
    upload: Upload,
    job: Id,
    completed: Id,
}

async fn world() -> (World, Kept) {
    let confirm = Options { confirm_ms: 60_000, ..options() };
    let world = World::with(confirm, 1 << 30, None).await;
    let bucket = world.bucket().await;
    let vault = world.vault("v").await;
    conformance::write(&world.blobs, conformance::id(1, 99), &data(9, 5000), 1000).await;
    let world = world.restarted().await;
    let upload = world.store.create_vault_upload(&vault, PartSize::new(MIB as u64).unwrap(), None).await.unwrap();
    let request = inventory_job(InventoryFormat::Csv, InventoryParameters::default());
    let job = world.store.initiate_job(&vault, request).await.unwrap().id;
    let content = data(1, 9000);
    let completed = world.upload(&bucket, "k").await.id;
    let open = world.store.upload(&bucket, &key("k"), completed).await.unwrap();
    world.part(&open, 1, Body::of(&content)).await.unwrap();
    world.complete(&bucket, "k", completed, &[named(1, &content)]).await.unwrap();
    (world, Kept { vault, upload, job, completed })
}

impl Kept {
    /// Which of upload, job, outcome and quarantined blob are there.
    async fn there(&self, world: &World) -> [bool; 4] {
        let bucket = crate::world::bucket_name("bucket");
        let again = world.complete(&bucket, "k", self.completed, &[named(1, &data(1, 9000))]).await;
        assert!(matches!(again, Ok(_) | Err(Error::NoSuchUpload)), "{again:?}");
        [
            world.store.vault_upload(&self.vault, self.upload.id).await.is_ok(),
            world.store.job(&self.vault, self.job).await.is_ok(),
            again.is_ok(),
            world.store.quarantined().await.unwrap().blobs == 1,
        ]
    }
}

/// Time passes, and the clock with it.
async fn pass(world: &World, seconds: u64) {
    world.clock.advance(seconds as i64 * 1000);
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn days_ahead_for_half_a_minute() {
    let (world, kept) = world().await;
    world.store.run_due().await.unwrap();
    for _ in 0..20 {
        pass(&world, 120).await;
        world.store.run_due().await.unwrap();
        world.clock.advance(30 * DAY_MS);
        for _ in 0..6 {
            let again = world.store.run_due().await.unwrap().expect("there is work to look at again");
            assert!(again > coldkeep_types::Clock::now(&*world.clock));
            pass(&world, 5).await;
        }
        world.clock.advance(-30 * DAY_MS);
        world.store.run_due().await.unwrap();
    }
    assert_eq!(kept.there(&world).await, [true; 4]);
}

#[tokio::test(start_paused = true)]
async fn days_ahead_for_good() {
    let (world, kept) = world().await;
    pass(&world, 100).await;
    world.store.run_due().await.unwrap();
    pass(&world, 100).await;
    world.store.run_due().await.unwrap();
    world.clock.advance(30 * DAY_MS);
    world.store.run_due().await.unwrap();
    pass(&world, 59).await;
    world.store.run_due().await.unwrap();
    assert_eq!(kept.there(&world).await, [true; 4]);
    pass(&world, 2).await;
    world.store.run_due().await.unwrap();
    assert_eq!(kept.there(&world).await, [false; 4]);
}

/// Each start is sure of nothing: a clock that is wrong while the machine starts is set right soon after.
#[tokio::test(start_paused = true)]
async fn days_ahead_at_every_start() {
    let (mut world, kept) = world().await;
    for _ in 0..5 {
        world.clock.advance(30 * DAY_MS);
        world = world.restarted().await;
        world.store.run_due().await.unwrap();
        pass(&world, 30).await;
        world.store.run_due().await.unwrap();
        world.clock.advance(-30 * DAY_MS);
        world.store.run_due().await.unwrap();
        assert_eq!(kept.there(&world).await, [true; 4]);
    }
}

#[tokio::test(start_paused = true)]
async fn when_the_time_has_come_nothing_waits() {
    let (world, kept) = world().await;
    pass(&world, 100).await;
    world.store.run_due().await.unwrap();
    pass(&world, 100).await;
    world.store.run_due().await.unwrap();
    pass(&world, 86_400 - 200 - 1).await;
    world.store.run_due().await.unwrap();
    assert_eq!(kept.there(&world).await, [true; 4]);
    pass(&world, 2).await;
    world.store.run_due().await.unwrap();
    assert_eq!(kept.there(&world).await, [true, false, false, true]);
    pass(&world, 6 * 86_400).await;
    world.store.run_due().await.unwrap();
    assert_eq!(kept.there(&world).await, [false; 4]);
}
