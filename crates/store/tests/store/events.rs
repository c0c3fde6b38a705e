//! Events: written with what they tell of, handed over in order, at least once, and nothing waits for who does not take them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_meta::{Fault, Meta};
use coldkeep_store::{
    Cause, Deletion, Destination, Error, Event, EventListener, EventRule, EventType, Handed, LockMode, NewObject,
    NewRetention, NewUpload, Options, Precondition, RestoreRequest, Retention, StorageClass, Store, Tier, Told,
    Versioning, fsck,
};
use coldkeep_types::{BucketName, Clock};
use parking_lot::Mutex;

use crate::body::{Body, data};
use crate::lifecycle::expire;
use crate::world::{DAY_MS, World, account, bucket_name, copy_object, copy_to, key, named, options, region};

/// Somebody who takes events, unless told otherwise.
#[derive(Default)]
pub struct Taker {
    pub taken: Mutex<Vec<Event>>,
    refuses: Mutex<Option<Destination>>,
    fails: Mutex<bool>,
}

#[async_trait]
impl EventListener for Taker {
    async fn take(&self, destination: &Destination, events: &[Event]) -> Result<Handed, Error> {
        if *self.fails.lock() {
            return Err(Error::Unavailable("as the test says".into()));
        }
        if self.refuses.lock().as_ref() == Some(destination) {
            return Ok(Handed::Refused("as the test says".into()));
        }
        assert!(events.iter().all(|event| event.destination == *destination), "one destination at a time");
        tokio::task::yield_now().await;
        self.taken.lock().extend_from_slice(events);
        Ok(Handed::Over { unfit: events.iter().filter(|event| event.key == "unfit").count() as u64 })
    }
}

impl Taker {
    /// What was taken: what happened to what.
    fn told(&self) -> Vec<String> {
        let told = |event: &Event| format!("{} {}", event.event.name(), event.key);
        self.taken.lock().drain(..).map(|event| told(&event)).collect()
    }
}

pub fn queue(name: &str) -> Destination {
    Destination::Queue(format!("arn:aws:sqs:us-east-1:123456789012:{name}"))
}

pub fn rule(events: &[&str], prefix: &str, destination: Destination) -> EventRule {
    let events = events.iter().map(|event| format!("s3:{event}")).collect();
    EventRule { id: format!("rule {prefix}"), destination, events, prefix: Some(prefix.to_owned()), suffix: None }
}

pub const ALL: [&str; 7] = [
    "ObjectCreated:*",
    "ObjectRemoved:*",
    "ObjectTagging:*",
    "ObjectAcl:Put",
    "ObjectRestore:*",
    "LifecycleExpiration:*",
    "ObjectRetention:Put",
];

impl World {
    async fn told_of(&self, bucket: &BucketName, rules: Vec<EventRule>) {
        self.store.put_event_rules(bucket, rules).await.unwrap();
    }

    /// Somebody who takes events from now on.
    fn taker(&self) -> Arc<Taker> {
        let taker = Arc::<Taker>::default();
        self.store.tell_events(taker.clone());
        taker
    }

    async fn deliver(&self) {
        self.store.deliver_events().await.unwrap();
    }

    async fn event_of(&self, bucket: &BucketName, at: &str) {
        self.put(bucket, at, Body::of(&data(1, 20))).await.unwrap();
    }

    async fn waiting(&self) -> usize {
        self.records().await.get(&'E').copied().unwrap_or(0)
    }
}

fn new(bucket: &BucketName, at: &str, class: StorageClass) -> NewObject {
    NewObject {
        lock: Default::default(),
        access: Default::default(),
        bucket: bucket.clone(),
        key: key(at),
        attributes: Default::default(),
        class,
        algorithm: coldkeep_digest::ChecksumAlgorithm::Crc64Nvme,
        expected: Default::default(),
        precondition: Default::default(),
        sealing: None,
    }
}

