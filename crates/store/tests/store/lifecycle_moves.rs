//! Rules move objects and versions to colder classes: their record changes, and nothing else.

use coldkeep_meta::{Commit, Meta};
use coldkeep_store::{
    Error, Lifecycle, LifecycleRule, MinimumSize, Noncurrent, NoncurrentTransition, RestoreRequest, StorageClass, Tier,
    Transition, VersionId, When,
};
use coldkeep_types::BucketName;

use crate::body::{Body, data};
use crate::lifecycle::{expire, rule};
use crate::locks::locked;
use crate::world::{DAY_MS, World, key};

pub fn to(days: u32, class: StorageClass) -> Transition {
    Transition { when: When::Days(days), class }
}

pub fn moves(transitions: Vec<Transition>) -> LifecycleRule {
    let mut sized = LifecycleRule { transitions, ..rule("moves", "") };
    sized.filter.greater_than = Some(0);
    sized
}

impl World {
    /// Commits so far.
    pub async fn commits(&self) -> u64 {
        let mut commit = Commit::default();
        commit.put(b"?", Vec::new());
        self.meta.commit(commit).await.unwrap();
        self.meta.get(b"?").await.unwrap().unwrap().version.0
    }

    async fn class(&self, bucket: &BucketName, at: &str, version: Option<VersionId>) -> StorageClass {
        self.store.head_version(bucket, &key(at), version).await.unwrap().class
    }
}

#[tokio::test]
async fn an_object_goes_to_its_classes_day_by_day_and_stays_what_it_is() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let content = data(1, 300_000);
    world.put(&bucket, "k", Body::of(&content)).await.unwrap();
    let before = world.store.head_object(&bucket, &key("k")).await.unwrap();
    let rules = moves(vec![to(1, StorageClass::StandardIa), to(3, StorageClass::DeepArchive)]);
    world.rules(&bucket, vec![LifecycleRule { filter: rule("", "").filter, ..rules }]).await;
    world.small(&bucket, &["small"]).await;
    world.due().await;
    world.days_later(2).await;
    assert_eq!(world.class(&bucket, "k", None).await, StorageClass::StandardIa);
    assert_eq!(world.read(&bucket, "k").await.unwrap(), content);
    world.settle(1).await;
    let world = world.restarted().await;
    world.days_later(2).await;
    let after = world.store.head_object(&bucket, &key("k")).await.unwrap();
    assert_eq!(
        (after.class, after.modified, after.etag()),
        (StorageClass::DeepArchive, before.modified, before.etag())
    );
    assert_eq!((after.version, after.content), (before.version, before.content));
    assert_eq!(world.class(&bucket, "small", None).await, StorageClass::Standard);
    assert!(matches!(world.read(&bucket, "k").await, Err(Error::MustBeRestored(StorageClass::DeepArchive))));
    assert_eq!((world.store.removed().moved_objects, world.due_records().await), (1, 0));
    let asked = RestoreRequest { days: Some(1), tier: Tier::Standard };
    world.store.restore_object(&bucket, &key("k"), None, asked).await.unwrap();
    world.settle(1).await;
}

#[tokio::test]
async fn small_ones_go_to_the_coldest_classes_only_where_that_varies() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.small(&bucket, &["k"]).await;
    let transitions = vec![to(0, StorageClass::StandardIa), to(2, StorageClass::Glacier)];
    let rules = vec![LifecycleRule { transitions, ..rule("moves", "") }];
    let varies = Lifecycle { rules, minimum: MinimumSize::Varies };
    world.store.put_bucket_lifecycle(&bucket, Some(varies)).await.unwrap();
    world.due().await;
    world.days_later(1).await;
    assert_eq!(world.class(&bucket, "k", None).await, StorageClass::Standard);
    world.days_later(2).await;
    assert_eq!(world.class(&bucket, "k", None).await, StorageClass::Glacier);
    world.settle(0).await;
}

/// Permanent deletion comes before a move, a move before a delete marker.
#[tokio::test]
async fn what_is_both_to_move_and_to_expire_does_what_loses_least() {
    let world = World::new().await;
    for versions in [false, true] {
        let bucket = if versions { locked(&world).await } else { coldkeep_types::BucketName::parse("plain").unwrap() };
        if !versions {
            world.store.create_bucket(&bucket, &crate::world::account(), &crate::world::region()).await.unwrap();
        }
        let moved = world.store.removed().moved_objects;
        world.small(&bucket, &["k"]).await;
        let version = world.store.head_object(&bucket, &key("k")).await.unwrap().version;
        world.rules(&bucket, vec![moves(vec![to(1, StorageClass::Glacier)]), expire("", 1)]).await;
        world.due().await;
        world.days_later(3).await;
        assert_eq!(world.store.removed().moved_objects - moved, u64::from(versions));
        if versions {
            assert!(matches!(world.store.head_object(&bucket, &key("k")).await, Err(Error::IsDeleteMarker { .. })));
            assert_eq!(world.class(&bucket, "k", Some(version)).await, StorageClass::Glacier);
        } else {
            assert!(matches!(world.store.head_object(&bucket, &key("k")).await, Err(Error::NoSuchKey)));
        }
        world.settle(0).await;
    }
}

