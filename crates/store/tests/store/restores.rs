//! What must be restored is read only while it is; its restore is done and ends when it is due, and leaves nothing behind.

use std::time::Duration;

use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_meta::{Commit, Meta};
use coldkeep_seal::{Scheme, Sealing};
use coldkeep_store::{
    CopyTarget, Deletion, Error, Expected, Item, NewObject, Object, ObjectAccess, Options, Precondition, Restore,
    RestoreRequest, Restored, Start, StorageClass, Tier, VersionId, Versioning, fsck,
};
use coldkeep_types::BucketName;

use crate::body::{Body, data};
use crate::sealed::sealing;
use crate::world::{DAY_MS, World, copy_object, copy_to, drain, key, options};

/// 2023-11-16 and 17: the clock begins on the 14th at 22:13:20 UTC.
const THE_16TH: i64 = 1_700_092_800_000;
const THE_17TH: i64 = THE_16TH + DAY_MS;

async fn world() -> World {
    World::with(Options { retrieval_delay_ms: [1000, 5000, 12_000], ..options() }, 1 << 30, None).await
}

impl World {
    async fn cold(&self, bucket: &BucketName, at: &str, sealing: Option<Sealing>) -> Object {
        let new = NewObject {
            access: ObjectAccess::default(),
            bucket: bucket.clone(),
            key: key(at),
            attributes: Default::default(),
            class: StorageClass::Glacier,
            lock: Default::default(),
            algorithm: ChecksumAlgorithm::Crc64Nvme,
            expected: Expected::default(),
            precondition: Precondition::default(),
            sealing,
        };
        self.store.put_object(new, &mut Body::of(&data(7, 20_000))).await.unwrap()
    }

    async fn restore(&self, bucket: &BucketName, version: Option<VersionId>, tier: Tier) -> Result<Restored, Error> {
        self.store.restore_object(bucket, &key("k"), version, RestoreRequest { days: Some(1), tier }).await
    }

    async fn state(&self, bucket: &BucketName, version: Option<VersionId>) -> Option<Restore> {
        self.store.head_version(bucket, &key("k"), version).await.unwrap().restore
    }

    /// The clock goes on, and what is due is done.
    async fn later(&self, ms: i64) {
        self.clock.advance(ms);
        self.store.run_due().await.unwrap();
    }

    async fn refuses(&self, bucket: &BucketName, version: Option<VersionId>) {
        let reader = self.store.open_version(bucket, &key("k"), version).await.unwrap();
        assert!(matches!(reader.clone().read(0..0).prepare().await, Err(Error::MustBeRestored(_))));
        assert!(matches!(drain(reader.read(5..9)).await, Err(Error::MustBeRestored(StorageClass::Glacier))));
    }

    async fn left(&self) -> usize {
        self.records().await.get(&'d').copied().unwrap_or(0)
    }
}

fn copy(bucket: &BucketName, at: &str, class: StorageClass) -> CopyTarget {
    CopyTarget { class, ..copy_to(bucket, at) }
}

