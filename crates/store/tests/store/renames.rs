//! Renaming: an object is under one key or under the other, whatever happens meanwhile, and is the same under both.

use bytes::Bytes;
use coldkeep_meta::Fault;
use coldkeep_seal::{Scheme, Sealing};
use coldkeep_store::{
    Deletion, Error, LockMode, NewObject, Object, ObjectLock, Precondition, Renaming, RestoreRequest, Retention,
    StorageClass, Store, Tier, VersionId, Versioning,
};
use coldkeep_types::{BucketName, Clock};
use tokio::task::JoinSet;

use crate::body::{Body, Dice, data};
use crate::lifecycle::expire;
use crate::sealed::{put as put_sealed, sealing};
use crate::world::{DAY_MS, MIB, World, account, bucket_name, drain, key, named, options, region};

pub fn renaming(bucket: &BucketName, from: &str, to: &str) -> Renaming {
    let (bucket, from, to) = (bucket.clone(), key(from), key(to));
    Renaming { bucket, from, to, token: None, asked: String::new(), owner: None, sealing: None }
}

/// Renames as the doors do, whatever is at the target.
pub async fn rename(store: &Store, asked: &Renaming) -> Result<(), Error> {
    loop {
        if store.was_renamed(asked).await? {
            return Ok(());
        }
        let source = store.open_object(&asked.bucket, &asked.from).await?;
        let key = asked.sealing.as_ref().map(|sealing| sealing.key.clone());
        if store.rename_object::<Error>(&source.with_key(key), asked, |_| Ok(())).await?.is_some() {
            return Ok(());
        }
    }
}

fn same(one: &Object, other: &Object) {
    assert_eq!((one.etag(), one.modified, one.bytes), (other.etag(), other.modified, other.bytes));
    assert_eq!((&one.attributes, &one.checksum, one.class), (&other.attributes, &other.checksum, other.class));
}

impl World {
    pub async fn renamed(&self, bucket: &BucketName, from: &str, to: &str) {
        self.clock.advance(1000);
        let before = self.store.head_object(bucket, &key(from)).await.unwrap();
        rename(&self.store, &renaming(bucket, from, to)).await.unwrap();
        same(&before, &self.store.head_object(bucket, &key(to)).await.unwrap());
        assert!(self.store.head_object(bucket, &key(from)).await.is_err());
    }

    async fn counted(&self) -> (u64, u64) {
        let usage = self.store.usage().await.unwrap();
        (usage.objects, usage.object_bytes)
    }
}

#[tokio::test]
async fn objects_of_every_form_move_whole() {
    let mut world = World::new().await;
    let bucket = world.bucket().await;
    let (small, large, part) = (data(1, 100), data(2, 20_000), data(3, 5 * MIB));
    world.put(&bucket, "small", Body::of(&small)).await.unwrap();
    world.put(&bucket, "large", Body::of(&large)).await.unwrap();
    let upload = world.upload(&bucket, "parts").await;
    world.part(&upload, 1, Body::of(&part)).await.unwrap();
    world.part(&upload, 2, Body::of(&small)).await.unwrap();
    world.complete(&bucket, "parts", upload.id, &[named(1, &part), named(2, &small)]).await.unwrap();
    let whole: Bytes = [&part[..], &small].concat().into();
    let counted = world.counted().await;
    for (from, content) in [("small", &small), ("large", &large), ("parts", &whole)] {
        world.renamed(&bucket, from, "elsewhere").await;
        assert_eq!(world.read(&bucket, "elsewhere").await.unwrap(), content);
        assert_eq!(world.counted().await, counted);
        world.settle(2).await;
        world.renamed(&bucket, "elsewhere", from).await;
        // Onto itself: it stays.
        rename(&world.store, &renaming(&bucket, from, from)).await.unwrap();
        world = world.restarted().await;
        assert_eq!(world.read(&bucket, from).await.unwrap(), content);
    }
    // Each in place of one that is newer, which goes.
    for (from, content) in [("small", &small), ("large", &large), ("parts", &whole)] {
        world.put(&bucket, "newer", Body::of(&data(9, 30_000))).await.unwrap();
        world.renamed(&bucket, from, "newer").await;
        assert_eq!(world.read(&bucket, "newer").await.unwrap(), content);
        world.renamed(&bucket, "newer", from).await;
        assert_eq!(world.counted().await, counted);
    }
    world.settle(2).await;
    crate::faults::empty(&world).await;
    world.settle(0).await;
    assert_eq!(world.records().await, [].into());
}

