//! The order of a key's events where several servers change it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use coldkeep_meta::{Commit, Meta, prefix_range};
use coldkeep_store::{Event, Precondition, Sequencer, Store, fsck};
use coldkeep_types::BucketName;
use tokio::task::JoinSet;

use crate::beating::{Server, shared, until};
use crate::body::{Body, data};
use crate::events::{ALL, Taker, queue, rule, write};
use crate::hooked::{At, Hooked};
use crate::jitter::Jitter;
use crate::world::{TestClock, account, bucket_name, key, put, region};

/// A store whose second server, which began later, has a clock that is behind.
struct Two {
    meta: Arc<coldkeep_meta::Memory>,
    blobs: coldkeep_blob::Memory,
    hooked: Arc<Hooked>,
    first: Server,
    second: Server,
    bucket: BucketName,
    taker: Arc<Taker>,
}

impl Two {
    async fn new(seed: Option<u64>) -> Self {
        let (meta, blobs) = (Arc::<coldkeep_meta::Memory>::default(), coldkeep_blob::Memory::default());
        let hooked = Arc::new(Hooked::new(meta.clone()));
        let open = async |meta: Arc<dyn Meta>, ahead_ms: i64| {
            let clock = Arc::<TestClock>::default();
            clock.advance(ahead_ms);
            Server::of(Store::open(meta, Arc::new(blobs.clone()), clock, shared()).await.unwrap())
        };
        let [one, other]: [Arc<dyn Meta>; 2] = match seed {
            Some(seed) => [seed << 32, seed << 40]
                .map(|seed| Arc::new(Jitter { inner: meta.clone(), seed: AtomicU64::new(seed) }) as Arc<dyn Meta>),
            None => [hooked.clone(), meta.clone()],
        };
        let first = open(one, 20_000).await;
        until(|| first.store.leads()).await;
        let second = open(other, 0).await;
        let bucket = bucket_name("bucket");
        first.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
        first.store.put_event_rules(&bucket, vec![rule(&ALL, "", queue("q"))]).await.unwrap();
        let taker = Arc::<Taker>::default();
        first.store.tell_events(taker.clone());
        Self { meta, blobs, hooked, first, second, bucket, taker }
    }

    async fn put(store: &Store, bucket: &BucketName, at: &str, seed: u64) {
        put(store, bucket, at, Precondition::default(), Body::of(&data(seed, 30))).await.unwrap();
    }

    async fn delete(store: &Store, bucket: &BucketName, at: &str) {
        store.delete_object(bucket, &key(at), &Precondition::default()).await.unwrap();
    }

    async fn taken(&self) -> Vec<Event> {
        self.first.store.deliver_events().await.unwrap();
        self.taker.taken.lock().clone()
    }
}

fn rises(events: &[&Event]) -> bool {
    events.windows(2).all(|pair| pair[0].sequencer < pair[1].sequencer)
}

#[tokio::test(start_paused = true)]
async fn whose_run_began_earlier_and_whose_clock_is_behind_comes_in_its_turn() {
    let two = Two::new(None).await;
    for round in 0..3 {
        Two::put(&two.second.store, &two.bucket, "k", round).await;
        Two::put(&two.first.store, &two.bucket, "k", round + 10).await;
    }
    Two::delete(&two.second.store, &two.bucket, "k").await;
    let etag = |seed| hex::encode(crate::body::md5(&data(seed, 30)));
    let mut changes: Vec<Option<String>> = [0, 10, 1, 11, 2, 12].map(|seed| Some(etag(seed))).into();
    changes.push(None);
    let taken = two.taken().await;
    assert_eq!(taken.iter().map(|event| event.etag.clone()).collect::<Vec<_>>(), changes, "handed over in this order");
    assert!(rises(&taken.iter().collect::<Vec<_>>()), "{taken:?}");
    assert!(two.first.store.run() < two.second.store.run());
}