#[tokio::test]
async fn an_object_is_read_only_while_it_is_restored() {
    let world = world().await;
    let bucket = world.bucket().await;
    world.cold(&bucket, "k", None).await;
    world.refuses(&bucket, None).await;
    let target = copy(&bucket, "copy", StorageClass::Standard);
    let copied = copy_object(&world.store, &bucket, &key("k"), &target).await;
    assert!(matches!(copied, Err(Error::MustBeRestored(_))), "{copied:?}");
    let upload = world.upload(&bucket, "parts").await;
    let reader = world.store.open_object(&bucket, &key("k")).await.unwrap();
    for range in [0..20_000, 3..5] {
        let part = world.store.copy_part(&upload, 1, reader.clone(), range).await;
        assert!(matches!(part, Err(Error::MustBeRestored(_))), "{part:?}");
    }
    drop(reader);

    assert!(!world.restore(&bucket, None, Tier::Standard).await.unwrap().already);
    world.later(4999).await;
    world.refuses(&bucket, None).await;
    assert!(matches!(world.restore(&bucket, None, Tier::Standard).await, Err(Error::RestoreInProgress)));
    world.settle(1).await;
    world.later(1).await;
    assert_eq!(world.state(&bucket, None).await, Some(Restore::Restored { until_ms: THE_16TH }));
    assert_eq!(world.read(&bucket, "k").await.unwrap(), data(7, 20_000));
    let page = world.store.list_objects(&bucket, "", "", &Start::First, 9).await.unwrap();
    let [Item::Entry(_, listed)] = &page.items[..] else { panic!("{:?}", page.items) };
    assert_eq!(listed.restore, Some(Restore::Restored { until_ms: THE_16TH }));
    let copied = copy_object(&world.store, &bucket, &key("k"), &target).await.unwrap();
    assert_eq!((copied.class, copied.restore), (StorageClass::Standard, None));

    world.later(DAY_MS).await;
    assert!(world.restore(&bucket, None, Tier::Bulk).await.unwrap().already);
    world.later(DAY_MS / 2).await;
    assert_eq!(world.state(&bucket, None).await, Some(Restore::Restored { until_ms: THE_17TH }));
    world.later(DAY_MS).await;
    assert_eq!(world.state(&bucket, None).await, None);
    world.refuses(&bucket, None).await;
    assert_eq!(world.left().await, 0);
    world.store.abort_upload(&bucket, &key("parts"), upload.id).await.unwrap();
}

#[tokio::test]
async fn a_restore_that_gets_faster_is_done_once() {
    let world = world().await;
    let bucket = world.bucket().await;
    world.cold(&bucket, "k", Some(sealing(Scheme::Server, 7))).await;
    world.restore(&bucket, None, Tier::Bulk).await.unwrap();
    world.later(2000).await;
    assert!(!world.restore(&bucket, None, Tier::Expedited).await.unwrap().already);
    world.later(1000).await;
    let reader = world.store.open_object(&bucket, &key("k")).await.unwrap();
    let reader = reader.with_key(Some(sealing(Scheme::Server, 7).key));
    assert_eq!(drain(reader.read(0..20_000)).await.unwrap(), data(7, 20_000));
    world.later(60_000).await;
    assert_eq!(world.state(&bucket, None).await, Some(Restore::Restored { until_ms: THE_16TH }));
    assert_eq!(world.left().await, 1);
}

/// A version is found wherever it lies by then, and another of its key stays as it is.
#[tokio::test]
async fn a_restore_goes_with_its_version() {
    let world = world().await;
    let bucket = world.bucket().await;
    let null = world.cold(&bucket, "k", None).await.version;
    world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    world.restore(&bucket, None, Tier::Standard).await.unwrap();
    let named = world.cold(&bucket, "k", None).await.version;
    world.later(5000).await;
    assert_eq!(world.state(&bucket, Some(null)).await, Some(Restore::Restored { until_ms: THE_16TH }));
    world.refuses(&bucket, Some(named)).await;
    world.restore(&bucket, Some(named), Tier::Expedited).await.unwrap();
    world.store.set_versioning(&bucket, Versioning::Suspended).await.unwrap();
    world.store.delete_object(&bucket, &key("k"), &Precondition::default()).await.unwrap();
    world.settle(1).await;
    // The marker took the null version's place; that of the other is the current one again.
    let marker = Deletion { version: Some(VersionId::Null), ..Deletion::new(key("k"), Precondition::default()) };
    world.later(1000).await;
    world.store.delete(&bucket, &marker).await.unwrap();
    assert_eq!(world.state(&bucket, None).await, Some(Restore::Restored { until_ms: THE_16TH }));
    world.settle(1).await;
    world.later(3 * DAY_MS).await;
    assert_eq!(world.state(&bucket, None).await, None);
    assert_eq!(world.left().await, 0);
}