#[tokio::test]
async fn where_versions_are_kept_the_past_of_both_keys_stays() {
    for versioning in [Versioning::Enabled, Versioning::Suspended] {
        for bytes in [100, 20_000] {
            let world = World::new().await;
            let bucket = world.bucket().await;
            world.put(&bucket, "to", Body::of(&data(1, bytes))).await.unwrap();
            world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
            let before = world.put(&bucket, "from", Body::of(&data(2, bytes))).await.unwrap();
            world.store.set_versioning(&bucket, versioning).await.unwrap();
            world.renamed(&bucket, "from", "to").await;
            assert_eq!(world.read(&bucket, "to").await.unwrap(), data(2, bytes));
            let gone = world.store.head_object(&bucket, &key("from")).await;
            assert!(matches!(gone, Err(Error::IsDeleteMarker { .. })), "{gone:?}");
            // What the old key had is its version still; what the new one had is one of its own, unless it was the null one.
            let old = world.store.head_version(&bucket, &key("from"), Some(before.version)).await.unwrap();
            same(&before, &old);
            let displaced = world.store.head_version(&bucket, &key("to"), Some(VersionId::Null)).await.unwrap();
            let kept = if versioning == Versioning::Enabled { data(1, bytes) } else { data(2, bytes) };
            assert_eq!(displaced.etag(), crate::body::hex(&crate::body::md5(&kept)));
            let objects = if versioning == Versioning::Enabled { 3 } else { 2 };
            assert_eq!(world.counted().await, (objects, objects * bytes as u64));
            let blobs = if bytes == 100 { 0 } else { objects as usize - 1 };
            world.settle(blobs).await;
            // The copy under the new key outlives the version under the old one.
            let deletion =
                Deletion { version: Some(before.version), ..Deletion::new(key("from"), Precondition::default()) };
            world.store.delete(&bucket, &deletion).await.unwrap();
            world.settle(blobs).await;
            assert_eq!(world.read(&bucket, "to").await.unwrap(), data(2, bytes));
        }
    }
}

#[tokio::test]
async fn the_null_version_moves_while_versions_are_suspended() {
    for bytes in [100, 20_000] {
        let world = World::new().await;
        let bucket = world.bucket().await;
        world.store.set_versioning(&bucket, Versioning::Suspended).await.unwrap();
        world.put(&bucket, "from", Body::of(&data(1, bytes))).await.unwrap();
        world.renamed(&bucket, "from", "to").await;
        assert_eq!(world.read(&bucket, "to").await.unwrap(), data(1, bytes));
        assert_eq!(world.counted().await, (1, bytes as u64));
        world.settle(usize::from(bytes > 8192)).await;
    }
}

#[tokio::test]
async fn what_is_sealed_stays_so_under_its_new_envelope() {
    for versions in [false, true] {
        for bytes in [100, 20_000] {
            let world = World::new().await;
            let bucket = world.bucket().await;
            if versions {
                world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
            }
            let own = sealing(Scheme::Server, 7);
            put_sealed(&world.store, &bucket, "from", &own, &data(1, bytes)).await.unwrap();
            let unkeyed = rename(&world.store, &renaming(&bucket, "from", "to")).await;
            assert!(matches!(unkeyed, Err(Error::NoKey)), "{unkeyed:?}");
            let other = sealing(Scheme::Server, 8).envelope;
            let moved = Sealing { key: own.key.clone(), envelope: other.clone() };
            let asked = Renaming { sealing: Some(moved), ..renaming(&bucket, "from", "to") };
            rename(&world.store, &asked).await.unwrap();
            let reader = world.store.open_object(&bucket, &key("to")).await.unwrap();
            assert_eq!(reader.object.sealed.as_ref(), Some(&other));
            let got = drain(reader.with_key(Some(own.key.clone())).read(0..bytes as u64)).await.unwrap();
            assert_eq!(got, data(1, bytes));
            world.settle(usize::from(bytes > 8192)).await;
        }
    }
}

