//! The engine keeps the contract over a pool of Ceph, where there is one: `COLDKEEP_RADOS` is the address of a pool, `rados://POOL?conf=...`, whose
//! namespaces are free to use, as `conformance/ceph.py run` sets it. Without it these tests are skipped.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::conformance::{self, content, id, read, write};
use coldkeep_blob::{Blobs, Error, Label, Space};
use coldkeep_blob_pieces::{Listed, Options, PieceStore, Pieces, Rados, RadosLocation, StoreError, numbered};
use coldkeep_types::Id;
use tokio::time::Instant;

use crate::settled;

/// A namespace of the test's own.
async fn store(namespace: &str) -> Option<Rados> {
    let Ok(url) = std::env::var("COLDKEEP_RADOS") else {
        eprintln!("skipped: COLDKEEP_RADOS names no pool");
        return None;
    };
    let location = RadosLocation { namespace: namespace.into(), ..RadosLocation::parse(&url).unwrap() };
    Some(Rados::connect(location).await.unwrap())
}

async fn open(store: Rados) -> Pieces {
    Pieces::open(Arc::new(store), Options::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn conforms() {
    if store("conforms").await.is_none() {
        return;
    }
    let made = AtomicU32::new(0);
    conformance::all(async || {
        let namespace = format!("conforms/{}", made.fetch_add(1, Ordering::Relaxed));
        Arc::new(open(store(&namespace).await.unwrap()).await) as Arc<dyn Blobs>
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_mean_what_the_engine_takes_them_for() {
    let Some(rados) = store("answers").await else { return };
    let bytes = Bytes::from_static;
    assert_eq!(rados.read("blobs/1", 0..9).await, Err(StoreError::NotFound));
    assert_eq!(rados.read("blobs/1", 0..u64::MAX).await, Err(StoreError::NotFound));
    for name in ["blobs/1", "quarantine/a/1"] {
        rados.put_new(name, bytes(b"text")).await.unwrap();
        assert_eq!(rados.put_new(name, bytes(b"other")).await, Err(StoreError::Exists));
    }
    for (range, found) in [(0..9, "text"), (1..3, "ex"), (2..u64::MAX, "xt"), (2..2, ""), (4..9, ""), (9..12, "")] {
        assert_eq!(rados.read("blobs/1", range.clone()).await, Ok(bytes(found.as_bytes())), "{range:?}");
    }
    rados.put_new("blobs/a/2", Bytes::new()).await.unwrap();
    rados.put_new("quarantine/a/2", bytes(b"x")).await.unwrap();
    rados.put_new("quarantine/b/1", bytes(b"x")).await.unwrap();
    let listed = |name: &str, bytes| Listed { name: name.into(), bytes };
    assert_eq!(rados.list("blobs/", "", 9).await.unwrap(), [listed("blobs/1", 4), listed("blobs/a/2", 0)]);
    assert_eq!(rados.names("", "blobs/1", 2).await.unwrap(), ["blobs/a/2", "quarantine/a/1"]);
    let held = rados.list("quarantine/", "quarantine/a/1", 9).await.unwrap();
    assert_eq!(held, [listed("quarantine/a/2", 1), listed("quarantine/b/1", 1)]);
    assert_eq!(rados.folders("quarantine/").await.unwrap(), ["a", "b"]);
    assert_eq!(rados.folders("").await.unwrap(), ["blobs", "quarantine"]);
    for _ in 0..2 {
        rados.delete("quarantine/a/1").await.unwrap();
        rados.delete("blobs/1").await.unwrap();
    }
    assert_eq!(rados.list("quarantine/a/", "", 9).await.unwrap(), [listed("quarantine/a/2", 1)]);
    assert_eq!(rados.read("blobs/1", 0..9).await, Err(StoreError::NotFound));
    // Of another namespace nothing is seen.
    let other = store("answers/other").await.unwrap();
    assert!(other.names("", "", 9).await.unwrap().is_empty());
}

/// Whoever stops waiting, for a write or a read, leaves librados what it works with: the write comes through or not, and nothing else is touched.
#[tokio::test(flavor = "multi_thread")]
async fn who_stops_waiting_frees_nothing_under_librados() {
    let Some(rados) = store("dropped").await else { return };
    let whole = content(3, 4 << 20);
    rados.put_new("blobs/whole", whole.clone()).await.unwrap();
    for number in 0..50 {
        let name = format!("blobs/{number}");
        {
            let put = rados.put_new(&name, content(number, 1 << 20));
            let got = rados.read("blobs/whole", 0..4 << 20);
            tokio::select! {
                biased;
                done = async { tokio::join!(put, got) } => drop(done),
                () = async { for _ in 0..number { tokio::task::yield_now().await } } => {}
            }
        }
    }
    assert!(rados.read("blobs/whole", 0..u64::MAX).await.unwrap() == whole);
    for listed in rados.list("blobs/", "", 99).await.unwrap() {
        assert!(listed.bytes == 1 << 20 || listed.name == "blobs/whole", "{listed:?}");
    }
}

/// Blobs of more than one piece, and what a killed writer leaves.
#[tokio::test(flavor = "multi_thread")]
async fn large_blobs_have_pieces_and_what_is_cut_short_is_found() {
    let Some(rados) = store("large").await else { return };
    let killed = open(rados).await;
    let bytes = content(9, 21 << 20);
    write(&killed, id(1, 1), &bytes, 1 << 20).await;
    let mut draft = killed.create(id(1, 2), Label::default(), None).await.unwrap();
    for _ in 0..4 {
        draft.write(bytes.slice(..4 << 20)).await.unwrap();
    }
    std::mem::forget(draft);
    let next = open(store("large").await.unwrap()).await;
    assert!(read(&next, id(1, 1)).await.unwrap() == bytes);
    next.open(id(1, 1)).await.unwrap().prove_frame().await.unwrap();
    let mut both = vec![id(1, 1), id(1, 2)];
    both.sort();
    while next.list(1, None, 9).await.unwrap() != both {
        tokio::task::yield_now().await;
    }
    for blob in [id(1, 1), id(1, 2)] {
        next.quarantine(blob).await.unwrap();
        assert!(matches!(next.open(blob).await, Err(Error::NotFound(_))));
    }
    assert!(next.list(1, None, 9).await.unwrap().is_empty());
    assert_eq!(next.quarantined().await.unwrap().blobs, 2);
    assert!(next.restore(id(1, 1)).await.unwrap());
    assert!(read(&next, id(1, 1)).await.unwrap() == bytes);
    next.purge(id(1, 2)).await.unwrap();
    next.delete(id(1, 1)).await.unwrap();
    settled(&next, 1).await;
    assert_eq!(store("large").await.unwrap().names("", "", 9).await.unwrap(), ["format"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_reached_is_told_in_words() {
    let nowhere = RadosLocation::parse("rados://p?conf=/nonexistent/ceph.conf").unwrap();
    let said = Rados::connect(nowhere).await.err().unwrap();
    // One of the two, whether or not librados is there.
    assert!(said.contains("/nonexistent/ceph.conf") || said.contains("librados2"), "{said}");
    let Ok(url) = std::env::var("COLDKEEP_RADOS") else { return };
    let place = RadosLocation::parse(&url).unwrap();
    let other = |pool: &str, user: &str| RadosLocation { pool: pool.into(), user: user.into(), ..place.clone() };
    let said = Rados::connect(other("nonexistent", &place.user)).await.err().unwrap();
    assert!(said.contains("no pool nonexistent"), "{said}");
    let said = Rados::connect(other(&place.pool, "nobody")).await.err().unwrap();
    assert!(said.contains("client.nobody"), "{said}");
}

/// A pool that counts what it is asked for.
struct Counted {
    pool: Rados,
    lists: Arc<AtomicUsize>,
    lengths: Arc<AtomicUsize>,
}

#[async_trait]
impl PieceStore for Counted {
    fn piece_bytes(&self) -> u32 {
        self.pool.piece_bytes()
    }

    async fn put_new(&self, name: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.pool.put_new(name, bytes).await
    }

    async fn read(&self, name: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        self.pool.read(name, range).await
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.pool.delete(name).await
    }

    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, StoreError> {
        self.lists.fetch_add(usize::from(!prefix.starts_with("quarantine/")), Ordering::Relaxed);
        self.pool.list(prefix, after, limit).await
    }

    async fn names(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        self.lists.fetch_add(usize::from(!prefix.starts_with("epochs/")), Ordering::Relaxed);
        self.pool.names(prefix, after, limit).await
    }

    async fn lengths(&self, of: &str, names: &[String]) -> Result<Vec<Listed>, StoreError> {
        self.lengths.fetch_add(names.len(), Ordering::Relaxed);
        self.pool.lengths(of, names).await
    }

    async fn numbered(&self, of: &str) -> Result<Vec<Listed>, StoreError> {
        numbered(self, of).await
    }

    async fn folders(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.lists.fetch_add(1, Ordering::Relaxed);
        self.pool.folders(prefix).await
    }

    async fn space(&self) -> Result<Space, StoreError> {
        self.pool.space().await
    }
}

/// What a dead server may have left is asked for by three names each, however many objects the pool has, and what a cut upload left goes without a list.
#[tokio::test(flavor = "multi_thread")]
async fn a_death_costs_three_questions_for_each_number_and_no_list() {
    let Some(pool) = store("death").await else { return };
    let objects: u32 = std::env::var("COLDKEEP_RADOS_OBJECTS").map_or(500, |objects| objects.parse().unwrap());
    let writer = Arc::new(open(pool).await);
    let mut writing = tokio::task::JoinSet::new();
    for lane in 0..16 {
        let writer = writer.clone();
        writing.spawn(async move {
            for number in (lane..objects).step_by(16) {
                write(&*writer, id(2, number), &content(number, 100), 100).await;
            }
        });
    }
    writing.join_all().await;
    let mut draft = writer.create(id(1, 7), Label::default(), None).await.unwrap();
    for _ in 0..24 {
        draft.write(content(9, 4 << 20)).await.unwrap();
    }
    std::mem::forget(draft);
    let (lists, lengths) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = Counted { pool: store("death").await.unwrap(), lists: lists.clone(), lengths: lengths.clone() };
    let leader = Pieces::open(Arc::new(counted), Options::default()).await.unwrap();
    let window: Vec<Id> = (0..6144).map(|number| id(1, number)).collect();
    let began = Instant::now();
    assert_eq!(leader.present(&window).await.unwrap(), [id(1, 7)]);
    let asked = began.elapsed();
    assert_eq!((lists.load(Ordering::Relaxed), lengths.load(Ordering::Relaxed)), (0, 3 * 6144));
    leader.quarantine(id(1, 7)).await.unwrap();
    leader.purge(id(1, 7)).await.unwrap();
    assert_eq!(lists.load(Ordering::Relaxed), 0);
    let began = Instant::now();
    assert!(leader.list(1, None, 9).await.unwrap().is_empty(), "all of it went");
    println!("6144 numbers: {asked:?}; a list of {objects} objects: {:?}", began.elapsed());
}
