//! Several servers over one store, in one process: each is a store of its own over the same engines. Time is the runtime's, and passes by itself.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use coldkeep_blob::conformance as blobs;
use coldkeep_meta::Meta;
use coldkeep_store::{
    Deletion, Error, Item, Lifecycle, ListedVersion, LockMode, MinimumSize, ObjectLock, Options, Precondition, Quota,
    QuotaOf, Reclaimed, Retention, Store, VersionStart, Versioning, find_living_server,
};
use coldkeep_types::Timestamp;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::beating::{LEASE, Server, alive, shared, until};
use crate::body::{Body, data};
use crate::hooked::{At, Hooked};
use crate::jitter::Jitter;
use crate::lifecycle::expire;
use crate::locks::put_locked;
use crate::numbered::numbered;
use crate::world::{DAY_MS, MIB, TestClock, account, bucket_name, drain, key, put, read, region};

/// What servers share.
#[derive(Clone, Default)]
struct Engines {
    meta: Arc<coldkeep_meta::Memory>,
    blobs: coldkeep_blob::Memory,
    clock: Arc<TestClock>,
}

impl Engines {
    async fn store_over(&self, meta: Arc<dyn Meta>) -> Store {
        Store::open(meta, Arc::new(self.blobs.clone()), self.clock.clone(), shared()).await.unwrap()
    }

    async fn server_over(&self, meta: Arc<dyn Meta>) -> Server {
        Server::of(self.store_over(meta).await)
    }

    async fn server(&self) -> Server {
        self.server_over(self.meta.clone()).await
    }

    /// Two servers, of which the first leads.
    async fn two(&self) -> (Server, Server) {
        let one = self.server().await;
        until(|| one.store.leads()).await;
        let other = self.server().await;
        (one, other)
    }

    /// How many records of servers there are.
    async fn alive(&self) -> usize {
        alive(&*self.meta).await
    }

    /// All have ended, and what they left is in order: so many blobs, each of them owned.
    async fn settle(&self, blobs: usize) {
        self.server().await.settle(&*self.meta, &self.blobs, &self.clock, blobs).await;
    }
}

#[tokio::test(start_paused = true)]
async fn servers_that_begin_at_once_are_each_somebody_and_one_leads() {
    let engines = Engines::default();
    let opening = (1..=4_u64).map(|seed| {
        let engines = engines.clone();
        let meta = Arc::new(Jitter { inner: engines.meta.clone(), seed: AtomicU64::new(seed << 32) });
        tokio::spawn(async move { engines.server_over(meta).await })
    });
    let opening: Vec<_> = opening.collect();
    let mut servers = Vec::new();
    for server in opening {
        servers.push(server.await.unwrap());
    }
    let mut runs: Vec<u32> = servers.iter().map(|server| server.store.run()).collect();
    runs.sort_unstable();
    assert_eq!(runs, [1, 2, 3, 4]);
    sleep(LEASE).await;
    assert_eq!(servers.iter().filter(|server| server.store.leads()).count(), 1);
    assert_eq!(engines.alive().await, 4);
    let bucket = bucket_name("bucket");
    servers[0].store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    for (server, at) in servers.iter().zip(["a", "b", "c", "d"]) {
        put(&server.store, &bucket, at, Default::default(), Body::of(&data(1, 20_000))).await.unwrap();
        let another = &servers[server.store.run() as usize % 4].store;
        assert_eq!(read(another, &bucket, at).await.unwrap(), data(1, 20_000));
    }
    for server in &servers {
        server.store.close().await.unwrap();
    }
    assert_eq!(engines.alive().await, 0);
    engines.settle(4).await;
}