#[tokio::test]
async fn each_change_is_told_with_what_is_known_of_it() {
    let world = World::new().await;
    let (bucket, taker) = (world.bucket().await, world.taker());
    let always = Precondition::default();
    world.event_of(&bucket, "before").await;
    world.told_of(&bucket, vec![rule(&ALL, "", queue("q"))]).await;
    let cause = Cause { principal: "p".into(), address: "a".into(), request: "r".into(), host: "h".into() };
    let caused = world.store.caused(cause.clone());
    let body = Body::of(&data(1, 20_000));
    let object = crate::world::put(&caused, &bucket, "put", always.clone(), body).await.unwrap();
    world.deliver().await;
    let event = taker.taken.lock().pop().expect("an event");
    assert_eq!((event.event.name(), event.key.as_str(), event.bytes), ("ObjectCreated:Put", "put", Some(20_000)));
    assert_eq!(
        (event.etag.clone(), event.version.clone(), event.cause.clone()),
        (Some(object.etag()), None, Some(cause))
    );
    assert_eq!((event.bucket.as_str(), event.region.as_str(), event.rule.as_str()), ("bucket", "us-east-1", "rule "));
    assert_eq!((event.owner.as_str(), event.time()), (account().as_str(), world.clock.now()));

    let store = &world.store;
    let post = new(&bucket, "post", StorageClass::default());
    store.put_object_as(EventType::CreatedPost, post, &mut Body::of(&data(1, 20))).await.unwrap();
    copy_object(store, &bucket, &key("put"), &copy_to(&bucket, "copy")).await.unwrap();
    let upload = store.create_upload(&bucket, &key("multi"), NewUpload::default()).await.unwrap();
    world.part(&upload, 1, Body::of(&data(1, 20))).await.unwrap();
    for _ in 0..2 {
        // The same request once more gets the same answer, and nothing happens.
        world.complete(&bucket, "multi", upload.id, &[named(1, &data(1, 20))]).await.unwrap();
    }
    store.put_object_tags(&bucket, &key("put"), None, Some(vec![("a".into(), "b".into())])).await.unwrap();
    store.put_object_tags(&bucket, &key("put"), None, None).await.unwrap();
    store.delete_object_tags(&bucket, &key("put"), None).await.unwrap();
    let object = store.head_object(&bucket, &key("put")).await.unwrap();
    store.put_object_acl(&bucket, &key("put"), None, &object, &[]).await.unwrap();
    store.delete_object(&bucket, &key("put"), &always).await.unwrap();
    store.delete_object(&bucket, &key("put"), &always).await.unwrap();
    let gone = ["copy", "none", "multi"].map(|at| Deletion::new(key(at), always.clone()));
    store.delete_objects(&bucket, &gone).await.unwrap();
    world.deliver().await;
    let expected = [
        "ObjectCreated:Post post",
        "ObjectCreated:Copy copy",
        "ObjectCreated:CompleteMultipartUpload multi",
        "ObjectTagging:Put put",
        "ObjectTagging:Put put",
        "ObjectTagging:Delete put",
        "ObjectAcl:Put put",
        "ObjectRemoved:Delete put",
        "ObjectRemoved:Delete copy",
        "ObjectRemoved:Delete multi",
    ];
    assert_eq!(taker.told(), expected);
    assert_eq!((store.told(), world.waiting().await), (Told { delivered: 11, dropped: 0 }, 0));
    world.settle(0).await;
}

