//! Annotations come, change and go with their object, and nothing of them is left behind or counted wrongly.

use bytes::Bytes;
use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_meta::{Commit, Fault, Meta};
use coldkeep_seal::{Scheme, Sealing};
use coldkeep_store::{
    CopyTarget, Deletion, Error, Expected, MAX_ANNOTATION_BYTES, MAX_ANNOTATIONS, NewAnnotation, Object, Precondition,
    Renaming, Store, VersionId, Versioning, fsck,
};
use coldkeep_types::BucketName;
use tokio::task::JoinSet;

use crate::body::{Body, Dice, data};
use crate::renames::rename;
use crate::sealed::{put as put_sealed, sealing};
use crate::world::{World, copy_object, copy_to, drain, if_match, key};

fn new(bucket: &BucketName, at: &str, name: &str, sealing: Option<&Sealing>) -> NewAnnotation {
    NewAnnotation {
        bucket: bucket.clone(),
        key: key(at),
        version: None,
        name: name.into(),
        algorithm: ChecksumAlgorithm::Crc64Nvme,
        expected: Expected::default(),
        precondition: Precondition::default(),
        data_key: sealing.map(|sealing| sealing.key.clone()),
    }
}

async fn annotate(store: &Store, new: NewAnnotation, content: &Bytes) -> Result<Object, Error> {
    let object = store.head_version(&new.bucket, &new.key, new.version).await?;
    store.put_annotation(&object, new, &mut Body::of(content)).await.map(|(object, _)| object)
}

pub async fn note(world: &World, bucket: &BucketName, at: &str, name: &str, content: &Bytes) {
    annotate(&world.store, new(bucket, at, name, None), content).await.unwrap();
}

impl World {
    async fn note(&self, bucket: &BucketName, at: &str, name: &str, content: &Bytes) {
        annotate(&self.store, new(bucket, at, name, None), content).await.unwrap();
    }

    async fn noted(&self, bucket: &BucketName, at: &str, name: &str, with: Option<&Sealing>) -> Result<Bytes, Error> {
        let reader = self.store.open_annotation(bucket, &key(at), None, name).await?;
        drain(reader.with_key(with.map(|sealing| sealing.key.clone())).read()).await
    }

    async fn names(&self, bucket: &BucketName, at: &str, version: Option<VersionId>) -> Vec<String> {
        let listed = self.store.list_annotations(bucket, &key(at), version, ("", None), 1000).await.unwrap();
        assert_eq!(listed.0.annotations() as usize, listed.1.len());
        listed.1.into_iter().map(|annotation| annotation.name).collect()
    }

    async fn counted_bytes(&self) -> u64 {
        self.store.usage().await.unwrap().object_bytes
    }

    /// All that is due is done, and nothing is left but so many blobs.
    async fn gone(&self, blobs: usize) {
        self.store.run_due().await.unwrap();
        self.settle(blobs).await;
    }
}

#[tokio::test]
async fn they_are_put_read_listed_and_deleted() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let before = world.put(&bucket, "k", Body::of(&data(1, 10))).await.unwrap();
    let (small, large) = (data(2, 100), data(3, 200_000));
    for (blobs, (name, content)) in [("b.small", &small), ("a.large", &large), ("b.x", &large)].into_iter().enumerate()
    {
        world.note(&bucket, "k", name, content).await;
        world.settle(blobs).await;
    }
    // In place of one that is there.
    world.note(&bucket, "k", "b.small", &large).await;
    world.settle(3).await;
    world.note(&bucket, "k", "b.small", &small).await;
    assert_eq!(world.noted(&bucket, "k", "b.small", None).await.unwrap(), small);
    assert_eq!(world.noted(&bucket, "k", "a.large", None).await.unwrap(), large);
    assert_eq!(world.counted_bytes().await, 10 + 100 + 400_000);
    assert_eq!(world.names(&bucket, "k", None).await, ["a.large", "b.small", "b.x"]);
    let page = |prefix: &'static str, after: Option<&'static str>, limit| {
        let (store, bucket) = (world.store.clone(), bucket.clone());
        async move {
            let found = store.list_annotations(&bucket, &key("k"), None, (prefix, after), limit).await.unwrap().1;
            found.into_iter().map(|annotation| annotation.name).collect::<Vec<_>>()
        }
    };
    assert_eq!(page("b", None, 1).await, ["b.small"]);
    assert_eq!(page("b", Some("b.small"), 9).await, ["b.x"]);
    assert_eq!(page("b", Some("a"), 9).await, ["b.small", "b.x"]);
    assert!(page("a", Some("b"), 9).await.is_empty() && page("c", None, 9).await.is_empty());
    let now = world.store.head_object(&bucket, &key("k")).await.unwrap();
    assert_eq!((now.etag(), now.modified, now.version), (before.etag(), before.modified, before.version));
    for name in ["a.large", "b.x", "a.large", "b.small"] {
        let none = Precondition::default();
        world.store.delete_annotation(&bucket, &key("k"), None, name, &none).await.unwrap();
        let missing = world.noted(&bucket, "k", name, None).await;
        assert!(matches!(missing, Err(Error::NoSuchAnnotation)), "{missing:?}");
    }
    assert_eq!(world.counted_bytes().await, 10);
    world.settle(0).await;
    assert!(!world.records().await.contains_key(&'A'));
}