/// Ids of one millisecond sort by run, and the clock stands still here.
#[tokio::test(start_paused = true)]
async fn versions_come_one_after_the_other_whichever_server_takes_them() {
    let engines = Engines::default();
    let (one, other) = engines.two().await;
    let bucket = bucket_name("bucket");
    one.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    one.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    for (bytes, server) in (1..).zip([&other, &one, &one, &other, &one]) {
        put(&server.store, &bucket, "k", Default::default(), Body::of(&data(1, bytes))).await.unwrap();
    }
    let page = other.store.list_versions(&bucket, "", "", &VersionStart::default(), 100).await.unwrap();
    let bytes = |item: &Item<ListedVersion>| match item {
        Item::Entry(_, version) => version.object.as_ref().map(|object| object.bytes),
        Item::Prefix(_) => None,
    };
    let sizes: Vec<_> = page.items.iter().filter_map(bytes).collect();
    assert_eq!(sizes, [5, 4, 3, 2, 1]);
    for server in [one, other] {
        server.store.close().await.unwrap();
    }
    engines.settle(0).await;
}

#[tokio::test(start_paused = true)]
async fn who_stays_silent_is_dead_and_changes_nothing_any_more() {
    let engines = Engines::default();
    let (one, other) = engines.two().await;
    let bucket = bucket_name("bucket");
    one.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    put(&one.store, &bucket, "k", Default::default(), Body::of(&b"before"[..].into())).await.unwrap();
    one.hold_up();
    let held_up = Instant::now();
    // Half a lease on, it does not even read; the other one serves all the time.
    while one.store.health().await.is_ok() {
        sleep(Duration::from_millis(50)).await;
    }
    assert!((LEASE / 2 - LEASE / 10..LEASE).contains(&held_up.elapsed()), "{:?}", held_up.elapsed());
    assert!(matches!(read(&one.store, &bucket, "k").await, Err(Error::Unavailable(_))));
    assert_eq!(read(&other.store, &bucket, "k").await.unwrap(), &b"before"[..]);
    until(|| other.store.leads()).await;
    assert!((LEASE..LEASE + LEASE / 2).contains(&held_up.elapsed()), "{:?}", held_up.elapsed());
    assert_eq!(engines.alive().await, 1);
    // It goes on, and learns of it.
    let late = put(&one.store, &bucket, "k", Default::default(), Body::of(&b"late"[..].into())).await;
    assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
    assert!(one.store.pulse().await.is_err());
    one.store.wait_dead().await;
    assert_eq!(one.store.pulse().await.unwrap(), None);
    assert!(!one.store.leads());
    assert_eq!(read(&other.store, &bucket, "k").await.unwrap(), &b"before"[..]);
    other.store.close().await.unwrap();
    engines.settle(0).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_seen_of_servers_from_outside() {
    let engines = Engines::default();
    assert_eq!(find_living_server(&*engines.meta, LEASE).await.unwrap(), None);
    let (one, other) = engines.two().await;
    let seen = |server: &Server| server.store.servers().unwrap();
    until(|| seen(&one).alive == 2 && seen(&other).alive == 2).await;
    assert_eq!((seen(&one).leads, seen(&other).leads, seen(&one).declared_dead), (true, false, 0));
    assert!(find_living_server(&*engines.meta, LEASE).await.unwrap().is_some());
    // One is killed: its record stays until the other one, or who looks, has waited for the lease.
    one.hold_up();
    assert_eq!(find_living_server(&*engines.meta, LEASE).await.unwrap(), Some(other.store.run()));
    until(|| seen(&other).alive == 1).await;
    assert_eq!((seen(&other).leads, seen(&other).declared_dead), (true, 1));
    other.hold_up();
    assert_eq!((engines.alive().await, find_living_server(&*engines.meta, LEASE).await.unwrap()), (1, None));
}

#[tokio::test(start_paused = true)]
async fn whose_clock_is_far_off_neither_serves_nor_leads_until_it_agrees_again() {
    let engines = Engines::default();
    engines.meta.set_time(Some(0));
    let (one, other) = engines.two().await;
    let bucket = bucket_name("bucket");
    one.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    put(&one.store, &bucket, "k", Default::default(), Body::of(&data(1, 20_000))).await.unwrap();
    // A minute is borne, and seen.
    engines.meta.set_time(Some(60_000));
    until(|| one.store.servers().unwrap().skew_ms == -60_000).await;
    assert!(one.store.leads());
    read(&one.store, &bucket, "k").await.unwrap();
    // More is not. All are off here, so nobody leads; nobody is taken for dead, and questions are answered.
    engines.meta.set_time(Some(-60_001));
    until(|| !one.store.leads()).await;
    sleep(LEASE * 3).await;
    assert!(!other.store.leads());
    assert!(matches!(read(&one.store, &bucket, "k").await, Err(Error::Unavailable(_))));
    assert!(one.store.health().await.is_err());
    assert_eq!(engines.alive().await, 2);
    engines.meta.set_time(Some(0));
    until(|| one.store.leads() || other.store.leads()).await;
    until(|| one.store.servers().unwrap().skew_ms == 0).await;
    read(&one.store, &bucket, "k").await.unwrap();
    for server in [&one, &other] {
        server.store.close().await.unwrap();
    }
    engines.settle(1).await;
}

#[tokio::test(start_paused = true)]
async fn a_shared_store_belongs_to_the_account_of_its_first_server() {
    let engines = Engines::default();
    let (one, other) = engines.two().await;
    assert_eq!(one.store.belong_to(&account()).await.unwrap(), account());
    let another = coldkeep_types::AccountId::parse("210987654321").unwrap();
    assert_eq!(other.store.belong_to(&another).await.unwrap(), account());
    for server in [one, other] {
        server.store.close().await.unwrap();
    }
    engines.settle(0).await;
}

/// What is beside the store writes through its fence: the records of identities, keys and queues.
#[tokio::test(start_paused = true)]
async fn records_beside_the_store_are_behind_its_fence() {
    let engines = Engines::default();
    let (one, other) = engines.two().await;
    let mut commit = coldkeep_meta::Commit::default();
    commit.put(*b"Ka", *b"1");
    one.store.metadata().commit(commit.clone()).await.unwrap();
    one.hold_up();
    until(|| other.store.leads()).await;
    assert!(one.store.metadata().commit(commit).await.is_err());
    assert!(one.store.metadata().get(b"Ka").await.is_err());
    assert!(other.store.metadata().get(b"Ka").await.unwrap().is_some());
}

/// A commit that was on its way when its server was declared dead.
#[tokio::test(start_paused = true)]
async fn a_commit_that_comes_after_the_death_is_refused() {
    let engines = Engines::default();
    let meta = Arc::new(Hooked::new(engines.meta.clone()));
    let (one, other) = (engines.server_over(meta.clone()).await, engines.server().await);
    let bucket = bucket_name("bucket");
    one.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    let (go, gone) = oneshot::channel::<()>();
    meta.once(At::BeforeCommit(b'o'), async { gone.await.unwrap() });
    let (store, name) = (one.store.clone(), bucket.clone());
    let late =
        tokio::spawn(async move { put(&store, &name, "k", Default::default(), Body::of(&data(1, 20_000))).await });
    until(|| meta.done()).await;
    one.hold_up();
    until(|| other.store.leads()).await;
    sleep(LEASE * 2).await;
    assert_eq!(engines.alive().await, 1);
    go.send(()).unwrap();
    assert!(late.await.unwrap().is_err());
    assert!(matches!(read(&other.store, &bucket, "k").await, Err(Error::NoSuchKey)));
    other.store.close().await.unwrap();
    engines.settle(0).await;
}

#[tokio::test(start_paused = true)]
async fn what_a_live_server_is_writing_is_not_swept_and_what_a_dead_one_left_is() {
    let engines = Engines::default();
    let leader = engines.server().await;
    let meta = Arc::new(Hooked::new(engines.meta.clone()));
    let writer = engines.server_over(meta.clone()).await;
    until(|| leader.store.leads()).await;
    let (bucket, content) = (bucket_name("bucket"), data(1, 20_000));
    leader.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    // The blob is there, and no record names it yet.
    let (go, gone) = oneshot::channel::<()>();
    meta.once(At::BeforeCommit(b'o'), async { gone.await.unwrap() });
    let (store, name, body) = (writer.store.clone(), bucket.clone(), Body::of(&content));
    let writing = tokio::spawn(async move { put(&store, &name, "k", Default::default(), body).await });
    until(|| meta.done()).await;
    assert_eq!((engines.blobs.blobs(), leader.store.sweep().await.unwrap()), (1, 0));
    go.send(()).unwrap();
    writing.await.unwrap().unwrap();
    assert_eq!(read(&leader.store, &bucket, "k").await.unwrap(), content);
    // It dies with another such blob, and one comes to be after the first look.
    let left = async |number| numbered(&*engines.meta, writer.store.run(), 0, number).await;
    blobs::write(&engines.blobs, left(900).await, &data(2, 100), 100).await;
    writer.hold_up();
    sleep(LEASE * 2).await;
    assert_eq!(leader.store.sweep().await.unwrap(), 1);
    blobs::write(&engines.blobs, left(901).await, &data(3, 100), 100).await;
    assert_eq!(leader.store.sweep().await.unwrap(), 0);
    engines.clock.advance(15 * 60 * 1000);
    assert_eq!(leader.store.sweep().await.unwrap(), 1);
    blobs::write(&engines.blobs, left(902).await, &data(4, 100), 100).await;
    assert_eq!(leader.store.sweep().await.unwrap(), 0, "it is looked at twice, and then settled");
}

#[tokio::test(start_paused = true)]
async fn what_another_server_reads_is_not_freed() {
    let engines = Engines::default();
    let (leader, reading) = engines.two().await;
    let (bucket, content) = (bucket_name("bucket"), data(1, 3 * MIB));
    leader.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    for at in ["k", "l"] {
        put(&leader.store, &bucket, at, Default::default(), Body::of(&content)).await.unwrap();
    }
    let reader = reading.store.open_object(&bucket, &key("k")).await.unwrap().read(0..content.len() as u64);
    for at in ["k", "l"] {
        leader.store.delete_object(&bucket, &key(at), &Default::default()).await.unwrap();
    }
    assert_eq!(leader.store.reclaim().await.unwrap(), Reclaimed { done: 1, held: 1 });
    assert_eq!(drain(reader).await.unwrap(), content);
    assert_eq!(leader.store.reclaim().await.unwrap(), Reclaimed { done: 1, held: 0 });
    assert_eq!(engines.blobs.blobs(), 0);
    // Who does not answer may be reading, until it is dead.
    put(&leader.store, &bucket, "k", Default::default(), Body::of(&content)).await.unwrap();
    let reader = reading.store.open_object(&bucket, &key("k")).await.unwrap().read(0..content.len() as u64);
    leader.store.delete_object(&bucket, &key("k"), &Default::default()).await.unwrap();
    reading.hold_up();
    assert_eq!(leader.store.reclaim().await.unwrap(), Reclaimed { done: 0, held: 1 });
    sleep(LEASE).await;
    assert_eq!(leader.store.reclaim().await.unwrap(), Reclaimed { done: 1, held: 0 });
    drop(reader);
    leader.store.close().await.unwrap();
    engines.settle(0).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_remembered_of_buckets_ages_and_a_conflict_forgets_it() {
    let engines = Engines::default();
    let (one, other) = engines.two().await;
    let bucket = bucket_name("bucket");
    one.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    // Both know it; one of them deletes it.
    for server in [&one, &other] {
        server.store.bucket(&bucket).await.unwrap();
    }
    other.store.delete_bucket(&bucket).await.unwrap();
    let late = put(&one.store, &bucket, "k", Default::default(), Body::of(&data(1, 20_000))).await;
    assert!(matches!(late, Err(Error::NoSuchBucket)), "{late:?}");
    // Made again it is another one; who only reads may take a second to see it.
    other.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    one.store.bucket(&bucket).await.unwrap();
    other.store.delete_bucket(&bucket).await.unwrap();
    other.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    put(&other.store, &bucket, "k", Default::default(), Body::of(&b"new"[..].into())).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(read(&one.store, &bucket, "k").await.unwrap(), &b"new"[..]);
}

#[tokio::test(start_paused = true)]
async fn quotas_set_through_one_server_count_at_the_others_with_their_next_beat() {
    let engines = Engines::default();
    let (one, other) = engines.two().await;
    let bucket = bucket_name("bucket");
    one.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    let (of, small) = (QuotaOf::Bucket(bucket.clone()), Quota { hard_bytes: Some(10), ..Quota::default() });
    one.store.set_quota(&of, small).await.unwrap();
    sleep(LEASE / 5).await;
    let refused = put(&other.store, &bucket, "k", Default::default(), Body::of(&data(1, 11))).await;
    assert!(matches!(refused, Err(Error::QuotaExceeded { .. })), "{refused:?}");
    one.store.set_quota(&of, Quota::default()).await.unwrap();
    sleep(LEASE / 5).await;
    put(&other.store, &bucket, "k", Default::default(), Body::of(&data(1, 11))).await.unwrap();
}

/// Who does not lead is sure of the time as well, and lets go what no lock keeps any more.
#[tokio::test(start_paused = true)]
async fn a_lock_that_is_over_is_over_at_every_server() {
    let engines = Engines::default();
    let mut servers = Vec::new();
    for _ in 0..2 {
        let (meta, blobs) = (engines.meta.clone(), Arc::new(engines.blobs.clone()));
        let options = Options { confirm_ms: 60_000, ..shared() };
        servers.push(Server::of(Store::open(meta, blobs, engines.clock.clone(), options).await.unwrap()));
    }
    let pass = async || {
        for _ in 0..70 {
            engines.clock.advance(1000);
            sleep(Duration::from_secs(1)).await;
        }
    };
    until(|| servers.iter().any(|server| server.store.leads())).await;
    let (leader, other) = match servers[0].store.leads() {
        true => (&servers[0].store, &servers[1].store),
        false => (&servers[1].store, &servers[0].store),
    };
    let bucket = bucket_name("bucket");
    leader.create_bucket_with(&bucket, &account(), &region(), Default::default(), None, true).await.unwrap();
    let retention = Some(Retention::new(LockMode::Compliance, Timestamp(DAY_MS)));
    let lock = ObjectLock { retention, ..ObjectLock::default() };
    let kept = put_locked(leader, &bucket, "k", lock).await.unwrap();
    let deletion = Deletion { version: Some(kept.version), ..Deletion::new(key("k"), Precondition::default()) };
    pass().await;
    assert!(matches!(other.delete(&bucket, &deletion).await, Err(Error::Locked)));
    engines.clock.advance(DAY_MS);
    pass().await;
    other.delete(&bucket, &deletion).await.unwrap();
}

/// Two leaders do no harm: each thing is done once, whoever does it.
#[tokio::test(start_paused = true)]
async fn due_work_of_two_servers_at_once_does_each_thing_once() {
    let mut shares = [0, 0];
    for seed in 1..=10_u64 {
        let engines = Engines::default();
        let mut stores = Vec::new();
        for number in 0..2 {
            let meta = Jitter { inner: engines.meta.clone(), seed: AtomicU64::new((2 * seed + number) << 32) };
            stores.push(engines.store_over(Arc::new(meta)).await);
        }
        let bucket = bucket_name("bucket");
        stores[0].create_bucket(&bucket, &account(), &region()).await.unwrap();
        let rules = Lifecycle { rules: vec![expire("", 1)], minimum: MinimumSize::default() };
        stores[0].put_bucket_lifecycle(&bucket, Some(rules)).await.unwrap();
        for number in 0..200 {
            put(&stores[1], &bucket, &number.to_string(), Default::default(), Body::of(&b"x"[..].into()))
                .await
                .unwrap();
        }
        engines.clock.advance(3 * DAY_MS);
        let (one, other) = tokio::join!(stores[0].run_due(), stores[1].run_due());
        one.unwrap();
        other.unwrap();
        let done = [0, 1].map(|number: usize| stores[number].removed().expired_objects);
        assert_eq!(done.iter().sum::<u64>(), 200, "seed {seed}: {done:?}");
        shares = [shares[0] + done[0], shares[1] + done[1]];
    }
    assert!(!shares.contains(&0), "{shares:?}");
}
