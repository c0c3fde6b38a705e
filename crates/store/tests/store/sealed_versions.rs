//! Versions of sealed objects: each keeps its own envelope, wherever it lies among the versions of its key.

use bytes::Bytes;
use coldkeep_seal::{Scheme, Sealing};
use coldkeep_store::{CopyTarget, Deletion, Error, Object, Precondition, VersionId, Versioning};
use coldkeep_types::BucketName;

use crate::body::data;
use crate::sealed::{object_of_parts, put, sealing};
use crate::world::{MIB, World, copy_to, drain, key};

const PART: usize = 5 * MIB;

/// An object as it was put: its version, how it is sealed, and what it says.
type Kept = (VersionId, Sealing, Bytes);

async fn shows(world: &World, bucket: &BucketName, version: Option<VersionId>, of: &Kept) {
    let (_, sealing, content) = of;
    let object = world.store.open_version(bucket, &key("at"), version).await.unwrap();
    assert_eq!(object.object.sealed.as_ref(), Some(&sealing.envelope));
    let reader = object.with_key(Some(sealing.key.clone())).read(0..content.len() as u64);
    assert_eq!(drain(reader).await.unwrap(), content);
}

async fn copied(world: &World, bucket: &BucketName, from: &Kept, sealing: Option<&Sealing>) -> Object {
    let source = world.store.open_version(bucket, &key("at"), Some(from.0)).await.unwrap();
    let target = CopyTarget { sealing: sealing.cloned(), ..copy_to(bucket, "at") };
    world.store.copy_object(&source.with_key(Some(from.1.key.clone())), &target).await.unwrap().unwrap()
}

async fn delete(world: &World, bucket: &BucketName, version: Option<VersionId>) -> Option<VersionId> {
    let deletion = Deletion { version, ..Deletion::new(key("at"), Precondition::default()) };
    world.store.delete(bucket, &deletion).await.unwrap().version
}

#[tokio::test]
async fn every_version_keeps_its_own_key() {
    let mut world = World::new().await;
    let bucket = world.bucket().await;
    let mut kept: Vec<Kept> = Vec::new();
    // The null version from before there were versions, then a small one, a large one and one of parts.
    for (byte, bytes) in (1..).zip([9000, 60, 3 * MIB]) {
        let (own, content) = (sealing(Scheme::Customer, byte), data(bytes as u64, bytes));
        let object = put(&world.store, &bucket, "at", &own, &content).await.unwrap();
        kept.push((object.version, own, content));
        world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    }
    let (own, parts) = (sealing(Scheme::Server, 9), [data(1, PART), data(2, 700)]);
    object_of_parts(&world.store, &bucket, "at", &own, &parts).await;
    let version = world.store.head_object(&bucket, &key("at")).await.unwrap().version;
    kept.push((version, own, parts.concat().into()));
    assert_eq!(kept[0].0, VersionId::Null);
    // Under a delete marker, after a restart, and in the place of the current one, which they take in turn.
    let marker = delete(&world, &bucket, None).await;
    assert!(marker.is_some());
    world = world.restarted().await;
    for of in &kept {
        shows(&world, &bucket, Some(of.0), of).await;
    }
    let other = world.store.open_version(&bucket, &key("at"), Some(kept[1].0)).await.unwrap();
    let read = other.with_key(Some(kept[2].1.key.clone())).read(0..10).next().await;
    assert!(matches!(read, Err(Error::Damaged(_))), "{read:?}");
    delete(&world, &bucket, marker).await;
    for of in kept.iter().rev() {
        shows(&world, &bucket, None, of).await;
        delete(&world, &bucket, Some(of.0)).await;
    }
    assert!(matches!(world.store.head_object(&bucket, &key("at")).await, Err(Error::NoSuchKey)));
    world.settle(0).await;
}

#[tokio::test]
async fn an_old_sealed_version_comes_back_by_a_copy_of_it() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    for (bytes, blobs) in [(700, 0), (200_000, 1)] {
        let (own, content) = (sealing(Scheme::Server, 1), data(3, bytes));
        let old = put(&world.store, &bucket, "at", &own, &content).await.unwrap();
        let old: Kept = (old.version, own, content);
        delete(&world, &bucket, None).await;
        // Under its own key, whose bytes it shares; under another, and under none.
        let shared = Sealing { key: old.1.key.clone(), envelope: sealing(Scheme::Customer, 2).envelope };
        let same = copied(&world, &bucket, &old, Some(&shared)).await;
        let same: Kept = (same.version, shared, old.2.clone());
        world.settle(blobs).await;
        let another = sealing(Scheme::Server, 3);
        let anew = copied(&world, &bucket, &old, Some(&another)).await;
        let anew: Kept = (anew.version, another, old.2.clone());
        let plain = copied(&world, &bucket, &same, None).await;
        assert_eq!(plain.sealed, None);
        world.settle(3 * blobs).await;
        for of in [&old, &same, &anew] {
            shows(&world, &bucket, Some(of.0), of).await;
        }
        // The bytes that are shared stay while one of the two is there.
        delete(&world, &bucket, Some(old.0)).await;
        world.reclaim().await;
        shows(&world, &bucket, Some(same.0), &same).await;
        for version in [same.0, anew.0, plain.version] {
            delete(&world, &bucket, Some(version)).await;
        }
        world.reclaim().await;
        world.settle(0).await;
    }
}
