//! Pools of a store that several servers share: which there are, all agree on; their bytes move, are read and are freed whoever leads, and dies meanwhile.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use coldkeep_blob::{Blobs, Identity, Memory, Pools, conformance};
use coldkeep_meta::Meta;
use coldkeep_store::{
    Error, Lifecycle, MinimumSize, Options, Reclaimed, SharedPool, StorageClass, Store, add_pool, pools_of,
};
use coldkeep_types::Id;
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::beating::{Server, until};
use crate::body::{Body, data};
use crate::hooked::{At, Hooked};
use crate::jitter::Jitter;
use crate::lifecycle_moves::{moves, to};
use crate::numbered::numbered;
use crate::pools::put_as;
use crate::world::{DAY_MS, TestClock, account, bucket_name, drain, key, options, put, read, region};

const LEASE: Duration = Duration::from_secs(10);
const COLD: StorageClass = StorageClass::GlacierIr;

/// What servers share: a default pool, and one for a class.
#[derive(Clone, Default)]
struct Engines {
    meta: Arc<coldkeep_meta::Memory>,
    warm: Memory,
    cold: Memory,
    clock: Arc<TestClock>,
}

impl Engines {
    fn options() -> Options {
        let mut options = Options { lease: Some(LEASE), ..options() };
        options.class_pools[COLD as usize] = 1;
        options
    }

    async fn all(&self) -> Arc<Pools> {
        let cold: Arc<dyn Blobs> = Arc::new(self.cold.clone());
        Arc::new(Pools::open_numbered(Arc::new(self.warm.clone()), vec![(1, "cold".into(), cold)]).await.unwrap())
    }

    async fn store_over(&self, meta: Arc<dyn Meta>) -> Store {
        assert_eq!(add_pool(&*meta, "cold", "memory").await.unwrap().number, 1);
        Store::open(meta, self.all().await, self.clock.clone(), Self::options()).await.unwrap()
    }

    async fn server(&self) -> Server {
        Server::of(self.store_over(self.meta.clone()).await)
    }

    fn blobs(&self) -> (usize, usize) {
        (self.warm.blobs(), self.cold.blobs())
    }

    /// All have ended, and what they left is in order: so many blobs in each pool, each of them owned.
    async fn settle(&self, blobs: (usize, usize)) {
        let last = self.server().await;
        last.settle(&*self.meta, &*self.all().await, &self.clock, blobs.0 + blobs.1).await;
        assert_eq!(self.blobs(), blobs);
    }
}

