//! Staged pools of a store that several servers share: whoever leads, dies or is held up meanwhile, each thing is done once, and is there through every server.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use coldkeep_blob::{Blobs, Memory, Pools};
use coldkeep_meta::{Commit, Meta};
use coldkeep_store::{
    Error, Options, RestoreRequest, StagedWork, StorageClass, Store, Tier, add_pool, mark_staged, pools_of,
};
use coldkeep_types::BucketName;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::beating::{LEASE, Server, shared, until};
use crate::body::data;
use crate::hooked::{At, Hooked};
use crate::pools::put_as;
use crate::staging::{Robot, Tape};
use crate::world::{DAY_MS, TestClock, account, bucket_name, key, read, region};

/// Longer than what was put off waits.
const RETRY_MS: i64 = 2 * 60 * 1000;

/// What servers share: a default pool, and one that is staged.
struct Engines {
    meta: Arc<coldkeep_meta::Memory>,
    warm: Memory,
    disk: Memory,
    tape: Arc<Tape>,
    clock: Arc<TestClock>,
    bucket: BucketName,
}

impl Engines {
    fn new() -> Self {
        let (disk, bucket) = (Memory::new(), bucket_name("bucket"));
        let (tape, clock) = (Tape::new(&disk), Arc::new(TestClock::default()));
        // What is urgent is due since the first milliseconds of 1970.
        clock.advance(365 * DAY_MS);
        Self { meta: Arc::default(), warm: Memory::new(), disk, tape, clock, bucket }
    }

    async fn blobs(&self) -> Arc<Pools> {
        let disk: Arc<dyn Blobs> = Arc::new(self.disk.clone());
        Arc::new(Pools::open_numbered(Arc::new(self.warm.clone()), vec![(1, "tape".into(), disk)]).await.unwrap())
    }

    async fn open(&self, meta: Arc<dyn Meta>, staged_pools: BTreeSet<u8>) -> Store {
        let mut options = Options { staged_pools, ..shared() };
        options.class_pools[StorageClass::Glacier as usize] = 1;
        Store::open(meta, self.blobs().await, self.clock.clone(), options).await.unwrap()
    }

    async fn server_over(&self, meta: Arc<dyn Meta>) -> Server {
        let pool = add_pool(&*meta, "tape", "memory").await.unwrap();
        mark_staged(&*meta, pool).await.unwrap();
        let store = self.open(meta, BTreeSet::from([1])).await;
        store.stage_with(Arc::new(Robot(self.tape.clone())));
        Server::of(store)
    }

    async fn server(&self) -> Server {
        self.server_over(self.meta.clone()).await
    }

    async fn put(&self, server: &Server, names: &[&str]) -> Bytes {
        let content = data(1, 20_000);
        let _ = server.store.create_bucket(&self.bucket, &account(), &region()).await;
        for at in names {
            put_as(&server.store, &self.bucket, at, StorageClass::Glacier, &content).await.unwrap();
        }
        content
    }

    /// Asks one server for an object to be restored, which the one that leads is to do.
    async fn restore(&self, server: &Server, leader: &Server, at: &str) {
        assert!(matches!(read(&server.store, &self.bucket, at).await, Err(Error::MustBeRestored(_))));
        let asked = RestoreRequest { days: Some(1), tier: Tier::Standard };
        server.store.restore_object(&self.bucket, &key(at), None, asked).await.unwrap();
        leader.store.run_due().await.unwrap();
        leader.store.run_staging().await.unwrap();
        leader.store.run_due().await.unwrap();
    }

    /// So many are in the folder and on tape.
    fn are(&self) -> (usize, usize) {
        (self.disk.blobs(), self.tape.tapes())
    }

