//! Several servers, each with connections of its own to one database. Time is real here, and short: tests wait for what they want
//! to see, and never for a time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use coldkeep_meta::Meta;
use coldkeep_meta_postgres::Options as Address;
use coldkeep_store::{Error, Options, Store};

use crate::beating::{Server, alive, until};
use crate::body::{Body, data};
use crate::engine::{self, Engine};
use crate::world::{TestClock, account, bucket_name, if_none, key, options, put, read, region};

/// Long enough that nobody is taken for dead on a busy machine who is not held up.
const PATIENT: Duration = Duration::from_secs(60);
/// Half of it is how long a busy machine may hold up who is not meant to be.
const SHORT: Duration = Duration::from_secs(8);

/// What servers share, and an engine that only looks.
struct Shared {
    address: Address,
    meta: Arc<Engine>,
    blobs: coldkeep_blob::Memory,
    clock: Arc<TestClock>,
    lease: Duration,
}

impl Shared {
    async fn new(lease: Duration) -> Self {
        let address = engine::options().await;
        let (meta, blobs) = (engine::open(&address).await, coldkeep_blob::Memory::default());
        // Its time is the database's, or no server would serve.
        let clock = Arc::new(TestClock::default());
        clock.advance(meta.time().await.unwrap().unwrap());
        Self { address, meta, blobs, clock, lease }
    }

    async fn server(&self) -> Server {
        let options = Options { lease: Some(self.lease), ..options() };
        let (meta, blobs) = (engine::open(&self.address).await, Arc::new(self.blobs.clone()));
        Server::of(Store::open(meta, blobs, self.clock.clone(), options).await.unwrap())
    }

    /// All servers but this one have ended; what they left is in order.
    async fn settle(&self, last: Server, blobs: usize) {
        last.settle(&*self.meta, &self.blobs, &self.clock, blobs).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_begin_at_once_are_each_somebody_and_see_what_others_wrote() {
    let shared = Shared::new(PATIENT).await;
    let (one, two, three) = tokio::join!(shared.server(), shared.server(), shared.server());
    let servers = [one, two, three];
    let mut runs: Vec<u32> = servers.iter().map(|server| server.store.run()).collect();
    runs.sort_unstable();
    assert_eq!((runs, alive(&*shared.meta).await), (vec![1, 2, 3], 3));
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
    assert_eq!(alive(&*shared.meta).await, 1);
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
    one.hold_up();
    until(|| other.store.leads()).await;
    assert_eq!(alive(&*shared.meta).await, 1);
    let late = put(&one.store, &bucket, "k", Default::default(), Body::of(&b"late"[..].into())).await;
    assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
    assert!(one.store.pulse().await.is_err());
    one.store.wait_dead().await;
    assert_eq!(read(&other.store, &bucket, "k").await.unwrap(), &b"before"[..]);
    assert!(other.store.open_object(&bucket, &key("k")).await.is_ok());
    shared.settle(other, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_databases_clock_is_this_machines_and_a_server_whose_own_is_far_off_does_not_serve() {
    let shared = Shared::new(SHORT).await;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as i64;
    assert!((shared.meta.time().await.unwrap().unwrap() - now).abs() < 60_000);
    let server = shared.server().await;
    until(|| server.store.leads()).await;
    shared.clock.advance(120_000);
    until(|| !server.store.leads() && server.store.servers().unwrap().skew_ms > 110_000).await;
    assert!(matches!(server.store.health().await, Err(Error::Unavailable(_))));
    shared.clock.advance(-120_000);
    until(|| server.store.leads()).await;
    server.store.health().await.unwrap();
}