#[tokio::test]
async fn a_token_does_it_once() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let asked = Renaming { token: Some("once".into()), ..renaming(&bucket, "from", "to") };
    let missing = rename(&world.store, &asked).await;
    assert!(matches!(missing, Err(Error::NoSuchKey)), "{missing:?}");
    world.put(&bucket, "from", Body::of(&data(1, 100))).await.unwrap();
    rename(&world.store, &asked).await.unwrap();
    world.put(&bucket, "from", Body::of(&data(2, 100))).await.unwrap();
    rename(&world.store, &asked).await.unwrap();
    assert_eq!(world.read(&bucket, "to").await.unwrap(), data(1, 100));
    assert_eq!(world.read(&bucket, "from").await.unwrap(), data(2, 100));
    for other in [
        Renaming { to: key("other"), ..asked.clone() },
        Renaming { from: key("to"), ..asked.clone() },
        Renaming { asked: "if it is new".into(), ..asked.clone() },
    ] {
        let other = rename(&world.store, &other).await;
        assert!(matches!(other, Err(Error::TokenOfAnother)), "{other:?}");
    }
    // It is forgotten after a day.
    world.clock.advance(DAY_MS);
    world.store.run_due().await.unwrap();
    rename(&world.store, &asked).await.unwrap();
    assert_eq!(world.read(&bucket, "to").await.unwrap(), data(2, 100));
    world.settle(0).await;
}

#[tokio::test]
async fn what_is_locked_stays_under_its_key() {
    let world = World::new().await;
    let bucket = bucket_name("bucket");
    world.store.create_bucket_with(&bucket, &account(), &region(), Default::default(), None, true).await.unwrap();
    let until = world.clock.now().plus_millis(DAY_MS);
    let retained = ObjectLock { retention: Some(Retention::new(LockMode::Governance, until)), ..Default::default() };
    let held = ObjectLock { legal_hold: Some(true), ..Default::default() };
    for lock in [retained, held] {
        put_as(&world, &bucket, "from", lock, StorageClass::Standard).await;
        let done = rename(&world.store, &renaming(&bucket, "from", "to")).await;
        assert!(matches!(done, Err(Error::Locked)), "{done:?}");
    }
    // In place of what is locked it may come, since that stays below it.
    put_as(&world, &bucket, "free", ObjectLock::default(), StorageClass::Standard).await;
    let locked = world.store.head_object(&bucket, &key("from")).await.unwrap();
    world.renamed(&bucket, "free", "from").await;
    assert!(world.store.head_version(&bucket, &key("from"), Some(locked.version)).await.is_ok());
    world.settle(1 + 2).await;
}

async fn put_as(world: &World, bucket: &BucketName, at: &str, lock: ObjectLock, class: StorageClass) {
    let new = NewObject {
        lock,
        class,
        access: Default::default(),
        bucket: bucket.clone(),
        key: key(at),
        attributes: Default::default(),
        algorithm: coldkeep_digest::ChecksumAlgorithm::Crc64Nvme,
        expected: Default::default(),
        precondition: Default::default(),
        sealing: None,
    };
    world.store.put_object(new, &mut Body::of(&data(1, 20_000))).await.unwrap();
}

#[tokio::test]
async fn restores_go_on_and_rules_count_from_the_old_date() {
    for newer_at_target in [false, true] {
        let options = coldkeep_store::Options { retrieval_delay_ms: [5000; 3], ..options() };
        let world = World::with(options, 1 << 30, None).await;
        let bucket = world.bucket().await;
        world.rules(&bucket, vec![expire("old/", 10), expire("new/", 3)]).await;
        put_as(&world, &bucket, "old/k", ObjectLock::default(), StorageClass::Glacier).await;
        let request = RestoreRequest { days: Some(1), tier: Tier::Standard };
        world.store.restore_object(&bucket, &key("old/k"), None, request).await.unwrap();
        if newer_at_target {
            world.put(&bucket, "new/k", Body::of(&data(5, 10))).await.unwrap();
        }
        world.renamed(&bucket, "old/k", "new/k").await;
        world.settle(1).await;
        assert!(matches!(world.read(&bucket, "new/k").await, Err(Error::MustBeRestored(_))));
        world.clock.advance(5000);
        world.store.run_due().await.unwrap();
        assert_eq!(world.read(&bucket, "new/k").await.unwrap(), data(1, 20_000));
        world.clock.advance(2 * DAY_MS);
        world.store.run_due().await.unwrap();
        assert!(matches!(world.read(&bucket, "new/k").await, Err(Error::MustBeRestored(_))));
        world.clock.advance(2 * DAY_MS);
        world.store.run_due().await.unwrap();
        assert!(matches!(world.read(&bucket, "new/k").await, Err(Error::NoSuchKey)));
        // What the old key had planned finds nothing.
        world.clock.advance(9 * DAY_MS);
        world.store.run_due().await.unwrap();
        world.settle(0).await;
        assert!(!world.records().await.contains_key(&'d'));
    }
}