#[tokio::test]
async fn limits_and_conditions() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let missing = annotate(&world.store, new(&bucket, "k", "a", None), &data(1, 1)).await;
    assert!(matches!(missing, Err(Error::NoSuchKey)), "{missing:?}");
    let object = world.put(&bucket, "k", Body::of(&data(1, 10))).await.unwrap();
    for number in 0..MAX_ANNOTATIONS {
        world.note(&bucket, "k", &number.to_string(), &data(1, 1)).await;
    }
    let more = annotate(&world.store, new(&bucket, "k", "more", None), &data(1, 20_000)).await;
    assert!(matches!(more, Err(Error::TooManyAnnotations)), "{more:?}");
    world.note(&bucket, "k", "7", &data(1, MAX_ANNOTATION_BYTES as usize)).await;
    let large = annotate(&world.store, new(&bucket, "k", "8", None), &data(1, MAX_ANNOTATION_BYTES as usize + 1)).await;
    assert!(matches!(large, Err(Error::TooLarge { .. })), "{large:?}");
    let other = NewAnnotation { precondition: if_match("x"), ..new(&bucket, "k", "8", None) };
    let other = annotate(&world.store, other, &data(1, 9)).await;
    assert!(matches!(other, Err(Error::PreconditionFailed(_))), "{other:?}");
    let same = NewAnnotation { precondition: if_match(&object.etag()), ..new(&bucket, "k", "8", None) };
    annotate(&world.store, same, &data(1, 9)).await.unwrap();
    let wrong = world.store.delete_annotation(&bucket, &key("k"), None, "8", &if_match("x")).await;
    assert!(matches!(wrong, Err(Error::PreconditionFailed(_))), "{wrong:?}");
    world.settle(1).await;
    // What comes for an object that was replaced meanwhile is not put on the other one.
    world.put(&bucket, "k", Body::of(&data(2, 10))).await.unwrap();
    let late = world.store.put_annotation(&object, new(&bucket, "k", "a", None), &mut Body::of(&data(1, 20_000))).await;
    assert!(matches!(late, Err(Error::Busy)), "{late:?}");
    assert!(world.names(&bucket, "k", None).await.is_empty());
    assert_eq!(world.counted_bytes().await, 10);
    world.gone(0).await;
    assert!(!world.records().await.contains_key(&'A'));
}

#[tokio::test]
async fn they_are_of_one_version_and_go_with_it() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    let first = world.put(&bucket, "k", Body::of(&data(1, 10))).await.unwrap();
    world.note(&bucket, "k", "a", &data(1, 20_000)).await;
    world.put(&bucket, "k", Body::of(&data(2, 10))).await.unwrap();
    assert!(world.names(&bucket, "k", None).await.is_empty());
    assert_eq!(world.names(&bucket, "k", Some(first.version)).await, ["a"]);
    let below = NewAnnotation { version: Some(first.version), ..new(&bucket, "k", "b", None) };
    annotate(&world.store, below, &data(3, 30_000)).await.unwrap();
    world.note(&bucket, "k", "c", &data(4, 100)).await;
    let marker = world.store.delete_object(&bucket, &key("k"), &Precondition::default()).await.unwrap().version;
    assert_eq!(world.names(&bucket, "k", Some(first.version)).await, ["a", "b"]);
    world.gone(2).await;
    assert_eq!(world.counted_bytes().await, 20 + 50_100);
    for version in [marker, Some(first.version)] {
        let deletion = Deletion { version, ..Deletion::new(key("k"), Precondition::default()) };
        world.store.delete(&bucket, &deletion).await.unwrap();
    }
    // Before background work has come to it, and after.
    world.settle(2).await;
    world.gone(0).await;
    assert_eq!(world.names(&bucket, "k", None).await, ["c"]);
    assert_eq!(world.counted_bytes().await, 10 + 100);
}