#[tokio::test]
async fn versions_that_come_and_go_are_told_apart() {
    let world = World::new().await;
    let name = bucket_name("bucket");
    world.store.create_bucket_with(&name, &account(), &region(), Default::default(), None, true).await.unwrap();
    let taker = world.taker();
    world.told_of(&name, vec![rule(&ALL, "", queue("q"))]).await;
    world.event_of(&name, "k").await;
    let version = world.store.head_object(&name, &key("k")).await.unwrap().version;
    let until = world.clock.now().plus_millis(1000);
    let retention = NewRetention::Until(Retention::new(LockMode::Governance, until));
    world.store.put_retention(&name, &key("k"), None, retention, false).await.unwrap();
    world.store.put_legal_hold(&name, &key("k"), None, false).await.unwrap();
    let marker = world.store.delete_object(&name, &key("k"), &Precondition::default()).await.unwrap().version.unwrap();
    for version in [marker, version, version] {
        let deletion = Deletion { version: Some(version), bypass: true, ..Deletion::new(key("k"), Default::default()) };
        world.store.delete(&name, &deletion).await.unwrap();
    }
    world.deliver().await;
    let told: Vec<_> = taker.taken.lock().iter().map(|it| (it.event.name(), it.version.clone().unwrap())).collect();
    let (version, marker) = (version.to_string(), marker.to_string());
    let expected = [
        ("ObjectCreated:Put", version.clone()),
        ("ObjectRetention:Put", version.clone()),
        ("ObjectRemoved:DeleteMarkerCreated", marker.clone()),
        ("ObjectRemoved:Delete", marker),
        ("ObjectRemoved:Delete", version),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn what_the_server_does_by_itself_is_told_too() {
    let world = World::with(Options { retrieval_delay_ms: [1000; 3], ..options() }, 1 << 30, None).await;
    let (bucket, taker) = (world.bucket().await, world.taker());
    world.told_of(&bucket, vec![rule(&ALL[2..], "", queue("q"))]).await;
    let cold = new(&bucket, "cold", StorageClass::Glacier);
    world.store.put_object(cold, &mut Body::of(&data(1, 20))).await.unwrap();
    let ask = RestoreRequest { days: Some(1), tier: Tier::Bulk };
    let faster = RestoreRequest { days: Some(1), tier: Tier::Standard };
    for ask in [ask, faster] {
        world.store.restore_object(&bucket, &key("cold"), None, ask).await.unwrap();
    }
    world.clock.advance(2000);
    world.store.run_due().await.unwrap();
    world.deliver().await;
    let completed = taker.taken.lock().pop().expect("an event");
    let until = world.store.head_object(&bucket, &key("cold")).await.unwrap().restore.and_then(|it| it.until());
    assert_eq!((completed.event.name(), completed.cause.clone()), ("ObjectRestore:Completed", None));
    assert_eq!(completed.copy.map(|copy| (copy.until_ms, copy.class)), until.map(|it| (it.0, StorageClass::Glacier)));
    assert_eq!(taker.told(), ["ObjectRestore:Post cold"]);
    world.clock.advance(3 * DAY_MS);
    world.store.run_due().await.unwrap();
    world.event_of(&bucket, "old").await;
    world.rules(&bucket, vec![expire("old", 1)]).await;
    world.store.run_due().await.unwrap();
    for versioning in [None, Some(Versioning::Enabled)] {
        if let Some(versioning) = versioning {
            world.store.set_versioning(&bucket, versioning).await.unwrap();
        }
        world.event_of(&bucket, "old").await;
        world.clock.advance(3 * DAY_MS);
        world.store.run_due().await.unwrap();
    }
    world.deliver().await;
    let expected =
        ["ObjectRestore:Delete cold", "LifecycleExpiration:Delete old", "LifecycleExpiration:DeleteMarkerCreated old"];
    assert_eq!(taker.told(), expected);
}

#[tokio::test]
async fn without_a_rule_for_it_nothing_is_written() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.event_of(&bucket, "a/k").await;
    world.told_of(&bucket, vec![rule(&["ObjectCreated:*"], "b/", queue("q"))]).await;
    world.event_of(&bucket, "a/k").await;
    world.store.delete_object(&bucket, &key("a/k"), &Precondition::default()).await.unwrap();
    assert_eq!(world.waiting().await, 0);
    world.event_of(&bucket, "b/k").await;
    assert_eq!(world.waiting().await, 1);
    // What was written is told still.
    world.told_of(&bucket, vec![]).await;
    world.event_of(&bucket, "b/k").await;
    let taker = world.taker();
    world.deliver().await;
    assert_eq!(taker.told(), ["ObjectCreated:Put b/k"]);
}

/// Each commit of a scenario fails in turn, with and without taking effect. What is there afterwards has its event, and what has an
/// event is there.
#[tokio::test]
async fn no_failure_parts_a_change_from_its_event() {
    for fault in [Fault::Lost, Fault::Applied] {
        for commits in 0.. {
            let world = World::new().await;
            let bucket = world.bucket().await;
            world.told_of(&bucket, vec![rule(&ALL, "", queue("q"))]).await;
            world.meta.fail_after(commits, fault);
            let done = async {
                world.put(&bucket, "a", Body::of(&data(1, 20))).await?;
                world.put(&bucket, "b", Body::of(&data(1, 20_000))).await?;
                copy_object(&world.store, &bucket, &key("b"), &copy_to(&bucket, "c")).await?;
                let upload = world.store.create_upload(&bucket, &key("d"), NewUpload::default()).await?;
                world.part(&upload, 1, Body::of(&data(1, 20))).await?;
                world.complete(&bucket, "d", upload.id, &[named(1, &data(1, 20))]).await?;
                world.store.delete_object(&bucket, &key("a"), &Precondition::default()).await
            };
            let failed = done.await.is_err();
            let world = world.restarted().await;
            let taker = world.taker();
            world.deliver().await;
            let mut there = BTreeMap::new();
            for event in taker.taken.lock().iter() {
                there.insert(event.key.clone(), event.event.name() != "ObjectRemoved:Delete");
            }
            for at in ["a", "b", "c", "d"] {
                let found = world.store.head_object(&bucket, &key(at)).await.is_ok();
                assert_eq!(found, there.get(at).copied().unwrap_or(false), "{fault:?} after {commits}: {at}");
            }
            world.reclaim().await;
            world.settle(world.blobs.blobs()).await;
            if !failed {
                assert!(commits >= 7, "only {commits} commits");
                break;
            }
        }
    }
}

/// Killed before, between and after handing over and striking: each event is told, some twice, none after a later one of its key.
#[tokio::test]
async fn killed_while_it_hands_over_it_tells_again() {
    for commits in 0..6 {
        let world = World::new().await;
        let (bucket, first) = (world.bucket().await, world.taker());
        world.told_of(&bucket, vec![rule(&ALL, "", queue("q"))]).await;
        for number in 0..80 {
            world.event_of(&bucket, &format!("k{number:02}")).await;
        }
        world.meta.fail_after(commits, Fault::Lost);
        let failed = world.store.deliver_events().await.is_err();
        assert_eq!(failed, commits < 3);
        let world = world.restarted().await;
        let second = world.taker();
        world.deliver().await;
        let told: Vec<String> = [first.told(), second.told()].concat();
        let all: Vec<String> = (0..80).map(|number| format!("ObjectCreated:Put k{number:02}")).collect();
        let mut once = told.clone();
        once.sort();
        once.dedup();
        assert_eq!(once, all);
        assert_eq!(told.len() > 80, failed, "struck in batches");
        assert_eq!(world.waiting().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn events_of_a_key_come_in_the_order_of_its_changes() {
    for seed in 0..20 {
        let world = World::jittery(seed).await;
        let (bucket, taker) = (world.bucket().await, world.taker());
        world.told_of(&bucket, vec![rule(&ALL, "", queue("q"))]).await;
        let mut tasks = tokio::task::JoinSet::new();
        for writer in 0..6u64 {
            let (store, bucket) = (world.store.clone(), bucket.clone());
            tasks.spawn(async move { write(&store, &bucket, writer).await });
        }
        while !tasks.is_empty() {
            world.deliver().await;
            if let Some(done) = tasks.try_join_next() {
                done.unwrap();
            }
        }
        world.deliver().await;
        let taken = taker.taken.lock().clone();
        for at in ["x", "y"] {
            let of_key: Vec<&Event> = taken.iter().filter(|event| event.key == at).collect();
            assert!(of_key.windows(2).all(|pair| pair[0].sequencer < pair[1].sequencer), "seed {seed}");
            let last = of_key.last().expect("events").etag.clone();
            let now = world.store.head_object(&bucket, &key(at)).await.ok().map(|object| object.etag());
            assert_eq!(last, now, "seed {seed}: the last event tells what is there");
        }
    }
}

pub async fn write(store: &Store, bucket: &BucketName, writer: u64) {
    for round in 0..4 {
        for at in ["x", "y"] {
            let body = Body::of(&data(writer * 10 + round, 30));
            crate::world::put(store, bucket, at, Precondition::default(), body).await.unwrap();
            if (writer + round).is_multiple_of(3) {
                store.delete_object(bucket, &key(at), &Precondition::default()).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_clock_that_went_back_orders_nothing() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.told_of(&bucket, vec![rule(&ALL, "", queue("q"))]).await;
    world.event_of(&bucket, "k").await;
    world.clock.advance(-DAY_MS);
    world.store.put_object_tags(&bucket, &key("k"), None, None).await.unwrap();
    let world = world.restarted().await;
    world.clock.advance(-DAY_MS);
    world.store.delete_object(&bucket, &key("k"), &Precondition::default()).await.unwrap();
    let taker = world.taker();
    world.deliver().await;
    assert_eq!(taker.told(), ["ObjectCreated:Put k", "ObjectTagging:Put k", "ObjectRemoved:Delete k"]);
}

#[tokio::test(start_paused = true)]
async fn who_refuses_keeps_nobody_waiting_and_is_asked_again() {
    let world = World::new().await;
    let (bucket, taker) = (world.bucket().await, world.taker());
    world.told_of(&bucket, vec![rule(&ALL, "a", queue("gone")), rule(&ALL, "b", queue("there"))]).await;
    *taker.refuses.lock() = Some(queue("gone"));
    for at in ["a1", "b1", "a2", "b2"] {
        world.event_of(&bucket, at).await;
    }
    let pause = world.store.deliver_events().await.unwrap().expect("asked again");
    assert_eq!(taker.told(), ["ObjectCreated:Put b1", "ObjectCreated:Put b2"]);
    // Not before its time, and then after twice that.
    *taker.refuses.lock() = None;
    world.event_of(&bucket, "b3").await;
    world.deliver().await;
    assert_eq!(taker.told(), ["ObjectCreated:Put b3"]);
    *taker.refuses.lock() = Some(queue("gone"));
    tokio::time::advance(pause).await;
    assert!(world.store.deliver_events().await.unwrap().expect("asked again") > pause);
    *taker.refuses.lock() = None;
    tokio::time::advance(pause * 2).await;
    assert_eq!(world.store.deliver_events().await.unwrap(), None);
    assert_eq!(taker.told(), ["ObjectCreated:Put a1", "ObjectCreated:Put a2"]);
    assert_eq!(world.store.told(), Told { delivered: 5, dropped: 0 });
}

#[tokio::test(start_paused = true)]
async fn what_nobody_takes_goes_after_a_day() {
    let world = World::new().await;
    let (bucket, taker) = (world.bucket().await, world.taker());
    world.told_of(&bucket, vec![rule(&ALL, "", queue("gone"))]).await;
    *taker.refuses.lock() = Some(queue("gone"));
    world.event_of(&bucket, "old").await;
    world.clock.advance(DAY_MS / 2);
    world.event_of(&bucket, "new").await;
    for (ms, waiting) in [(DAY_MS / 2 - 1, 2), (1, 1), (DAY_MS / 2, 0)] {
        world.clock.advance(ms);
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
        world.deliver().await;
        assert_eq!(world.waiting().await, waiting);
    }
    assert_eq!(world.store.told(), Told { delivered: 0, dropped: 2 });
}

/// 100,000 wait for one destination, not more.
#[tokio::test]
async fn the_oldest_go_where_too_much_waits() {
    let world = World::new().await;
    let (bucket, taker) = (world.bucket().await, world.taker());
    world.told_of(&bucket, vec![rule(&ALL, "", queue("gone"))]).await;
    *taker.refuses.lock() = Some(queue("gone"));
    world.event_of(&bucket, "k").await;
    let [(first, entry)] = &world.meta.scan(b"E".to_vec()..b"F".to_vec(), 9).await.unwrap()[..] else { panic!("one") };
    let mut commit = coldkeep_meta::Commit::default();
    for number in 0..100_002u32 {
        let mut later = first.clone();
        later[17..21].copy_from_slice(&(number + 0x0100_0000).to_be_bytes());
        commit.put(later, entry.value.clone());
    }
    world.meta.commit(commit).await.unwrap();
    world.deliver().await;
    assert_eq!((world.waiting().await, world.store.told().dropped), (100_000, 3));
    assert_eq!(world.meta.get(first).await.unwrap(), None, "the oldest");
}

#[tokio::test(start_paused = true)]
async fn what_never_fits_goes_alone_and_failures_keep_all() {
    let world = World::new().await;
    let (bucket, taker) = (world.bucket().await, world.taker());
    world.told_of(&bucket, vec![rule(&ALL, "", queue("q"))]).await;
    world.event_of(&bucket, "unfit").await;
    world.event_of(&bucket, "k").await;
    *taker.fails.lock() = true;
    let pause = world.store.deliver_events().await.unwrap().expect("offered again");
    assert_eq!((world.waiting().await, world.store.told()), (2, Told::default()));
    *taker.fails.lock() = false;
    tokio::time::advance(pause).await;
    world.deliver().await;
    assert_eq!(world.store.told(), Told { delivered: 1, dropped: 1 });
}

#[tokio::test]
async fn a_damaged_event_is_found_and_keeps_other_destinations_from_nothing() {
    let world = World::new().await;
    let (bucket, taker) = (world.bucket().await, world.taker());
    world.told_of(&bucket, vec![rule(&ALL, "a", queue("one")), rule(&ALL, "b", queue("two"))]).await;
    world.event_of(&bucket, "a").await;
    world.event_of(&bucket, "b").await;
    let events = world.meta.scan(b"E".to_vec()..b"F".to_vec(), 9).await.unwrap();
    let mut commit = coldkeep_meta::Commit::default();
    commit.put(events[0].0.clone(), b"\x01nonsense".to_vec());
    world.meta.commit(commit).await.unwrap();
    world.deliver().await;
    assert_eq!((taker.told().len(), world.waiting().await), (1, 1));
    let report = fsck(&*world.meta, &world.blobs, true).await.unwrap();
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
}