#[tokio::test]
async fn a_crash_leaves_one_of_both_keys() {
    for versions in [false, true] {
        for (fault, bytes) in
            [(Fault::Lost, 100), (Fault::Applied, 100), (Fault::Lost, 20_000), (Fault::Applied, 20_000)]
        {
            let world = World::new().await;
            let bucket = world.bucket().await;
            if versions {
                world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
            }
            world.put(&bucket, "from", Body::of(&data(1, bytes))).await.unwrap();
            world.put(&bucket, "to", Body::of(&data(2, bytes))).await.unwrap();
            world.meta.fail_after(0, fault);
            let done = rename(&world.store, &renaming(&bucket, "from", "to")).await;
            assert!(matches!(done, Err(Error::OutcomeUnknown(_))), "{done:?}");
            let world = world.restarted().await;
            let (from, to) = (world.read(&bucket, "from").await, world.read(&bucket, "to").await.unwrap());
            match fault {
                Fault::Lost => assert_eq!((from.unwrap(), to), (data(1, bytes), data(2, bytes))),
                Fault::Applied => {
                    assert!(from.is_err());
                    assert_eq!(to, data(1, bytes));
                }
            }
            world.reclaim().await;
            world.settle(world.blobs.blobs()).await;
        }
    }
}

/// One object is renamed by many at once: each time one of them has it, and it is never lost or doubled.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn many_rename_one_object() {
    for seed in 0..60 {
        let world = World::jittery(seed).await;
        let bucket = world.bucket().await;
        let bytes = if seed % 2 == 0 { 100 } else { 20_000 };
        world.put(&bucket, "k", Body::of(&data(1, bytes))).await.unwrap();
        let mut tasks = JoinSet::new();
        for target in 0..6 {
            let (store, bucket) = (world.store.clone(), bucket.clone());
            tasks.spawn(async move { rename(&store, &renaming(&bucket, "k", &format!("t{target}"))).await });
        }
        let done = tasks.join_all().await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{seed}: {done:?}");
        assert!(done.iter().all(|done| matches!(done, Ok(()) | Err(Error::NoSuchKey))), "{seed}: {done:?}");
        // Back and forth, between renames, puts and deletes of the same few keys.
        let mut tasks = JoinSet::new();
        let mut dice = Dice(seed);
        for _ in 0..12 {
            let (store, bucket, mut dice) = (world.store.clone(), bucket.clone(), Dice(dice.roll()));
            tasks.spawn(async move {
                let at = |dice: &mut Dice| format!("t{}", dice.below(4));
                let (from, to) = (at(&mut dice), at(&mut dice));
                match dice.below(5) {
                    0 => crate::world::put(&store, &bucket, &from, Default::default(), Body::of(&data(2, bytes)))
                        .await
                        .map(drop),
                    1 => store.delete_object(&bucket, &key(&from), &Default::default()).await.map(drop),
                    _ => rename(&store, &renaming(&bucket, &from, &to)).await,
                }
            });
        }
        for done in tasks.join_all().await {
            assert!(matches!(done, Ok(()) | Err(Error::NoSuchKey)), "{seed}: {done:?}");
        }
        let (objects, counted) = world.counted().await;
        assert_eq!(counted, objects * bytes as u64, "{seed}");
        world.reclaim().await;
        world.settle(if bytes > 8192 { objects as usize } else { 0 }).await;
    }
}
