//! Rules remove what they cover, when it is due by the rules of then, and nothing else.

use std::time::Duration;

use coldkeep_store::{Deletion, Versioning};
use coldkeep_store::{
    Error, Expiration, Filter, FilterForm, Lifecycle, LifecycleRule, MinimumSize, Options, Precondition,
};
use coldkeep_types::BucketName;

use crate::body::{Body, data};
use crate::world::{DAY_MS, World, bucket_name, copy_object, copy_to, key, named, options};

pub(crate) fn rule(id: &str, prefix: &str) -> LifecycleRule {
    let filter =
        Filter { form: FilterForm::One, prefix: Some(prefix.into()), greater_than: None, less_than: None, tags: None };
    LifecycleRule {
        id: id.into(),
        enabled: true,
        filter,
        expiration: None,
        abort_days: None,
        noncurrent: None,
        transitions: Vec::new(),
        noncurrent_transitions: Vec::new(),
    }
}

pub fn expire(prefix: &str, days: u32) -> LifecycleRule {
    LifecycleRule { expiration: Some(Expiration::Days(days)), ..rule(prefix, prefix) }
}

fn abort(prefix: &str, days: u32) -> LifecycleRule {
    LifecycleRule { abort_days: Some(days), ..rule(prefix, prefix) }
}

impl World {
    pub async fn rules(&self, bucket: &BucketName, rules: Vec<LifecycleRule>) {
        let lifecycle = Some(Lifecycle { rules, minimum: MinimumSize::default() }).filter(|it| !it.rules.is_empty());
        self.store.put_bucket_lifecycle(bucket, lifecycle).await.unwrap();
    }

    pub(crate) async fn small(&self, bucket: &BucketName, keys: &[&str]) {
        for at in keys {
            self.put(bucket, at, Body::of(&data(1, 100))).await.unwrap();
        }
    }

    /// Which of these keys have an object.
    pub(crate) async fn there<'a>(&self, bucket: &BucketName, keys: &[&'a str]) -> Vec<&'a str> {
        let mut there = Vec::new();
        for at in keys {
            match self.store.head_object(bucket, &key(at)).await {
                Ok(_) => there.push(*at),
                Err(Error::NoSuchKey) => {}
                Err(other) => panic!("{other}"),
            }
        }
        there
    }

    pub(crate) async fn due(&self) {
        self.store.run_due().await.unwrap();
    }

    pub(crate) async fn due_records(&self) -> usize {
        self.records().await.get(&'d').copied().unwrap_or(0)
    }
}

#[tokio::test]
async fn objects_expire_at_the_midnight_after_their_days() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.small(&bucket, &["logs/old", "kept/old"]).await;
    world.rules(&bucket, vec![expire("logs/", 1)]).await;
    world.due().await;
    world.small(&bucket, &["logs/new", "kept/new"]).await;
    let all = ["kept/new", "kept/old", "logs/new", "logs/old"];
    // The clock stands at 22:13:20 UTC.
    world.clock.advance(DAY_MS + DAY_MS / 24);
    world.due().await;
    assert_eq!(world.there(&bucket, &all).await, all);
    world.clock.advance(DAY_MS / 24);
    world.due().await;
    assert_eq!(world.there(&bucket, &all).await, all[..2]);
    assert_eq!(world.store.removed().expired_objects, 2);
    world.settle(0).await;
    assert_eq!(world.due_records().await, 0);
}

#[tokio::test]
async fn a_rule_that_is_longer_now_or_gone_saves_what_is_there() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.rules(&bucket, vec![expire("a", 1), expire("b", 1), expire("c", 1)]).await;
    world.small(&bucket, &["a", "b", "c"]).await;
    world.due().await;
    let off = LifecycleRule { enabled: false, ..expire("c", 1) };
    world.rules(&bucket, vec![expire("a", 5), off]).await;
    world.clock.advance(3 * DAY_MS);
    world.due().await;
    assert_eq!(world.there(&bucket, &["a", "b", "c"]).await, ["a", "b", "c"]);
    world.clock.advance(3 * DAY_MS);
    world.due().await;
    assert_eq!(world.there(&bucket, &["a", "b", "c"]).await, ["b", "c"]);
    world.rules(&bucket, vec![]).await;
    world.clock.advance(30 * DAY_MS);
    world.due().await;
    assert_eq!((world.there(&bucket, &["b", "c"]).await.len(), world.due_records().await), (2, 0));
}

#[tokio::test]
async fn what_replaced_an_object_is_as_old_as_itself() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.rules(&bucket, vec![expire("", 2)]).await;
    world.small(&bucket, &["k"]).await;
    world.clock.advance(2 * DAY_MS - 1000);
    world.small(&bucket, &["k"]).await;
    world.clock.advance(DAY_MS);
    world.due().await;
    assert_eq!(world.there(&bucket, &["k"]).await, ["k"]);
    // Written over and over on one day, it has one record of work, besides the walk that is over.
    for _ in 0..5 {
        world.small(&bucket, &["k"]).await;
    }
    assert_eq!(world.due_records().await, 2);
    world.clock.advance(3 * DAY_MS);
    world.due().await;
    assert_eq!((world.there(&bucket, &["k"]).await.len(), world.due_records().await), (0, 0));
    world.settle(0).await;
}