/// A put that rests on absence, while another server puts and deletes: it comes last, so it is told last.
#[tokio::test(start_paused = true)]
async fn what_came_and_went_at_another_server_is_told_before() {
    let two = Two::new(None).await;
    let (other, bucket) = (two.second.store.clone(), two.bucket.clone());
    two.hooked.once(At::BeforeCommit(b'o'), async move {
        Two::put(&other, &bucket, "k", 1).await;
        Two::delete(&other, &bucket, "k").await;
    });
    Two::put(&two.first.store, &two.bucket, "k", 2).await;
    assert!(two.hooked.done());
    let taken = two.taken().await;
    let told: Vec<&str> = taken.iter().map(|event| event.event.name()).collect();
    assert_eq!(told, ["ObjectCreated:Put", "ObjectRemoved:Delete", "ObjectCreated:Put"]);
    assert!(rises(&taken.iter().collect::<Vec<_>>()), "{taken:?}");
}

#[tokio::test(start_paused = true)]
async fn many_at_once_through_both_are_told_in_the_order_of_their_changes() {
    for seed in 1..=20 {
        let two = Two::new(Some(seed)).await;
        let mut tasks = JoinSet::new();
        for writer in 0..6 {
            let store = if writer % 2 == 0 { &two.first.store } else { &two.second.store };
            let (store, bucket) = (store.clone(), two.bucket.clone());
            tasks.spawn(async move { write(&store, &bucket, writer).await });
        }
        while !tasks.is_empty() {
            two.taken().await;
            if let Some(done) = tasks.try_join_next() {
                done.unwrap();
            }
        }
        let taken = two.taken().await;
        for at in ["x", "y"] {
            let of_key: Vec<&Event> = taken.iter().filter(|event| event.key == at).collect();
            assert!(rises(&of_key), "seed {seed}");
            let last = of_key.last().expect("events").etag.clone();
            let now = two.second.store.head_object(&two.bucket, &key(at)).await.ok().map(|object| object.etag());
            assert_eq!(last, now, "seed {seed}: the last event tells what is there");
        }
    }
}

/// Many deletions are one commit, also where keys share a place.
#[tokio::test(start_paused = true)]
async fn many_keys_in_one_commit_have_an_event_each() {
    let two = Two::new(None).await;
    let keys: Vec<String> = (0..600).map(|number| format!("k{number}")).collect();
    for at in &keys {
        Two::put(&two.second.store, &two.bucket, at, 1).await;
    }
    let places = two.meta.scan(prefix_range(b"W"), 1000).await.unwrap().len();
    assert!(places < keys.len(), "some of 600 keys share one of 65,536 places");
    let wanted: Vec<_> =
        keys.iter().map(|at| coldkeep_store::Deletion::new(key(at), Precondition::default())).collect();
    let deleted = two.first.store.delete_objects(&two.bucket, &wanted).await.unwrap();
    assert!(deleted.iter().all(Result::is_ok));
    let taken = two.taken().await;
    assert_eq!(taken.len(), 1200);
    let mut sequencers: Vec<Sequencer> = taken.iter().map(|event| event.sequencer).collect();
    sequencers.sort_unstable();
    sequencers.dedup();
    assert_eq!(sequencers.len(), 1200);
}

#[tokio::test(start_paused = true)]
async fn the_order_goes_with_the_bucket_and_its_damage_is_found() {
    let two = Two::new(None).await;
    Two::put(&two.first.store, &two.bucket, "k", 1).await;
    let problems = async || fsck(&*two.meta, &two.blobs, true).await.unwrap().problems;
    assert_eq!(problems().await, Vec::<String>::new());
    let (place, before) = two.meta.scan(prefix_range(b"W"), 2).await.unwrap().pop().expect("a place");
    for wrong in [vec![0; 11], Vec::new()] {
        let mut commit = Commit::default();
        commit.put(place.clone(), wrong);
        two.meta.commit(commit).await.unwrap();
        assert_eq!(problems().await.len(), 1);
    }
    let mut commit = Commit::default();
    commit.put(place, before.value);
    two.meta.commit(commit).await.unwrap();
    Two::delete(&two.first.store, &two.bucket, "k").await;
    two.first.store.delete_bucket(&two.bucket).await.unwrap();
    two.first.store.run_due().await.unwrap();
    assert_eq!(two.meta.scan(prefix_range(b"W"), 2).await.unwrap(), Vec::new());
}