    async fn settle(&self, blobs: usize) {
        self.server().await.settle(&*self.meta, &*self.blobs().await, &self.clock, blobs).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_one_server_is_asked_for_another_one_fetches() {
    let engines = Engines::new();
    let (leader, other) = (engines.server().await, engines.server().await);
    until(|| leader.store.leads()).await;
    let content = engines.put(&other, &["a", "b"]).await;
    leader.store.run_staging().await.unwrap();
    other.store.run_staging().await.unwrap();
    assert_eq!((engines.are(), engines.tape.calls()), ((0, 2), vec![(StagedWork::Migrate, 2)]));
    engines.restore(&other, &leader, "a").await;
    assert_eq!(engines.are(), (1, 2));
    for server in [&leader, &other] {
        assert_eq!(read(&server.store, &engines.bucket, "a").await.unwrap(), content);
    }
    // Read through the other one, it stays.
    let reader = other.store.open_object(&engines.bucket, &key("a")).await.unwrap().read(0..20_000);
    engines.clock.advance(3 * DAY_MS);
    let expire = async || {
        leader.store.run_due().await.unwrap();
        leader.store.run_staging().await.unwrap();
        engines.are()
    };
    assert_eq!(expire().await, (1, 2));
    drop(reader);
    engines.clock.advance(DAY_MS);
    assert_eq!(expire().await, (0, 2));
    other.store.delete_object(&engines.bucket, &key("b"), &Default::default()).await.unwrap();
    assert_eq!(leader.store.reclaim().await.unwrap().done, 1);
    leader.store.run_staging().await.unwrap();
    assert_eq!(engines.are(), (0, 1));
    for server in [leader, other] {
        server.store.close().await.unwrap();
    }
    engines.settle(0).await;
}

/// The leader dies in the middle of a call, and what it called goes on.
#[tokio::test(start_paused = true)]
async fn whoever_leads_next_waits_for_the_call_and_asks_what_became_of_it() {
    let engines = Engines::new();
    let (dying, other) = (engines.server().await, engines.server().await);
    until(|| dying.store.leads()).await;
    let content = engines.put(&other, &["a", "b", "c"]).await;
    let (go, gone) = oneshot::channel();
    *engines.tape.halts.lock() = Some(gone);
    let store = dying.store.clone();
    let staging = tokio::spawn(async move { store.run_staging().await });
    until(|| engines.tape.tapes() == 1).await;
    dying.hold_up();
    until(|| other.store.leads()).await;
    engines.tape.calls();
    other.store.run_staging().await.unwrap();
    assert_eq!((engines.are(), engines.tape.calls()), ((2, 1), vec![]), "nobody calls it beside the call");
    // It ends well, and nobody is told: who called is dead.
    go.send(()).unwrap();
    assert!(staging.await.unwrap().is_err());
    assert_eq!(engines.are(), (0, 3));
    engines.clock.advance(RETRY_MS);
    other.store.run_staging().await.unwrap();
    assert_eq!(engines.tape.calls(), [(StagedWork::Status, 3)]);
    engines.restore(&other, &other, "b").await;
    assert_eq!(read(&other.store, &engines.bucket, "b").await.unwrap(), content);
    other.store.close().await.unwrap();
    engines.settle(1).await;
}

/// The leader is held up when it has the turn, before it writes down what it is about to tell.
#[tokio::test(start_paused = true)]
async fn who_was_held_up_tells_nothing_any_more() {
    let engines = Engines::new();
    let hooked = Arc::new(Hooked::new(engines.meta.clone()));
    let held = engines.server_over(hooked.clone()).await;
    let other = engines.server().await;
    until(|| held.store.leads()).await;
    let content = engines.put(&other, &["a", "b"]).await;
    let (go, gone) = oneshot::channel::<()>();
    hooked.once(At::BeforeCommit(b'e'), async { gone.await.unwrap() });
    let store = held.store.clone();
    let staging = tokio::spawn(async move { store.run_staging().await });
    until(|| hooked.done()).await;
    held.hold_up();
    until(|| other.store.leads()).await;
    // Meanwhile one of them comes to be wanted.
    engines.restore(&other, &other, "a").await;
    assert_eq!(engines.tape.calls(), [], "nobody else has a turn");
    go.send(()).unwrap();
    assert!(staging.await.unwrap().is_err());
    engines.clock.advance(RETRY_MS);
    other.store.run_due().await.unwrap();
    other.store.run_staging().await.unwrap();
    // What it would have taken away is wanted by now.
    assert_eq!((engines.are(), engines.tape.calls()), ((1, 1), vec![(StagedWork::Migrate, 1)]));
    assert_eq!(read(&other.store, &engines.bucket, "a").await.unwrap(), content);
    other.store.close().await.unwrap();
    engines.settle(1).await;
}

/// One that does not lead any more, and lives, comes to write down what it was answered when the other one has told the program something else.
#[tokio::test(start_paused = true)]
async fn an_answer_counts_for_what_was_told() {
    let engines = Engines::new();
    let (one, other) = (engines.server().await, engines.server().await);
    until(|| one.store.leads()).await;
    let content = engines.put(&other, &["k"]).await;
    engines.tape.breaks.store(true, Ordering::Relaxed);
    one.store.run_staging().await.unwrap();
    engines.tape.breaks.store(false, Ordering::Relaxed);
    engines.clock.advance(RETRY_MS);
    let (answer, late) = oneshot::channel();
    *engines.tape.late.lock() = Some(late);
    let store = one.store.clone();
    let asking = tokio::spawn(async move { store.run_staging().await });
    until(|| engines.tape.late.lock().is_none()).await;
    let mut commit = Commit::default();
    commit.put(b"sleader".as_slice(), other.store.run().to_be_bytes());
    engines.meta.commit(commit).await.unwrap();
    until(|| other.store.leads() && !one.store.leads()).await;
    // The other one is told the same, that it is there, and has it taken away.
    let (go, halted) = oneshot::channel();
    *engines.tape.halts.lock() = Some(halted);
    let store = other.store.clone();
    let taking = tokio::spawn(async move { store.run_staging().await });
    until(|| engines.tape.halts.lock().is_none()).await;
    answer.send(()).unwrap();
    asking.await.unwrap().unwrap();
    go.send(()).unwrap();
    taking.await.unwrap().unwrap();
    let again = [(StagedWork::Status, 1), (StagedWork::Migrate, 1)];
    assert_eq!((engines.are(), &engines.tape.calls()[2..]), ((0, 1), again.as_slice()));
    engines.restore(&one, &other, "k").await;
    assert_eq!(read(&one.store, &engines.bucket, "k").await.unwrap(), content);
    for server in [one, other] {
        server.store.close().await.unwrap();
    }
    engines.settle(1).await;
}

/// A pool that becomes one while servers run.
#[tokio::test(start_paused = true)]
async fn who_was_not_told_of_the_program_serves_as_if_it_was_and_does_not_lead() {
    let engines = Engines::new();
    add_pool(&*engines.meta, "tape", "memory").await.unwrap();
    let plain = Server::of(engines.open(engines.meta.clone(), BTreeSet::new()).await);
    until(|| plain.store.leads()).await;
    let content = engines.put(&plain, &["before"]).await;
    let began = Instant::now();
    let told = engines.server().await;
    assert!(pools_of(&*engines.meta).await.unwrap()[0].is_staged);
    until(|| told.store.leads() && !plain.store.leads()).await;
    engines.put(&plain, &["after"]).await;
    told.store.run_staging().await.unwrap();
    assert!(began.elapsed() >= LEASE, "somebody might not know it yet");
    // What lay there before is looked at when its owners change.
    assert_eq!((engines.are(), engines.tape.calls()), ((1, 1), vec![(StagedWork::Migrate, 1)]));
    engines.restore(&plain, &told, "after").await;
    assert_eq!(read(&plain.store, &engines.bucket, "after").await.unwrap(), content);
    told.store.close().await.unwrap();
    drop(told);
    sleep(LEASE * 2).await;
    assert!(!plain.store.leads());
    plain.store.close().await.unwrap();
    engines.settle(2).await;
}