#[tokio::test]
async fn what_was_replaced_or_deleted_leaves_nothing() {
    let world = world().await;
    let bucket = world.bucket().await;
    for replace in [true, false] {
        world.cold(&bucket, "k", None).await;
        world.restore(&bucket, None, Tier::Standard).await.unwrap();
        match replace {
            true => drop(world.cold(&bucket, "k", None).await),
            false => drop(world.store.delete_object(&bucket, &key("k"), &Precondition::default()).await.unwrap()),
        }
        world.later(9000).await;
        assert_eq!(world.left().await, 0);
        if replace {
            world.refuses(&bucket, None).await;
        }
    }
    world.cold(&bucket, "k", None).await;
    world.restore(&bucket, None, Tier::Expedited).await.unwrap();
    world.later(1000).await;
    copy_object(&world.store, &bucket, &key("k"), &copy(&bucket, "k", StorageClass::Standard)).await.unwrap();
    assert_eq!(world.state(&bucket, None).await, None);
    assert!(matches!(world.restore(&bucket, None, Tier::Bulk).await, Err(Error::NeedsNoRestore(_))));
    world.later(3 * DAY_MS).await;
    assert_eq!((world.left().await, world.read(&bucket, "k").await.unwrap()), (0, data(7, 20_000)));
    world.settle(1).await;
}

#[tokio::test]
async fn a_kill_in_between_and_two_workers_change_nothing() {
    for seed in 0..20 {
        let options = Options { retrieval_delay_ms: [1000; 3], ..options() };
        let world = World::with(options, 1 << 30, Some(seed)).await;
        let bucket = world.bucket().await;
        world.cold(&bucket, "k", None).await;
        world.restore(&bucket, None, Tier::Bulk).await.unwrap();
        let world = world.restarted().await;
        world.clock.advance(1000);
        let at = key("k");
        let tags = world.store.put_object_tags(&bucket, &at, None, Some(vec![("a".into(), "b".into())]));
        let (one, other, tagged) = tokio::join!(world.store.run_due(), world.store.run_due(), tags);
        one.unwrap();
        other.unwrap();
        tagged.unwrap();
        let object = world.store.head_object(&bucket, &key("k")).await.unwrap();
        assert_eq!(object.restore, Some(Restore::Restored { until_ms: THE_16TH }), "seed {seed}");
        assert_eq!((object.attributes.tags().len(), world.left().await), (1, 1), "seed {seed}");
        world.settle(1).await;
    }
}

/// A clock that is days ahead for a while ends no restore.
#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_ahead_ends_no_restore() {
    let world = World::with(Options { confirm_ms: 60_000, ..options() }, 1 << 30, None).await;
    let bucket = world.bucket().await;
    world.cold(&bucket, "k", None).await;
    world.restore(&bucket, None, Tier::Bulk).await.unwrap();
    let pass = async |ms: i64| {
        tokio::time::advance(Duration::from_millis(ms as u64)).await;
        world.later(ms).await;
    };
    for _ in 0..5 {
        pass(70_000).await;
    }
    world.clock.advance(30 * DAY_MS);
    for _ in 0..6 {
        pass(5000).await;
    }
    world.clock.advance(-30 * DAY_MS);
    pass(1000).await;
    assert!(world.read(&bucket, "k").await.is_ok());
    world.clock.advance(30 * DAY_MS);
    for _ in 0..15 {
        pass(5000).await;
    }
    world.refuses(&bucket, None).await;
}

#[tokio::test]
async fn fsck_finds_a_restore_that_nothing_is_scheduled_for() {
    let world = world().await;
    let bucket = world.bucket().await;
    world.cold(&bucket, "k", None).await;
    for step in 0..2 {
        match step {
            0 => drop(world.restore(&bucket, None, Tier::Standard).await.unwrap()),
            _ => world.later(0).await,
        }
        let lost = world.meta.scan(coldkeep_meta::prefix_range(b"d"), 10).await.unwrap();
        let mut commit = Commit::default();
        lost.iter().for_each(|(key, _)| _ = commit.delete(key.clone()));
        world.meta.commit(commit).await.unwrap();
        let report = fsck(&*world.meta, &world.blobs, false).await.unwrap();
        assert!(report.problems.len() == 1 && report.problems[0].contains("scheduled"), "{:?}", report.problems);
        let mut commit = Commit::default();
        lost.iter().for_each(|(key, entry)| _ = commit.put(key.clone(), entry.value.clone()));
        world.meta.commit(commit).await.unwrap();
        world.clock.advance(5000);
    }
}
