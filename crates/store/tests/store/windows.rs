//! What a server of a shared store may leave is found by the numbers of its blobs, whatever it was doing when it died, and nothing is listed for it.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::{Blobs, conformance};
use coldkeep_meta::{Commit, Entry, Meta, Visit, Write, prefix_range};
use coldkeep_store::{
    Error, Mismatch, OpenError, OpenWindows, Options, Source, SourceError, Store, WindowSizes, fsck, fsck_online,
};
use coldkeep_types::{Clock, Id};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{advance, sleep};

use crate::beating::{LEASE, Server, shared, until};
use crate::body::{Body, data};
use crate::faulty_blobs::{Begins, Faulty, Switches};
use crate::hooked::{At, Hooked};
use crate::jitter::Jitter;
use crate::numbered::numbered;
use crate::repairs::repaired;
use crate::world::{TestClock, account, bucket_name, options, put, read, region};

const LATE: Duration = Duration::from_secs(15 * 60);

/// What servers share. Of the blobs nothing can be listed once a server has begun.
#[derive(Clone, Default)]
struct Engines {
    meta: Arc<coldkeep_meta::Memory>,
    blobs: coldkeep_blob::Memory,
    switches: Arc<Switches>,
    clock: Arc<TestClock>,
}

impl Engines {
    async fn open(&self, meta: Arc<dyn Meta>, options: Options) -> Result<Store, OpenError> {
        let blobs = Faulty { inner: self.blobs.clone(), switches: self.switches.clone(), space: None };
        let opened = Store::open(meta, Arc::new(blobs), self.clock.clone(), options).await;
        self.switches.listing_fails.store(true, Ordering::Relaxed);
        opened
    }

    async fn server_over(&self, meta: Arc<dyn Meta>) -> Server {
        Server::of(self.open(meta, shared()).await.unwrap())
    }

    async fn server(&self) -> Server {
        self.server_over(self.meta.clone()).await
    }

    async fn records(&self, prefix: &[u8]) -> usize {
        self.meta.scan(prefix_range(prefix), usize::MAX).await.unwrap().len()
    }

    /// All others have ended: what they left goes, and so many blobs are left, each of them owned.
    async fn settle(&self, blobs: usize) {
        self.server().await.settle(&*self.meta, &self.blobs, &self.clock, blobs).await;
    }
}

/// A body that waits after its first bytes.
struct Slow(Option<oneshot::Receiver<()>>, Bytes);

#[async_trait]
impl Source for Slow {
    fn declared_bytes(&self) -> Option<u64> {
        None
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        if !self.1.is_empty() {
            return Ok(Some(std::mem::take(&mut self.1)));
        }
        match self.0.take() {
            Some(go) => go.await.map(|()| None).map_err(|_| SourceError::Broken("a test broke it".into())),
            None => Ok(None),
        }
    }

    fn trailing_checksums(&self) -> &[coldkeep_digest::Checksum] {
        &[]
    }
}

/// Begins an upload of two MiB that goes on once it is told to.
async fn begin_slowly(
    store: &Store,
    at: &'static str,
) -> (oneshot::Sender<()>, tokio::task::JoinHandle<Result<(), Error>>) {
    let (go, gone) = oneshot::channel();
    let (store, bytes) = (store.clone(), data(3, 2 << 20));
    let before = store.windows().unwrap().open;
    let own = store.clone();
    let writing = tokio::spawn(async move {
        let bucket = bucket_name("bucket");
        let upload = own.create_upload(&bucket, &crate::world::key(at), Default::default()).await?;
        let mut body = Slow(Some(gone), bytes);
        own.put_part(&upload, 1, Default::default(), None, &mut body as &mut dyn Source, 1 << 30).await.map(drop)
    });
    while store.windows().unwrap().open == before {
        tokio::task::yield_now().await;
    }
    (go, writing)
}

async fn put_many(store: &Store, count: usize, bytes: usize) {
    let (bucket, body) = (bucket_name("bucket"), data(1, bytes));
    for _ in 0..count {
        put(store, &bucket, "many", Default::default(), Body::of(&body)).await.unwrap();
    }
}

