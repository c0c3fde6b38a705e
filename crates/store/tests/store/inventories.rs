//! Inventories: kept, made when they are due, gone on with after a restart, and gone with their bucket.

use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_store::{
    Bucket, Error, Inventory, InventoryFile, InventoryMaker, InventoryRun, InventoryStep, MAX_INVENTORIES, Store, fsck,
};
use parking_lot::Mutex;

use crate::world::{DAY_MS, World, bucket_name};

fn daily(id: &str) -> Inventory {
    Inventory {
        id: id.into(),
        enabled: true,
        all_versions: false,
        weekly: false,
        filter: None,
        fields: vec!["Size".into()],
        target: "bucket".into(),
        target_owner: None,
        prefix: None,
        sealing: None,
    }
}

/// Makes a file a step, of four, and says what it was asked.
#[derive(Default)]
struct Maker {
    steps: Mutex<Vec<(InventoryRun, usize)>>,
    /// After so many steps it fails; the step is done.
    fails_after: Option<usize>,
    full: bool,
}

#[async_trait]
impl InventoryMaker for Maker {
    async fn step(
        &self,
        _store: &Store,
        _bucket: &Bucket,
        _inventory: &Inventory,
        run: &InventoryRun,
    ) -> Result<InventoryStep, Error> {
        let mut steps = self.steps.lock();
        steps.push((run.clone(), run.files.len()));
        if self.full {
            return Ok(InventoryStep::Later);
        }
        if self.fails_after == Some(steps.len()) {
            return Err(Error::Unavailable("as the test says".into()));
        }
        let mut next = run.clone();
        next.files.push(InventoryFile { key: format!("{}", run.files.len()), bytes: 1, md5: [0; 16] });
        next.listed = next.files.len() == 4;
        Ok(if run.listed { InventoryStep::Ended } else { InventoryStep::More(next) })
    }
}

impl Maker {
    /// How many files there were when each step began.
    fn took(&self) -> Vec<usize> {
        self.steps.lock().iter().map(|(_, files)| *files).collect()
    }
}

async fn is_in_order(world: &World) {
    let report = fsck(&*world.meta, &world.blobs, false).await.unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn a_report_is_made_each_day_and_goes_on_after_a_restart() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let maker = Arc::new(Maker { fails_after: Some(3), ..Maker::default() });
    world.store.make_inventories(maker.clone());
    world.store.put_inventory(&bucket, daily("one")).await.unwrap();
    world.store.put_inventory(&bucket, Inventory { enabled: false, ..daily("off") }).await.unwrap();
    world.store.run_due().await.unwrap();
    assert_eq!(maker.took(), [], "nothing before midnight");
    world.clock.advance(DAY_MS);
    world.store.run_due().await.unwrap_err();
    assert_eq!(maker.took(), [0, 1, 2]);
    is_in_order(&world).await;

    let begun = maker.steps.lock()[0].0.clone();
    drop(maker);
    let world = world.restarted().await;
    world.clock.advance(2 * DAY_MS);
    let maker = Arc::new(Maker::default());
    world.store.make_inventories(maker.clone());
    world.store.run_due().await.unwrap();
    assert_eq!(maker.took(), [2, 3, 4], "the step that failed is done again, and no other");
    let same = |(run, _): &(InventoryRun, usize)| (run.run, run.begun_ms) == (begun.run, begun.begun_ms);
    assert!(maker.steps.lock().iter().all(same), "one report");
    is_in_order(&world).await;
    world.store.run_due().await.unwrap();
    assert_eq!(maker.took().len(), 3, "one a day, and none for days that are gone");
    world.clock.advance(DAY_MS);
    world.store.run_due().await.unwrap();
    assert_eq!(maker.took().len(), 8);
    assert_ne!(maker.steps.lock()[3].0.run, begun.run);
}

#[tokio::test]
async fn what_has_no_room_is_tried_again_and_what_is_put_anew_begins_anew() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let maker = Arc::new(Maker { full: true, ..Maker::default() });
    world.store.make_inventories(maker.clone());
    world.store.put_inventory(&bucket, daily("one")).await.unwrap();
    world.clock.advance(DAY_MS);
    for tries in 1..3 {
        let next = world.store.run_due().await.unwrap().unwrap();
        assert_eq!(maker.took().len(), tries);
        assert_eq!(next.0 - world.store.now().0, DAY_MS / 24);
        world.clock.advance(DAY_MS / 24);
    }
    world.store.put_inventory(&bucket, Inventory { enabled: false, ..daily("one") }).await.unwrap();
    world.clock.advance(2 * DAY_MS);
    world.store.run_due().await.unwrap();
    assert_eq!(maker.took().len(), 2, "none while it is not enabled");
    is_in_order(&world).await;
}

#[tokio::test]
async fn a_bucket_has_so_many_and_takes_them_with_it() {
    let world = World::new().await;
    let name = world.bucket().await;
    let store = &world.store;
    for number in 0..MAX_INVENTORIES {
        store.put_inventory(&name, daily(&format!("i{number:04}"))).await.unwrap();
    }
    let more = store.put_inventory(&name, daily("more")).await;
    assert!(matches!(more, Err(Error::TooManyConfigurations)), "{more:?}");
    store.put_inventory(&name, Inventory { weekly: true, ..daily("i0007") }).await.unwrap();
    let bucket = store.bucket(&name).await.unwrap();
    assert!(store.inventory(&bucket, "i0007").await.unwrap().weekly);
    let page = store.inventories(&bucket, "i0007", 2).await.unwrap();
    assert_eq!(page.iter().map(|kept| kept.id.as_str()).collect::<Vec<_>>(), ["i0008", "i0009"]);
    store.delete_inventory(&name, "i0007").await.unwrap();
    let gone = store.delete_inventory(&name, "i0007").await;
    assert!(matches!(gone, Err(Error::NoSuchConfiguration)), "{gone:?}");
    store.put_inventory(&name, daily("more")).await.unwrap();
    is_in_order(&world).await;

    store.delete_bucket(&name).await.unwrap();
    let records = world.records().await;
    assert_eq!(records.get(&'C'), None);
    let missing = store.put_inventory(&bucket_name("bucket"), daily("one")).await;
    assert!(matches!(missing, Err(Error::NoSuchBucket)), "{missing:?}");
    world.clock.advance(2 * DAY_MS);
    store.run_due().await.unwrap();
    assert_eq!(world.records().await.get(&'d'), None);
    is_in_order(&world).await;
}