#[tokio::test]
async fn versions_move_days_after_they_became_noncurrent_whatever_locks_them() {
    let world = World::new().await;
    let bucket = locked(&world).await;
    let mut versions = Vec::new();
    for _ in 0..4 {
        world.small(&bucket, &["k"]).await;
        versions.push(world.store.head_object(&bucket, &key("k")).await.unwrap().version);
    }
    world.store.put_legal_hold(&bucket, &key("k"), Some(versions[0]), true).await.unwrap();
    let after = |days, newer| Noncurrent { days, newer };
    let noncurrent_transitions = vec![
        NoncurrentTransition { after: after(1, Some(1)), class: StorageClass::GlacierIr },
        NoncurrentTransition { after: after(3, None), class: StorageClass::DeepArchive },
    ];
    let mut ruled = LifecycleRule { noncurrent_transitions, noncurrent: Some(after(5, None)), ..moves(Vec::new()) };
    ruled.id = "versions".into();
    world.rules(&bucket, vec![ruled]).await;
    world.due().await;
    world.days_later(2).await;
    let mut classes = Vec::new();
    for version in &versions {
        classes.push(world.class(&bucket, "k", Some(*version)).await);
    }
    let (standard, instant) = (StorageClass::Standard, StorageClass::GlacierIr);
    assert_eq!(classes, [instant, instant, standard, standard]);
    world.settle(0).await;
    world.days_later(2).await;
    for version in &versions[..3] {
        assert_eq!(world.class(&bucket, "k", Some(*version)).await, StorageClass::DeepArchive);
    }
    world.settle(0).await;
    world.days_later(3).await;
    assert_eq!(world.stacked().await, (1, 1));
    assert_eq!(world.class(&bucket, "k", Some(versions[0])).await, StorageClass::DeepArchive);
    assert_eq!((world.store.removed().moved_objects, world.store.removed().expired_objects), (5, 2));
    world.settle(0).await;
}

#[tokio::test]
async fn two_at_work_move_each_once_with_writers_between() {
    for seed in 0..20 {
        let world = World::jittery(seed).await;
        let bucket = world.bucket().await;
        let names: Vec<String> = (0..20).map(|number| format!("k{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        world.rules(&bucket, vec![moves(vec![to(1, StorageClass::GlacierIr)])]).await;
        world.small(&bucket, &names).await;
        world.clock.advance(3 * DAY_MS);
        let (one, other, ()) =
            tokio::join!(world.store.run_due(), world.store.run_due(), world.small(&bucket, &names[..7]));
        assert!(one.is_ok() && other.is_ok(), "seed {seed}");
        world.due().await;
        let moved = world.store.removed().moved_objects;
        assert!((13..=20).contains(&moved), "seed {seed}: {moved}");
        for (at, name) in names.iter().enumerate() {
            let class = if at < 7 { StorageClass::Standard } else { StorageClass::GlacierIr };
            assert_eq!(world.class(&bucket, name, None).await, class, "seed {seed}");
        }
        world.days_later(3).await;
        assert_eq!((world.store.removed().moved_objects - moved, world.due_records().await), (7, 0), "seed {seed}");
        world.settle(0).await;
    }
}

/// However many are due at midnight, each commit does 64 of them; and a walk of new rules passes 256.
#[tokio::test]
async fn what_is_due_is_worked_off_many_in_a_commit() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let names: Vec<String> = (0..1000).map(|number| format!("k{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    world.small(&bucket, &names).await;
    let few = 1000 / 64 + 1 + 1000 / 256 + 6;
    for (rule, done) in [(moves(vec![to(1, StorageClass::GlacierIr)]), (1000, 0)), (expire("", 2), (1000, 1000))] {
        world.clock.advance(3 * DAY_MS);
        let before = world.commits().await;
        world.rules(&bucket, vec![rule]).await;
        world.due().await;
        let removed = world.store.removed();
        assert_eq!((removed.moved_objects, removed.expired_objects), done);
        let commits = world.commits().await - before;
        assert!(commits <= few, "{commits} commits");
    }
}
