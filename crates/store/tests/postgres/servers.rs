//! Several servers, each with connections of its own to one database. Time is real here, and short: tests wait for what they want
//! to see, and never for a time.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Meta, prefix_range};
use coldkeep_meta_postgres::Options as Address;
use coldkeep_store::{Error, Options, Store, fsck};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::body::{Body, data};
use crate::engine::{self, Engine};
use crate::world::{TestClock, account, bucket_name, if_none, key, options, put, read, region};

/// Long enough that nobody is taken for dead on a busy machine who is not held up.
const PATIENT: Duration = Duration::from_secs(60);
/// Half of it is how long a busy machine may hold up who is not meant to be.
const SHORT: Duration = Duration::from_secs(8);

/// What servers share.
struct Shared {
    address: Address,
    blobs: coldkeep_blob::Memory,
    clock: Arc<TestClock>,
    lease: Duration,
}

struct Server {
    meta: Arc<Engine>,
    store: Store,
    pulse: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.pulse.abort();
    }
}

impl Shared {
    async fn new(lease: Duration) -> Self {
        let blobs = coldkeep_blob::Memory::default();
        Self { address: engine::options().await, blobs, clock: Arc::default(), lease }
    }

    async fn server(&self) -> Server {
        let meta = engine::open(&self.address).await;
        let options = Options { lease: Some(self.lease), ..options() };
        let blobs = Arc::new(self.blobs.clone());
        let store = Store::open(meta.clone(), blobs, self.clock.clone(), options).await.unwrap();
        let beating = store.clone();
        let pulse = tokio::spawn(async move {
            while let Ok(Some(pause)) = beating.pulse().await {
                sleep(pause).await;
            }
        });
        Server { meta, store, pulse }
    }

    /// All servers but this one have ended; what they left is in order.
    async fn settle(&self, last: Server, blobs: usize) {
        until(|| last.store.leads()).await;
        for _ in 0..2 {
            last.store.sweep().await.unwrap();
            self.clock.advance(15 * 60 * 1000);
        }
        while last.store.reclaim().await.unwrap().done > 0 {}
        last.store.close().await.unwrap();
        let report = fsck(&*last.meta, &self.blobs, true).await.unwrap();
        assert_eq!((report.problems, report.released, report.unswept), (Vec::new(), 0, 0));
        assert_eq!(self.blobs.blobs(), blobs);
    }
}

async fn until(holds: impl Fn() -> bool) {
    while !holds() {
        sleep(Duration::from_millis(20)).await;
    }
}

/// How many records of servers there are.
async fn alive(meta: &Engine) -> usize {
    meta.scan(prefix_range(b"sserver/"), usize::MAX).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_begin_at_once_are_each_somebody_and_see_what_others_wrote() {
    let shared = Shared::new(PATIENT).await;
    let (one, two, three) = tokio::join!(shared.server(), shared.server(), shared.server());
    let servers = [one, two, three];
    let mut runs: Vec<u32> = servers.iter().map(|server| server.store.run()).collect();
    runs.sort_unstable();
    assert_eq!((runs, alive(&servers[0].meta).await), (vec![1, 2, 3], 3));
    until(|| servers.iter().any(|server| server.store.leads())).await;
    assert_eq!(servers.iter().filter(|server| server.store.leads()).count(), 1);
    let bucket = bucket_name("bucket");
    servers[0].store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    for (place, at) in ["a", "b", "c"].into_iter().enumerate() {
        put(&servers[place].store, &bucket, at, Default::default(), Body::of(&data(1, 20_000))).await.unwrap();
        let another = &servers[(place + 1) % 3].store;
        assert_eq!(read(another, &bucket, at).await.unwrap(), data(1, 20_000));
    }
    for server in &servers {
        server.store.close().await.unwrap();
    }
    let last = shared.server().await;
    assert_eq!(alive(&last.meta).await, 1);
    shared.settle(last, 3).await;
}

/// Of many who create the same key through several servers one wins; what the losers wrote is freed.
#[tokio::test(flavor = "multi_thread")]
async fn who_races_through_several_servers_wins_or_loses_whole() {
    let shared = Shared::new(PATIENT).await;
    let servers = [Arc::new(shared.server().await), Arc::new(shared.server().await)];
    let bucket = bucket_name("bucket");
    servers[0].store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    let mut tasks = Vec::new();
    for task in 0..16_u64 {
        let (server, bucket) = (servers[task as usize % 2].clone(), bucket.clone());
        tasks.push(tokio::spawn(async move {
            let created = put(&server.store, &bucket, "once", if_none(), Body::of(&data(task, 20_000))).await;
            let content = data(task, 20_000);
            put(&server.store, &bucket, "often", Default::default(), Body::of(&content)).await.unwrap();
            match created {
                Ok(_) => Some(content),
                Err(Error::PreconditionFailed(_) | Error::Busy) => None,
                Err(error) => panic!("{error}"),
            }
        }));
    }
    let mut won = Vec::new();
    for task in tasks {
        won.extend(task.await.unwrap());
    }
    assert_eq!(won.len(), 1);
    for server in &servers {
        assert_eq!(read(&server.store, &bucket, "once").await.unwrap(), won[0]);
    }
    for server in servers {
        server.store.close().await.unwrap();
    }
    shared.settle(shared.server().await, 2).await;
}

/// Who is held up beyond the lease is declared dead, and changes nothing any more; the other one leads.
#[tokio::test(flavor = "multi_thread")]
async fn who_stays_silent_is_dead_and_changes_nothing_any_more() {
    let shared = Shared::new(SHORT).await;
    let one = shared.server().await;
    until(|| one.store.leads()).await;
    let bucket = bucket_name("bucket");
    one.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    put(&one.store, &bucket, "k", Default::default(), Body::of(&b"before"[..].into())).await.unwrap();
    let other = shared.server().await;
    one.pulse.abort();
    until(|| other.store.leads()).await;
    assert_eq!(alive(&other.meta).await, 1);
    let late = put(&one.store, &bucket, "k", Default::default(), Body::of(&b"late"[..].into())).await;
    assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
    assert!(one.store.pulse().await.is_err());
    one.store.wait_dead().await;
    assert_eq!(read(&other.store, &bucket, "k").await.unwrap(), &b"before"[..]);
    assert!(other.store.open_object(&bucket, &key("k")).await.is_ok());
    shared.settle(other, 0).await;
}
