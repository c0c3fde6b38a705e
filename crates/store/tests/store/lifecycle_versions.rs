//! Rules take versions that are not the current one, delete markers that nothing is below, and what has their tags.

use coldkeep_store::{Deletion, Expiration, LifecycleRule, LockMode, Noncurrent, Precondition, Retention, Versioning};
use coldkeep_types::{BucketName, Clock};

use crate::lifecycle::{expire, rule};
use crate::locks::{fixed, locked};
use crate::world::{DAY_MS, World, key};

fn noncurrent(days: u32, newer: Option<u32>) -> LifecycleRule {
    LifecycleRule { noncurrent: Some(Noncurrent { days, newer }), ..rule("noncurrent", "") }
}

impl World {
    async fn versioned(&self) -> BucketName {
        let bucket = self.bucket().await;
        self.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
        bucket
    }

    /// Records of current objects, and of what is below.
    pub async fn stacked(&self) -> (usize, usize) {
        let records = self.records().await;
        let of = |tag| records.get(&tag).copied().unwrap_or(0);
        (of('o'), of('O'))
    }

    pub async fn days_later(&self, days: i64) {
        self.clock.advance(days * DAY_MS);
        self.due().await;
    }
}

#[tokio::test]
async fn noncurrent_versions_go_days_after_their_successor_came() {
    let world = World::new().await;
    let bucket = world.versioned().await;
    world.small(&bucket, &["k"]).await;
    world.rules(&bucket, vec![noncurrent(2, None)]).await;
    // However old, it is the current one.
    world.days_later(9).await;
    assert_eq!(world.stacked().await, (1, 0));
    world.small(&bucket, &["k"]).await;
    world.days_later(2).await;
    assert_eq!(world.stacked().await, (1, 1));
    world.small(&bucket, &["k"]).await;
    world.days_later(1).await;
    assert_eq!(world.stacked().await, (1, 1));
    world.days_later(2).await;
    assert_eq!((world.stacked().await, world.store.removed().expired_objects), ((1, 0), 2));
    // Each removal has its versions looked at once more.
    world.days_later(1).await;
    assert_eq!(world.due_records().await, 0);
    world.settle(0).await;
}

#[tokio::test]
async fn so_many_of_the_newest_noncurrent_versions_stay() {
    let world = World::new().await;
    let bucket = world.versioned().await;
    world.small(&bucket, &["k"; 6]).await;
    world.rules(&bucket, vec![noncurrent(1, Some(2))]).await;
    world.due().await;
    world.days_later(3).await;
    assert_eq!(world.stacked().await, (1, 2));
    // The next one pushes one out, at the end of the day on which it is old enough.
    world.small(&bucket, &["k"]).await;
    assert_eq!(world.stacked().await, (1, 3));
    world.days_later(1).await;
    assert_eq!(world.stacked().await, (1, 2));
    world.settle(0).await;
}

#[tokio::test]
async fn a_longer_rule_saves_versions() {
    let world = World::new().await;
    let bucket = world.versioned().await;
    world.rules(&bucket, vec![noncurrent(1, None)]).await;
    world.small(&bucket, &["k", "k"]).await;
    world.rules(&bucket, vec![noncurrent(5, None)]).await;
    world.days_later(3).await;
    assert_eq!(world.stacked().await, (1, 1));
    world.settle(0).await;
    world.days_later(3).await;
    assert_eq!(world.stacked().await, (1, 0));
}

/// Of whatever filter: the marker takes the place of what expired, and goes once nothing is below it.
#[tokio::test]
async fn days_take_an_object_its_versions_and_then_the_marker() {
    let world = World::new().await;
    let bucket = world.versioned().await;
    world.rules(&bucket, vec![expire("", 1), noncurrent(1, None)]).await;
    world.small(&bucket, &["a", "a", "b"]).await;
    for _ in 0..5 {
        world.days_later(2).await;
    }
    assert_eq!((world.stacked().await, world.due_records().await), ((0, 0), 0));
    world.settle(0).await;
}

#[tokio::test]
async fn a_marker_goes_when_the_last_version_below_it_was_deleted() {
    let world = World::new().await;
    let bucket = world.versioned().await;
    let markers = LifecycleRule { expiration: Some(Expiration::Markers(true)), ..rule("markers", "") };
    world.rules(&bucket, vec![markers]).await;
    world.small(&bucket, &["k"]).await;
    let version = world.store.head_object(&bucket, &key("k")).await.unwrap().version;
    world.store.delete_object(&bucket, &key("k"), &Precondition::default()).await.unwrap();
    world.days_later(9).await;
    assert_eq!(world.stacked().await, (0, 2));
    let below = Deletion { version: Some(version), ..Deletion::new(key("k"), Precondition::default()) };
    world.store.delete(&bucket, &below).await.unwrap();
    assert_eq!(world.stacked().await, (0, 1));
    world.days_later(1).await;
    assert_eq!(world.stacked().await, (0, 0));
    world.settle(0).await;
}