fn target(bucket: &BucketName, at: &str, sealing: Option<&Sealing>) -> CopyTarget {
    CopyTarget { sealing: sealing.cloned(), ..copy_to(bucket, at) }
}

#[tokio::test]
async fn copies_have_their_own() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let (small, large) = (data(2, 100), data(3, 200_000));
    let (one, two) = (sealing(Scheme::Server, 7), sealing(Scheme::Server, 8));
    world.put(&bucket, "plain", Body::of(&data(1, 10))).await.unwrap();
    put_sealed(&world.store, &bucket, "sealed", &one, &data(1, 10)).await.unwrap();
    for (at, with) in [("plain", None), ("sealed", Some(&one))] {
        for (name, content) in [("small", &small), ("large", &large)] {
            annotate(&world.store, new(&bucket, at, name, with), content).await.unwrap();
        }
    }
    let unkeyed = annotate(&world.store, new(&bucket, "sealed", "x", None), &small).await;
    assert!(matches!(unkeyed, Err(Error::NoKey)), "{unkeyed:?}");
    // To the same key blobs are shared, to another one they are written anew.
    let copies = [
        ("plain", None, None),
        ("sealed", Some(&one), Some(&one)),
        ("sealed", Some(&one), Some(&two)),
        ("sealed", Some(&one), None),
        ("plain", None, Some(&two)),
    ];
    for (nth, (from, own, other)) in copies.into_iter().enumerate() {
        let at = format!("copy{nth}");
        let source = world.store.open_object(&bucket, &key(from)).await.unwrap();
        let source = source.with_key(own.map(|sealing| sealing.key.clone()));
        world.store.copy_object(&source, &target(&bucket, &at, other)).await.unwrap().unwrap();
        assert_eq!(world.names(&bucket, &at, None).await, ["large", "small"]);
        assert_eq!(world.noted(&bucket, &at, "small", other).await.unwrap(), small);
        assert_eq!(world.noted(&bucket, &at, "large", other).await.unwrap(), large);
        // Each changes for itself.
        annotate(&world.store, new(&bucket, &at, "small", other), &large).await.unwrap();
        assert_eq!(world.noted(&bucket, from, "small", own).await.unwrap(), small);
    }
    world.gone(2 + 3 + 5).await;
    for at in ["plain", "sealed"] {
        world.store.delete_object(&bucket, &key(at), &Precondition::default()).await.unwrap();
    }
    world.gone(2 + 3 + 5).await;
    assert_eq!(world.noted(&bucket, "copy0", "large", None).await.unwrap(), large);
    crate::faults::empty(&world).await;
    world.gone(0).await;
    assert_eq!(world.records().await, [].into());
}

#[tokio::test]
async fn renamed_objects_keep_them() {
    for versions in [false, true] {
        let world = World::new().await;
        let bucket = world.bucket().await;
        if versions {
            world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
        }
        world.put(&bucket, "from", Body::of(&data(1, 10))).await.unwrap();
        world.note(&bucket, "from", "small", &data(2, 100)).await;
        world.note(&bucket, "from", "large", &data(3, 20_000)).await;
        world.put(&bucket, "to", Body::of(&data(1, 10))).await.unwrap();
        world.note(&bucket, "to", "other", &data(4, 30_000)).await;
        let (bucket_, from, to) = (bucket.clone(), key("from"), key("to"));
        let asked =
            Renaming { bucket: bucket_, from, to, token: None, asked: String::new(), owner: None, sealing: None };
        rename(&world.store, &asked).await.unwrap();
        assert_eq!(world.names(&bucket, "to", None).await, ["large", "small"]);
        assert_eq!(world.noted(&bucket, "to", "large", None).await.unwrap(), data(3, 20_000));
        world.gone(if versions { 2 } else { 1 }).await;
        let bytes = if versions { 2 * 20_110 + 30_010 } else { 20_110 };
        assert_eq!(world.counted_bytes().await, bytes);
    }
}