#[tokio::test]
async fn a_date_takes_what_is_there_and_what_comes_later() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.small(&bucket, &["k"]).await;
    let past = LifecycleRule { expiration: Some(Expiration::Date(DAY_MS)), ..rule("past", "") };
    world.rules(&bucket, vec![past]).await;
    world.due().await;
    assert_eq!(world.there(&bucket, &["k"]).await.len(), 0);
    world.small(&bucket, &["k"]).await;
    world.due().await;
    assert_eq!(world.there(&bucket, &["k"]).await.len(), 0);
    world.settle(0).await;
}

#[tokio::test]
async fn copies_and_completed_uploads_expire_as_well() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.rules(&bucket, vec![expire("e/", 1)]).await;
    world.small(&bucket, &["source"]).await;
    let target = copy_to(&bucket, "e/copy");
    copy_object(&world.store, &bucket, &key("source"), &target).await.unwrap();
    let content = data(3, 9000);
    let upload = world.upload(&bucket, "e/parts").await;
    world.part(&upload, 1, Body::of(&content)).await.unwrap();
    world.complete(&bucket, "e/parts", upload.id, &[named(1, &content)]).await.unwrap();
    world.clock.advance(3 * DAY_MS);
    world.due().await;
    assert_eq!(world.there(&bucket, &["source", "e/copy", "e/parts"]).await, ["source"]);
    world.settle(0).await;
}

#[tokio::test]
async fn uploads_are_aborted_when_due_by_the_rules_of_now() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let old = world.upload(&bucket, "a/old").await;
    world.part(&old, 1, Body::of(&data(1, 9000))).await.unwrap();
    world.rules(&bucket, vec![abort("a/", 2), abort("b/", 1)]).await;
    world.due().await;
    let (new, other, saved) =
        (world.upload(&bucket, "a/new").await, world.upload(&bucket, "c").await, world.upload(&bucket, "b/k").await);
    world.rules(&bucket, vec![abort("a/", 2)]).await;
    world.clock.advance(2 * DAY_MS);
    world.due().await;
    let open = async |at: &str, id| world.store.upload(&bucket, &key(at), id).await.is_ok();
    assert!(open("a/old", old.id).await && open("a/new", new.id).await);
    world.clock.advance(DAY_MS);
    world.due().await;
    assert!(!open("a/old", old.id).await && !open("a/new", new.id).await);
    assert!(open("c", other.id).await && open("b/k", saved.id).await);
    assert_eq!(world.store.removed().aborted_uploads, 2);
    world.settle(0).await;
    assert_eq!(world.due_records().await, 0);
}