#[tokio::test]
async fn servers_that_begin_at_once_agree_on_the_numbers_of_pools() {
    for seed in 1..=20_u64 {
        let inner: Arc<coldkeep_meta::Memory> = Arc::default();
        let adding = [["a", "b", "c"], ["c", "d", "a"]].into_iter().enumerate().map(|(at, names)| {
            let meta = Jitter { inner: inner.clone(), seed: AtomicU64::new((2 * seed + at as u64) << 32) };
            tokio::spawn(async move {
                let mut added = Vec::new();
                for name in names {
                    added.push(add_pool(&meta, name, "somewhere").await.unwrap());
                }
                added
            })
        });
        let adding: Vec<_> = adding.collect();
        let all = pools_of_after(adding, &*inner).await;
        let mut names: Vec<&str> = all.iter().map(|pool| &*pool.name).collect();
        names.sort_unstable();
        assert_eq!(names, ["a", "b", "c", "d"], "seed {seed}");
        assert_eq!(all.iter().map(|pool| pool.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }
}

/// The pools there are when these have been added, each as who added it was told.
async fn pools_of_after(adding: Vec<tokio::task::JoinHandle<Vec<SharedPool>>>, meta: &dyn Meta) -> Vec<SharedPool> {
    let mut told = Vec::new();
    for added in adding {
        told.extend(added.await.unwrap());
    }
    let all = pools_of(meta).await.unwrap();
    assert!(told.iter().all(|pool| all.contains(pool)), "{told:?}");
    all
}

#[tokio::test]
async fn there_are_as_many_pools_as_ids_can_name() {
    let meta = coldkeep_meta::Memory::new();
    for number in 1..=Id::MAX_POOL {
        assert_eq!(add_pool(&meta, &format!("p{number}"), "somewhere").await.unwrap().number, number);
    }
    assert!(matches!(add_pool(&meta, "more", "somewhere").await, Err(Error::Unavailable(_))));
    assert_eq!(add_pool(&meta, "p7", "elsewhere").await.unwrap().place, "somewhere");
}

/// Written down and not claimed, or claimed and not marked: the next start goes on.
#[tokio::test(start_paused = true)]
async fn a_pool_whose_first_start_was_cut_short_is_claimed_by_the_next() {
    for is_claimed in [false, true] {
        let engines = Engines::default();
        let is_marked = async || pools_of(&*engines.meta).await.unwrap()[0].is_claimed;
        add_pool(&*engines.meta, "cold", "memory").await.unwrap();
        if is_claimed {
            let hooked = Arc::new(Hooked::new(engines.meta.clone()));
            hooked.once(At::BeforeCommit(b'k'), std::future::pending());
            let (dying, meta) = (engines.clone(), hooked.clone());
            let starting = tokio::spawn(async move { dying.store_over(meta).await.run() });
            until(|| hooked.done()).await;
            starting.abort();
        }
        assert_eq!((engines.cold.identity().await.unwrap().is_some(), is_marked().await), (is_claimed, false));
        let server = engines.server().await;
        let Identity { store, .. } = engines.warm.identity().await.unwrap().unwrap();
        let of_cold = engines.cold.identity().await.unwrap().unwrap().store;
        assert!(is_marked().await && of_cold[..15] == store[..15] && of_cold[15] == store[15] ^ 1);
        let bucket = bucket_name("bucket");
        server.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
        put_as(&server.store, &bucket, "k", COLD, &data(1, 20_000)).await.unwrap();
        server.store.close().await.unwrap();
        engines.settle((0, 1)).await;
    }
}

/// A pool that is added to a store that serves already.
#[tokio::test(start_paused = true)]
async fn who_was_not_told_of_a_pool_leaves_the_lead_to_who_was() {
    let engines = Engines::default();
    let plain = Arc::new(Pools::open_numbered(Arc::new(engines.warm.clone()), Vec::new()).await.unwrap());
    let options = Options { lease: Some(LEASE), ..options() };
    let plain = Store::open(engines.meta.clone(), plain, engines.clock.clone(), options).await.unwrap();
    let plain = Server::of(plain);
    until(|| plain.store.leads()).await;
    let told = engines.server().await;
    until(|| told.store.leads() && !plain.store.leads()).await;
    let (bucket, content) = (bucket_name("bucket"), data(1, 20_000));
    plain.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    put(&plain.store, &bucket, "warm", Default::default(), Body::of(&content)).await.unwrap();
    put_as(&told.store, &bucket, "cold", COLD, &content).await.unwrap();
    assert_eq!(read(&told.store, &bucket, "warm").await.unwrap(), content);
    // It is not lost: it cannot be reached there.
    assert!(matches!(read(&plain.store, &bucket, "cold").await, Err(Error::Unavailable(_))));
    // Nor does it lead when nobody does.
    told.store.close().await.unwrap();
    drop(told);
    sleep(LEASE * 2).await;
    assert!(!plain.store.leads());
    plain.store.close().await.unwrap();
    engines.settle((1, 1)).await;
}

/// The leader is held up between a copy and the commit that names it, while others read what moves.
#[tokio::test(start_paused = true)]
async fn bytes_follow_their_class_although_the_leader_dies_meanwhile() {
    let engines = Engines::default();
    let hooked = Arc::new(Hooked::new(engines.meta.clone()));
    let dying = Server::of(engines.store_over(hooked.clone()).await);
    until(|| dying.store.leads()).await;
    let (one, other) = (engines.server().await, engines.server().await);
    let (bucket, content) = (bucket_name("bucket"), data(1, 3 << 20));
    one.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    let rules = Lifecycle { rules: vec![moves(vec![to(1, COLD)])], minimum: MinimumSize::default() };
    one.store.put_bucket_lifecycle(&bucket, Some(rules)).await.unwrap();
    for at in ["k", "l"] {
        put(&one.store, &bucket, at, Default::default(), Body::of(&content)).await.unwrap();
    }
    engines.clock.advance(3 * DAY_MS);
    dying.store.run_due().await.unwrap();
    assert_eq!(engines.blobs(), (2, 0));
    let (go, gone) = oneshot::channel::<()>();
    hooked.once(At::BeforeCommit(b'r'), async { gone.await.unwrap() });
    let store = dying.store.clone();
    let moving = tokio::spawn(async move { store.run_moves().await });
    until(|| hooked.done()).await;
    assert_eq!(engines.blobs(), (2, 1));
    dying.hold_up();
    until(|| one.store.leads() || other.store.leads()).await;
    let (leader, reading) = if one.store.leads() { (&one, &other) } else { (&other, &one) };
    let reader = reading.store.open_object(&bucket, &key("k")).await.unwrap().read(0..content.len() as u64);
    leader.store.run_moves().await.unwrap();
    assert_eq!((engines.blobs(), leader.store.moved().objects), ((2, 3), 2));
    // The commit that was on its way is refused, and what it would have named goes.
    go.send(()).unwrap();
    assert!(moving.await.unwrap().is_err());
    assert_eq!(engines.blobs(), (2, 2));
    assert_eq!(leader.store.reclaim().await.unwrap(), Reclaimed { done: 1, held: 1 });
    assert_eq!(drain(reader).await.unwrap(), content);
    assert_eq!(leader.store.reclaim().await.unwrap(), Reclaimed { done: 1, held: 0 });
    // What it might have left in any pool is found, also what lands there later.
    let left = async |pool, number| numbered(&*engines.meta, dying.store.run(), pool, number).await;
    for pool in [0, 1] {
        conformance::write(&*engines.all().await, left(pool, 900).await, &data(2, 100), 100).await;
    }
    assert_eq!(leader.store.sweep().await.unwrap(), 2);
    conformance::write(&*engines.all().await, left(1, 903).await, &data(2, 100), 100).await;
    engines.clock.advance(15 * 60 * 1000);
    assert_eq!(leader.store.sweep().await.unwrap(), 1);
    for at in ["k", "l"] {
        assert_eq!(read(&reading.store, &bucket, at).await.unwrap(), content);
    }
    for server in [&one, &other] {
        server.store.close().await.unwrap();
    }
    engines.settle((0, 2)).await;
}
