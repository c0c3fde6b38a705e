//! Staged pools: a program that dies, keeps silent or fails, settings that change, and records that are lost.

use std::sync::atomic::Ordering;

use coldkeep_meta::{Commit, Meta};
use coldkeep_store::{StagedWork, StorageClass, Tier, fsck};

use crate::body::data;
use crate::lifecycle_moves::{moves, to};
use crate::repairs::repaired;
use crate::staging::Vaulted;
use crate::world::{DAY_MS, MIB};

#[tokio::test]
async fn the_program_is_asked_where_things_are_after_it_died() {
    let mut it = Vaulted::new().await;
    let content = data(1, 20_000);
    it.put("k", &content).await;
    // It did what it was told, and nobody heard of it.
    it.tape.is_mute.store(true, Ordering::Relaxed);
    it.world.store.run_staging().await.unwrap();
    it.proven().await;
    it.again(1).await;
    it.tape.is_mute.store(false, Ordering::Relaxed);
    it.world.clock.advance(DAY_MS);
    assert_eq!(it.settled().await, (0, 1));
    assert_eq!(it.tape.calls(), [(StagedWork::Migrate, 1), (StagedWork::Status, 1)]);
    // It does nothing at all: the restore goes on, is tried again, and is done.
    it.restore("k", Tier::Standard).await;
    it.tape.breaks.store(true, Ordering::Relaxed);
    it.settle().await;
    assert!(it.is_under_way("k").await);
    it.again(1).await;
    it.tape.breaks.store(false, Ordering::Relaxed);
    it.proven().await;
    it.world.clock.advance(DAY_MS);
    assert_eq!(it.settled().await, (1, 1));
    let calls = it.tape.calls();
    assert_eq!(calls, [(StagedWork::Recall, 1), (StagedWork::Status, 1), (StagedWork::Recall, 1)]);
    assert_eq!(it.read("k").await.unwrap(), content);
}

#[tokio::test]
async fn a_part_that_does_not_come_is_waited_for_without_haste() {
    let it = Vaulted::new().await;
    let parts = [data(1, 5 * MIB), data(2, 5 * MIB), data(3, 9_000)];
    it.put_parts("k", &parts).await;
    assert_eq!(it.settled().await, (0, 3));
    it.tape.jams.store(true, Ordering::Relaxed);
    it.restore("k", Tier::Standard).await;
    assert_eq!(it.settled().await, (2, 3));
    it.tape.calls();
    assert_eq!(it.settled().await, (2, 3));
    assert_eq!(it.tape.calls(), [], "it is tried again after a pause");
    assert!(it.is_under_way("k").await);
    it.tape.jams.store(false, Ordering::Relaxed);
    it.world.clock.advance(DAY_MS);
    assert_eq!(it.settled().await, (3, 3));
    assert_eq!(it.read("k").await.unwrap(), parts.concat());
}

#[tokio::test]
async fn what_goes_to_another_pool_is_fetched_first() {
    let it = Vaulted::new().await;
    let (whole, parts) = (data(1, 20_000), [data(2, 5 * MIB), data(3, 9_000)]);
    it.put("whole", &whole).await;
    it.put_parts("parts", &parts).await;
    assert_eq!(it.settled().await, (0, 3));
    it.tape.calls();
    it.world.rules(&it.bucket, vec![moves(vec![to(1, StorageClass::DeepArchive)])]).await;
    it.world.clock.advance(3 * DAY_MS);
    assert_eq!(it.settled().await, (0, 0));
    assert_eq!((it.deep.blobs(), it.tape.calls()), (3, vec![(StagedWork::Recall, 3), (StagedWork::Reclaim, 3)]));
    it.restore("parts", Tier::Standard).await;
    it.settle().await;
    assert_eq!(it.read("parts").await.unwrap(), parts.concat());
}

#[tokio::test]
async fn what_lies_there_stays_staged_when_its_class_goes_elsewhere() {
    let mut it = Vaulted::new().await;
    let content = data(1, 20_000);
    it.put("k", &content).await;
    assert_eq!(it.settled().await, (0, 1));
    it.again(0).await;
    it.put("new", &content).await;
    assert_eq!((it.settled().await, it.world.blobs.blobs()), ((0, 1), 1));
    it.restore("k", Tier::Standard).await;
    assert_eq!(it.settled().await, (1, 1));
    assert_eq!(it.read("k").await.unwrap(), content);
    it.world.clock.advance(3 * DAY_MS);
    assert_eq!(it.settled().await, (0, 1));
}

#[tokio::test]
async fn what_is_on_its_way_and_not_scheduled_is_found_and_looked_at() {
    let it = Vaulted::new().await;
    it.put("k", &data(1, 20_000)).await;
    it.tape.is_mute.store(true, Ordering::Relaxed);
    it.world.store.run_staging().await.unwrap();
    let mut lost = Commit::default();
    for (key, _) in it.world.meta.scan(vec![b'd']..vec![b'e'], usize::MAX).await.unwrap() {
        lost.delete(key);
    }
    it.world.meta.commit(lost).await.unwrap();
    let report = fsck(&*it.world.meta, &it.pools().await, true).await.unwrap();
    assert!(matches!(report.problems.as_slice(), [it] if it.contains("nothing is scheduled")), "{:?}", report.problems);
    repaired(&*it.world.meta, &it.pools().await).await;
    it.tape.is_mute.store(false, Ordering::Relaxed);
    it.world.clock.advance(2000 * DAY_MS);
    assert_eq!(it.settled().await, (0, 1));
    assert_eq!(it.tape.calls(), [(StagedWork::Migrate, 1), (StagedWork::Status, 1)]);
}