#[tokio::test]
async fn a_walk_goes_on_after_a_kill_and_begins_anew_with_new_rules() {
    let mut world = World::new().await;
    let bucket = world.bucket().await;
    let names: Vec<String> = (0..700).map(|number| format!("k{number:04}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    world.small(&bucket, &names).await;
    world.rules(&bucket, vec![expire("k00", 1)]).await;
    world = world.restarted().await;
    world.rules(&bucket, vec![expire("k", 1)]).await;
    world = world.restarted().await;
    world.due().await;
    assert_eq!(world.due_records().await, 700);
    world.clock.advance(3 * DAY_MS);
    world = world.restarted().await;
    world.due().await;
    assert_eq!((world.there(&bucket, &names).await.len(), world.store.usage().await.unwrap().objects), (0, 0));
    world.settle(0).await;
}

/// Two that work on one list, with writers: each object goes once, and none that is too young.
#[tokio::test]
async fn two_workers_on_one_list() {
    for seed in 0..30 {
        let world = World::jittery(seed).await;
        let bucket = world.bucket().await;
        let names: Vec<String> = (0..20).map(|number| format!("k{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        world.rules(&bucket, vec![expire("", 1)]).await;
        world.small(&bucket, &names).await;
        world.clock.advance(3 * DAY_MS);
        let writes = async {
            world.small(&bucket, &names[..7]).await;
            world.rules(&bucket, vec![expire("", 2)]).await;
        };
        let (one, other, ()) = tokio::join!(world.store.run_due(), world.store.run_due(), writes);
        one.unwrap();
        other.unwrap();
        world.due().await;
        assert_eq!(world.there(&bucket, &names).await, names[..7], "seed {seed}");
        assert!((13..=20).contains(&world.store.removed().expired_objects), "seed {seed}");
        world.clock.advance(9 * DAY_MS);
        world.due().await;
        assert_eq!((world.there(&bucket, &names).await.len(), world.due_records().await), (0, 0), "seed {seed}");
        world.settle(0).await;
    }
}

#[tokio::test]
async fn a_deleted_bucket_takes_its_work_along_and_its_namesake_has_its_own() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.rules(&bucket, vec![expire("", 1), abort("", 1)]).await;
    world.upload(&bucket, "k").await;
    world.store.delete_bucket(&bucket).await.unwrap();
    world.bucket().await;
    world.small(&bucket, &["k"]).await;
    world.clock.advance(9 * DAY_MS);
    world.due().await;
    assert_eq!(world.there(&bucket, &["k"]).await, ["k"]);
    world.settle(0).await;
    assert_eq!(world.due_records().await, 0);
}

/// A clock that is days ahead for half a minute removes nothing.
#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_ahead_removes_nothing() {
    let world = World::with(Options { confirm_ms: 60_000, ..options() }, 1 << 30, None).await;
    let bucket = world.bucket().await;
    world.rules(&bucket, vec![expire("", 1), abort("", 1)]).await;
    world.small(&bucket, &["k"]).await;
    let upload = world.upload(&bucket, "k").await;
    let pass = async |ms: i64| {
        world.clock.advance(ms);
        tokio::time::advance(Duration::from_millis(ms as u64)).await;
        world.due().await;
        world.store.drop_abandoned().await.unwrap();
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
    assert_eq!(world.there(&bucket, &["k"]).await, ["k"]);
    assert!(world.store.upload(&bucket, &key("k"), upload.id).await.is_ok());
    world.clock.advance(30 * DAY_MS);
    for _ in 0..15 {
        pass(5000).await;
    }
    assert_eq!(world.there(&bucket, &["k"]).await.len(), 0);
    assert!(world.store.upload(&bucket, &key("k"), upload.id).await.is_err());
}

#[tokio::test]
async fn abandoned_uploads_are_dropped_unless_a_rule_decides() {
    let world = World::new().await;
    let (bucket, ruled) = (world.bucket().await, bucket_name("ruled"));
    let (account, region) = (crate::world::account(), crate::world::region());
    world.store.create_bucket(&ruled, &account, &region).await.unwrap();
    world.rules(&ruled, vec![abort("slow/", 30)]).await;
    let idle = world.upload(&bucket, "idle").await;
    let used = world.upload(&bucket, "used").await;
    let slow = world.upload(&ruled, "slow/k").await;
    let other = world.upload(&ruled, "other").await;
    world.clock.advance(6 * DAY_MS);
    assert!(world.store.drop_abandoned().await.unwrap().is_some());
    world.part(&used, 1, Body::of(&data(1, 9000))).await.unwrap();
    let open = async |bucket: &BucketName, at: &str, id| world.store.upload(bucket, &key(at), id).await.is_ok();
    assert!(open(&bucket, "idle", idle.id).await);
    world.clock.advance(DAY_MS);
    world.store.drop_abandoned().await.unwrap();
    assert!(!open(&bucket, "idle", idle.id).await && !open(&ruled, "other", other.id).await);
    assert!(open(&bucket, "used", used.id).await && open(&ruled, "slow/k", slow.id).await);
    assert_eq!(world.store.removed().abandoned_uploads, 2);
    world.settle(1).await;
    let off = World::with(Options { upload_idle_ms: None, ..options() }, 1 << 30, None).await;
    assert_eq!(off.store.drop_abandoned().await.unwrap(), None);
}

/// What lost its schedule is found, and scheduled anew.
#[tokio::test]
async fn fsck_finds_what_is_ruled_and_not_scheduled() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.rules(&bucket, vec![expire("o", 1), abort("u", 1)]).await;
    world.due().await;
    world.small(&bucket, &["o", "free"]).await;
    world.upload(&bucket, "u").await;
    world.settle(0).await;
    let lost = coldkeep_meta::Meta::scan(&*world.meta, coldkeep_meta::prefix_range(b"d"), 10).await.unwrap();
    let mut commit = coldkeep_meta::Commit::default();
    lost.iter().for_each(|(key, _)| _ = commit.delete(key.clone()));
    coldkeep_meta::Meta::commit(&*world.meta, commit).await.unwrap();
    let report = coldkeep_store::fsck(&*world.meta, &world.blobs, false).await.unwrap();
    assert_eq!(report.problems.len(), 2, "{:?}", report.problems);
    assert!(report.problems.iter().all(|problem| problem.contains("lifecycle")), "{:?}", report.problems);
}

/// The current object goes under a delete marker; one that becomes current again is as old as itself.
#[tokio::test]
async fn where_versions_are_kept_an_object_goes_under_a_delete_marker() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    world.small(&bucket, &["k"]).await;
    let first = world.store.head_object(&bucket, &key("k")).await.unwrap().version;
    world.rules(&bucket, vec![expire("", 1)]).await;
    world.due().await;
    world.clock.advance(3 * DAY_MS);
    world.due().await;
    let gone = world.store.head_object(&bucket, &key("k")).await.unwrap_err();
    let Error::IsDeleteMarker { version, .. } = gone else { panic!("{gone}") };
    assert!(world.store.head_version(&bucket, &key("k"), Some(first)).await.is_ok());
    world.due().await;
    world.settle(0).await;
    let marker = Deletion {
        key: key("k"),
        version: Some(version),
        precondition: Precondition::default(),
        owner: None,
        bypass: false,
    };
    world.store.delete(&bucket, &marker).await.unwrap();
    world.due().await;
    assert!(matches!(world.store.head_object(&bucket, &key("k")).await, Err(Error::IsDeleteMarker { .. })));
    world.settle(0).await;
}