async fn bucket(store: &Store) {
    store.create_bucket(&bucket_name("bucket"), &account(), &region()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_server_left_is_found_without_a_list_also_what_lands_late() {
    let engines = Engines::default();
    let (leader, writer) = (engines.server().await, engines.server().await);
    bucket(&writer.store).await;
    put_many(&writer.store, 3, 20_000).await;
    let run = writer.store.run();
    let left = async |number| numbered(&*engines.meta, run, 0, number).await;
    assert_eq!(engines.blobs.blobs(), 3);
    conformance::write(&engines.blobs, left(3).await, &data(2, 100), 100).await;
    writer.hold_up();
    sleep(LEASE * 2).await;
    // The last of the three is named, the others are released, and one is nobody's.
    assert_eq!(leader.store.sweep().await.unwrap(), 1);
    for number in [4, 4095] {
        conformance::write(&engines.blobs, left(number).await, &data(2, 100), 100).await;
    }
    assert_eq!(leader.store.sweep().await.unwrap(), 0);
    engines.clock.advance(LATE.as_millis() as i64);
    assert_eq!(leader.store.sweep().await.unwrap(), 2);
    assert_eq!(engines.records(b"swindow/").await, 1, "of the leader alone");
    assert_eq!(leader.store.quarantined().await.unwrap().blobs, 3);
    read(&leader.store, &bucket_name("bucket"), "many").await.unwrap();
    leader.store.close().await.unwrap();
    engines.settle(1).await;
}

#[tokio::test(start_paused = true)]
async fn fsck_tells_what_may_have_been_left_and_mends_what_nobody_would_look_at() {
    let engines = Engines::default();
    let (leader, writer) = (engines.server().await, engines.server().await);
    let told = async || fsck_online(&*engines.meta, &engines.blobs, true).await.unwrap().windows;
    let run = writer.store.run();
    assert_eq!(told().await, [], "servers that are alive look at their own");
    writer.hold_up();
    sleep(LEASE * 2).await;
    assert_eq!(told().await, [OpenWindows { run, numbers: 4096, looked_at: None }]);
    leader.store.sweep().await.unwrap();
    let looked_at = Some(engines.clock.now());
    assert_eq!(told().await, [OpenWindows { run, numbers: 4096, looked_at }]);
    engines.clock.advance(LATE.as_millis() as i64);
    leader.store.sweep().await.unwrap();
    assert_eq!(told().await, []);
    // One that is killed, and whose mark is lost.
    let run = leader.store.run();
    drop(leader);
    let report = fsck(&*engines.meta, &engines.blobs, true).await.unwrap();
    assert_eq!(report.windows, [OpenWindows { run, numbers: 4096, looked_at: None }]);
    let mut commit = Commit::default();
    commit.delete([b"sdirty/".as_slice(), &run.to_be_bytes()].concat());
    engines.meta.commit(commit).await.unwrap();
    let report = fsck(&*engines.meta, &engines.blobs, true).await.unwrap();
    assert!(report.windows.is_empty() && report.problems.len() == 1, "{report:?}");
    assert!(report.problems[0].contains(&format!("run {run} may have left blobs")), "{report:?}");
    repaired(&*engines.meta, &engines.blobs).await;
    let report = fsck(&*engines.meta, &engines.blobs, true).await.unwrap();
    assert_eq!((report.windows.len(), report.problems.len()), (1, 0), "{report:?}");
    engines.settle(0).await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_upload_keeps_one_number_however_many_are_taken_meanwhile() {
    let engines = Engines::default();
    let (leader, writer) = (engines.server().await, engines.server().await);
    bucket(&writer.store).await;
    let (go, writing) = begin_slowly(&writer.store, "slow").await;
    put_many(&writer.store, 3 * 4096, 10).await;
    let sizes = writer.store.windows().unwrap();
    assert!(sizes.open == 1 && sizes.reserved <= 4096 + 2048, "{sizes:?}");
    let record = [b"swindow/".as_slice(), &writer.store.run().to_be_bytes(), &[0]].concat();
    assert!(engines.meta.get(&record).await.unwrap().unwrap().value.len() < 30);
    // It dies, and the upload's bytes land all the same.
    let slow = numbered(&*engines.meta, writer.store.run(), 0, 0).await;
    writer.hold_up();
    writing.abort();
    assert!(writing.await.is_err());
    sleep(LEASE * 2).await;
    assert_eq!(leader.store.sweep().await.unwrap(), 0);
    drop(go);
    while !engines.blobs.present(&[slow]).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    conformance::write(&engines.blobs, slow, &data(3, 100), 100).await;
    engines.clock.advance(LATE.as_millis() as i64);
    assert_eq!(leader.store.sweep().await.unwrap(), 1);
    leader.store.close().await.unwrap();
    engines.settle(0).await;
}

/// Looks, when a draft begins, whether the window says so.
struct Reserved {
    meta: Arc<coldkeep_meta::Memory>,
    seen: AtomicUsize,
}

#[async_trait]
impl Begins for Reserved {
    async fn begins(&self, id: Id) {
        let key = [b"swindow/".as_slice(), &id.epoch().to_be_bytes(), &[id.pool()]].concat();
        let value = self.meta.get(&key).await.unwrap().unwrap().value;
        let mut decoder = minicbor::Decoder::new(&value[1..]);
        decoder.map().unwrap();
        assert_eq!(decoder.u8().unwrap(), 0);
        let ranges: Vec<(u64, u64)> = decoder.decode().unwrap();
        assert!(ranges.iter().any(|(first, end)| (*first..*end).contains(&id.number())), "{id} is not in {ranges:?}");
        assert_eq!(id, numbered(&*self.meta, id.epoch(), id.pool(), id.number()).await);
        self.seen.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whichever moment it dies at, the numbers in use are in the window that is written.
#[tokio::test(start_paused = true)]
async fn no_blob_is_begun_before_its_number_is_reserved() {
    for seed in 1..=3_u64 {
        let engines = Engines::default();
        let meta = Arc::new(Jitter { inner: engines.meta.clone(), seed: AtomicU64::new(seed << 32) });
        let reserved = Arc::new(Reserved { meta: engines.meta.clone(), seen: AtomicUsize::new(0) });
        assert!(engines.switches.begins.set(reserved.clone()).is_ok());
        let server = engines.server_over(meta).await;
        bucket(&server.store).await;
        let mut clients = JoinSet::new();
        for _ in 0..8 {
            let store = server.store.clone();
            clients.spawn(async move { put_many(&store, 800, 9000).await });
        }
        while let Some(done) = clients.join_next().await {
            done.unwrap();
        }
        assert_eq!(reserved.seen.load(Ordering::Relaxed), 6400);
        let sizes = server.store.windows().unwrap();
        assert_eq!((sizes.open, sizes.left), (0, 0), "seed {seed}");
        server.store.close().await.unwrap();
        engines.settle(1).await;
    }
}

/// A metadata engine that counts commits.
struct Counting {
    inner: Arc<coldkeep_meta::Memory>,
    commits: AtomicUsize,
    windows: AtomicUsize,
}

#[async_trait]
impl Meta for Counting {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, coldkeep_meta::Error> {
        self.inner.get(key).await
    }

    async fn scan_back(
        &self,
        range: Range<Vec<u8>>,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Entry)>, coldkeep_meta::Error> {
        self.inner.scan_back(range, limit).await
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), coldkeep_meta::Error> {
        self.inner.walk(range, visit).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), coldkeep_meta::Error> {
        let is_window = |write: &Write| matches!(write, Write::Put { key, .. } if key.starts_with(b"swindow/"));
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.windows.fetch_add(usize::from(commit.writes.iter().any(is_window)), Ordering::Relaxed);
        self.inner.commit(commit).await
    }

    fn health(&self) -> Result<(), coldkeep_meta::Error> {
        self.inner.health()
    }
}

#[tokio::test(start_paused = true)]
async fn a_put_costs_no_commit_more_but_one_in_4096_of_a_shared_store() {
    for (options, reserved) in [(options(), 0), (shared(), 2)] {
        let engines = Engines::default();
        let counting =
            Counting { inner: engines.meta.clone(), commits: AtomicUsize::new(0), windows: AtomicUsize::new(0) };
        let counting = Arc::new(counting);
        let store = engines.open(counting.clone(), options).await.unwrap();
        bucket(&store).await;
        counting.windows.store(0, Ordering::Relaxed);
        let before = counting.commits.load(Ordering::Relaxed);
        put_many(&store, 2 * 4096, 4096).await;
        assert_eq!(counting.windows.load(Ordering::Relaxed), reserved);
        assert_eq!(counting.commits.load(Ordering::Relaxed) - before, 2 * 4096 + reserved);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_cut_short_is_looked_at_again_by_its_server() {
    let engines = Engines::default();
    let server = engines.server().await;
    bucket(&server.store).await;
    let (go, writing) = begin_slowly(&server.store, "k").await;
    drop(go);
    assert!(writing.await.unwrap().is_err());
    let sizes = || server.store.windows().unwrap();
    assert_eq!((sizes().open, sizes().left), (0, 1));
    // Some of it lands after all.
    let late = numbered(&*engines.meta, server.store.run(), 0, 0).await;
    conformance::write(&engines.blobs, late, &data(3, 100), 100).await;
    for (left, blobs) in [(1, 1), (1, 0), (0, 0)] {
        assert!(server.store.remove_left().await.unwrap().is_some());
        assert_eq!((sizes().left, engines.blobs.blobs()), (left, blobs));
        sleep(LATE).await;
    }
    server.store.close().await.unwrap();
    engines.settle(0).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_writes_what_is_open_and_mostly_nothing() {
    let engines = Engines::default();
    let (leader, one, other) = (engines.server().await, engines.server().await, engines.server().await);
    bucket(&one.store).await;
    put_many(&one.store, 5, 20_000).await;
    assert_eq!(engines.records(b"swindow/").await, 3);
    one.store.close().await.unwrap();
    assert_eq!((engines.records(b"swindow/").await, engines.records(b"sdirty/").await), (2, 2));
    // Of this one an upload was cut short just before.
    let (go, writing) = begin_slowly(&other.store, "k").await;
    drop(go);
    assert!(writing.await.unwrap().is_err());
    other.store.close().await.unwrap();
    assert_eq!(other.store.windows(), Some(WindowSizes { open: 0, left: 1, reserved: 0 }));
    assert_eq!((engines.records(b"swindow/").await, engines.records(b"sdirty/").await), (2, 2));
    for (number, swept) in [(0, 1), (1, 0)] {
        let id = numbered(&*engines.meta, other.store.run(), 0, number).await;
        conformance::write(&engines.blobs, id, &data(3, 100), 100).await;
        until(|| leader.store.leads()).await;
        assert_eq!(leader.store.sweep().await.unwrap(), swept, "only what was open is looked at");
        engines.clock.advance(LATE.as_millis() as i64);
        engines.blobs.delete(id).await.unwrap();
    }
    leader.store.close().await.unwrap();
    engines.settle(1).await;
}

/// It may be named yet, so it is not looked at while its server lives; after its death it is named, or not.
#[tokio::test(start_paused = true)]
async fn what_a_commit_without_answer_may_name_stays_open_until_its_server_is_dead() {
    let engines = Engines::default();
    let (leader, hooked) = (engines.server().await, Arc::new(Hooked::new(engines.meta.clone())));
    let writer = engines.server_over(hooked.clone()).await;
    bucket(&writer.store).await;
    let (go, gone) = oneshot::channel::<()>();
    hooked.once(At::BeforeCommit(b'o'), async { gone.await.unwrap() });
    let store = writer.store.clone();
    let writing = tokio::spawn(async move { put_many(&store, 1, 20_000).await });
    until(|| hooked.done()).await;
    advance(LATE * 2).await;
    writer.store.remove_left().await.unwrap();
    assert_eq!((writer.store.windows().unwrap().open, engines.blobs.blobs()), (1, 1));
    go.send(()).unwrap();
    let _ = writing.await;
    drop(leader);
}

/// Runs from before there were windows, and before each was marked, are listed.
#[tokio::test(start_paused = true)]
async fn a_run_without_windows_is_listed_and_so_is_a_store_whose_last_run_was_not_marked() {
    let engines = Engines::default();
    let old = engines.server().await;
    bucket(&old.store).await;
    put_many(&old.store, 1, 20_000).await;
    conformance::write(&engines.blobs, conformance::id(1, 900), &data(2, 100), 100).await;
    drop(old);
    let mut commit = Commit::default();
    commit.delete([b"swindow/".as_slice(), &1_u32.to_be_bytes(), &[0]].concat()).delete(b"smarked".as_slice());
    engines.meta.commit(commit).await.unwrap();
    assert!(engines.open(engines.meta.clone(), shared()).await.is_err(), "it is to be listed");
    engines.switches.listing_fails.store(false, Ordering::Relaxed);
    let next = engines.server().await;
    sleep(LEASE * 2).await;
    until(|| next.store.leads()).await;
    assert!(next.store.sweep().await.is_err(), "it is to be listed");
    engines.switches.listing_fails.store(false, Ordering::Relaxed);
    assert_eq!(next.store.sweep().await.unwrap(), 1);
    engines.switches.listing_fails.store(true, Ordering::Relaxed);
    next.store.close().await.unwrap();
    engines.switches.listing_fails.store(false, Ordering::Relaxed);
    let last = engines.server().await;
    until(|| last.store.leads()).await;
    engines.clock.advance(LATE.as_millis() as i64);
    engines.switches.listing_fails.store(false, Ordering::Relaxed);
    last.store.sweep().await.unwrap();
    last.store.close().await.unwrap();
    engines.settle(1).await;
}

/// Metadata from a backup that is older than the last start is known by the mark of that start, without a list.
#[tokio::test(start_paused = true)]
async fn metadata_from_an_older_backup_is_refused_without_a_list() {
    let engines = Engines::default();
    let first = engines.server().await;
    bucket(&first.store).await;
    let backup: Vec<_> = engines.meta.scan(vec![0]..vec![u8::MAX], usize::MAX).await.unwrap();
    let second = engines.server().await;
    put_many(&second.store, 1, 20_000).await;
    for server in [&first, &second] {
        server.store.close().await.unwrap();
    }
    let restored = Arc::new(coldkeep_meta::Memory::new());
    let mut commit = Commit::default();
    for (key, entry) in backup {
        commit.put(key, entry.value);
    }
    restored.commit(commit).await.unwrap();
    let refused = engines.open(restored, shared()).await.err().unwrap();
    assert!(matches!(refused, OpenError::Mismatch(Mismatch::MetadataOlder(1, 2))), "{refused}");
    assert_eq!(engines.blobs.blobs(), 1);
    engines.settle(1).await;
}