#[tokio::test]
async fn what_has_the_tags_goes_whenever_it_got_them() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let tags = |value: &str| Some(vec![("other".to_owned(), "1".to_owned()), ("keep".to_owned(), value.to_owned())]);
    let mut tagged = expire("", 1);
    tagged.filter.tags = Some(vec![("keep".into(), "no".into())]);
    world.small(&bucket, &["before", "after", "other", "none"]).await;
    world.store.put_object_tags(&bucket, &key("before"), None, tags("no")).await.unwrap();
    world.store.put_object_tags(&bucket, &key("other"), None, tags("yes")).await.unwrap();
    world.rules(&bucket, vec![tagged]).await;
    world.days_later(3).await;
    assert_eq!(world.there(&bucket, &["before", "after", "other", "none"]).await, ["after", "other", "none"]);
    world.store.put_object_tags(&bucket, &key("after"), None, tags("no")).await.unwrap();
    world.due().await;
    assert_eq!(world.there(&bucket, &["after", "other", "none"]).await, ["other", "none"]);
    world.settle(0).await;
}

/// More than go in one commit: two at work remove each once, and who begins anew goes on.
#[tokio::test]
async fn two_at_work_remove_each_version_once() {
    let world = World::new().await;
    let bucket = world.versioned().await;
    world.small(&bucket, &["k"; 60]).await;
    world.rules(&bucket, vec![noncurrent(1, None)]).await;
    world.due().await;
    let world = world.restarted().await;
    world.clock.advance(3 * DAY_MS);
    let (one, other) = tokio::join!(world.store.run_due(), world.store.run_due());
    assert!(one.is_ok() && other.is_ok());
    assert_eq!((world.stacked().await, world.store.removed().expired_objects), ((1, 0), 59));
    world.settle(0).await;
}

/// More versions than are looked at in one go, the youngest of them too young: the walk goes on where it stopped, and is over some time.
#[tokio::test]
async fn of_many_versions_the_old_ones_go_and_the_others_are_looked_at_when_they_are_old() {
    for seed in 0..3 {
        let world = World::jittery(seed).await;
        let bucket = world.versioned().await;
        world.small(&bucket, &["k"; 41]).await;
        world.clock.advance(5 * DAY_MS);
        world.small(&bucket, &["k"; 1150]).await;
        world.rules(&bucket, vec![noncurrent(4, None)]).await;
        world.due().await;
        world.clock.advance(DAY_MS);
        let (one, other) = tokio::join!(world.store.run_due(), world.store.run_due());
        assert!(one.is_ok() && other.is_ok());
        assert_eq!((world.stacked().await, world.store.removed().expired_objects), ((1, 1150), 40), "seed {seed}");
        world.settle(0).await;
        let world = world.restarted().await;
        world.days_later(4).await;
        assert_eq!((world.stacked().await, world.store.removed().expired_objects), ((1, 0), 1150), "seed {seed}");
        world.days_later(1).await;
        assert_eq!(world.due_records().await, 0, "seed {seed}");
        world.settle(0).await;
    }
}

#[tokio::test]
async fn locked_versions_hold_up_no_others_and_go_when_they_are_free() {
    let world = World::new().await;
    let bucket = locked(&world).await;
    world.small(&bucket, &["k"; 30]).await;
    let until = world.clock.now().plus_millis(9 * DAY_MS);
    let retention = Retention::new(LockMode::Compliance, until);
    let mut held = Vec::new();
    for at in 0..20 {
        world.small(&bucket, &["k"]).await;
        let version = world.store.head_object(&bucket, &key("k")).await.unwrap().version;
        if at == 0 {
            world.store.put_legal_hold(&bucket, &key("k"), Some(version), true).await.unwrap();
            held.push(version);
        } else {
            world.store.put_retention(&bucket, &key("k"), Some(version), fixed(Some(retention)), false).await.unwrap();
        }
    }
    world.small(&bucket, &["k"]).await;
    world.rules(&bucket, vec![noncurrent(1, None)]).await;
    world.due().await;
    world.days_later(3).await;
    assert_eq!(world.stacked().await, (1, 20));
    world.settle(0).await;
    world.days_later(9).await;
    assert_eq!(world.stacked().await, (1, 1));
    world.store.put_legal_hold(&bucket, &key("k"), Some(held[0]), false).await.unwrap();
    world.days_later(1).await;
    assert_eq!(world.stacked().await, (1, 0));
    world.settle(0).await;
}