#[tokio::test]
async fn every_commit_may_fail() {
    for fault in [Fault::Lost, Fault::Applied] {
        for step in 0..4 {
            let world = World::new().await;
            let bucket = world.bucket().await;
            world.put(&bucket, "k", Body::of(&data(1, 10))).await.unwrap();
            world.note(&bucket, "k", "a", &data(2, 20_000)).await;
            world.meta.fail_after(0, fault);
            let done = match step {
                0 => annotate(&world.store, new(&bucket, "k", "a", None), &data(3, 30_000)).await.map(drop),
                1 => world
                    .store
                    .delete_annotation(&bucket, &key("k"), None, "a", &Precondition::default())
                    .await
                    .map(drop),
                2 => world.store.delete_object(&bucket, &key("k"), &Precondition::default()).await.map(drop),
                _ => copy_object(&world.store, &bucket, &key("k"), &target(&bucket, "c", None)).await.map(drop),
            };
            assert!(matches!(done, Err(Error::OutcomeUnknown(_))), "{done:?}");
            let world = world.restarted().await;
            let there = world.noted(&bucket, "k", "a", None).await;
            match (step, fault) {
                (0, Fault::Applied) => assert_eq!(there.unwrap(), data(3, 30_000)),
                (1, Fault::Applied) => assert!(matches!(there, Err(Error::NoSuchAnnotation))),
                (2, Fault::Applied) => assert!(matches!(there, Err(Error::NoSuchKey))),
                _ => assert_eq!(there.unwrap(), data(2, 20_000)),
            }
            world.store.run_due().await.unwrap();
            world.reclaim().await;
            world.settle(world.blobs.blobs()).await;
            crate::faults::empty(&world).await;
            world.gone(0).await;
            assert_eq!(world.records().await, [].into());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn many_annotate_replace_and_delete_one_object() {
    for seed in 0..40 {
        let world = World::jittery(seed).await;
        let bucket = world.bucket().await;
        world.put(&bucket, "k", Body::of(&data(1, 10))).await.unwrap();
        let (mut tasks, mut dice) = (JoinSet::new(), Dice(seed));
        for _ in 0..12 {
            let (store, bucket, mut dice) = (world.store.clone(), bucket.clone(), Dice(dice.roll()));
            tasks.spawn(async move {
                let name = format!("n{}", dice.below(3));
                match dice.below(8) {
                    0 => crate::world::put(&store, &bucket, "k", Default::default(), Body::of(&data(2, 10)))
                        .await
                        .map(drop),
                    1 => store.delete_annotation(&bucket, &key("k"), None, &name, &Default::default()).await.map(drop),
                    2 => copy_object(&store, &bucket, &key("k"), &target(&bucket, "c", None)).await.map(drop),
                    3 => store.run_due().await.map(drop),
                    4 => store.reclaim().await.map(drop),
                    _ => {
                        let content = data(dice.roll(), [100, 20_000][dice.below(2)]);
                        annotate(&store, new(&bucket, "k", &name, None), &content).await.map(drop)
                    }
                }
            });
        }
        for done in tasks.join_all().await {
            assert!(matches!(done, Ok(()) | Err(Error::Busy)), "{seed}: {done:?}");
        }
        world.store.run_due().await.unwrap();
        world.reclaim().await;
        world.settle(world.blobs.blobs()).await;
        crate::faults::empty(&world).await;
        world.gone(0).await;
    }
}

#[tokio::test]
async fn fsck_finds_what_does_not_fit_and_repair_mends_it() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.put(&bucket, "k", Body::of(&data(1, 10))).await.unwrap();
    world.note(&bucket, "k", "a", &data(2, 100)).await;
    world.note(&bucket, "k", "b", &data(3, 100)).await;
    let found = world.meta.scan(b"A".to_vec()..b"B".to_vec(), 9).await.unwrap();
    assert_eq!(found.len(), 2);
    let mut commit = Commit::default();
    commit.delete(found[0].0.clone());
    world.meta.commit(commit).await.unwrap();
    let problems = fsck(&*world.meta, &world.blobs, true).await.unwrap().problems;
    assert!(
        problems.iter().any(|problem| problem.contains("has 1 annotations of 100 bytes, not 2 of 200")),
        "{problems:?}"
    );
    let mut commit = Commit::default();
    for (key, _) in world.meta.scan(b"o".to_vec()..b"p".to_vec(), 9).await.unwrap() {
        commit.delete(key);
    }
    world.meta.commit(commit).await.unwrap();
    let problems = fsck(&*world.meta, &world.blobs, true).await.unwrap().problems;
    assert!(problems.iter().any(|problem| problem.contains("1 annotations of the set")), "{problems:?}");
}
