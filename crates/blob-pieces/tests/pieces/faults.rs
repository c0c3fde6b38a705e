//! Lost answers, killed writers, calls that were cut short, a store that is full.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::conformance::{content, id, read, write};
use coldkeep_blob::{Blobs, Error, Label, Quarantined, Space};
use coldkeep_blob_pieces::{Listed, Memory, PieceStore, StoreError, numbered};
use parking_lot::Mutex;

use crate::{PIECE_BYTES, memory, open, settled};

/// What becomes of a write.
#[derive(Clone, Copy)]
enum Fate {
    Done,
    /// It is done, and its answer is lost.
    Lost,
    /// It is done, its answer is lost, and it is tried again.
    Repeated,
    /// It is not done, nor answered.
    Never,
}

/// A store whose next writes have these fates.
#[derive(Clone)]
struct Faulty {
    memory: Memory,
    fates: Arc<Mutex<VecDeque<Fate>>>,
    at_once: Arc<AtomicUsize>,
    most_at_once: Arc<AtomicUsize>,
}

impl Faulty {
    fn new(memory: Memory) -> Self {
        Self { memory, fates: Arc::default(), at_once: Arc::default(), most_at_once: Arc::default() }
    }

    fn fates(&self, fates: &[Fate]) {
        *self.fates.lock() = fates.iter().copied().collect();
    }
}

#[async_trait]
impl PieceStore for Faulty {
    fn piece_bytes(&self) -> u32 {
        self.memory.piece_bytes()
    }

    async fn put_new(&self, name: &str, bytes: Bytes) -> Result<(), StoreError> {
        let fate = self.fates.lock().pop_front().unwrap_or(Fate::Done);
        self.most_at_once.fetch_max(self.at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        let lost = Err(StoreError::Unknown("no answer".into()));
        match fate {
            Fate::Done => self.memory.put_new(name, bytes).await,
            Fate::Never => lost,
            Fate::Lost => self.memory.put_new(name, bytes).await.and(lost),
            Fate::Repeated => {
                self.memory.put_new(name, bytes.clone()).await?;
                self.memory.put_new(name, bytes).await
            }
        }
    }

    async fn read(&self, name: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        self.memory.read(name, range).await
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.memory.delete(name).await
    }

    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, StoreError> {
        self.memory.list(prefix, after, limit).await
    }

    async fn folders(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.memory.folders(prefix).await
    }

    async fn space(&self) -> Result<Space, StoreError> {
        self.memory.space().await
    }
}

/// The bytes of three pieces.
fn three() -> Bytes {
    content(7, 2 * PIECE_BYTES as usize + 1000)
}

async fn try_write(blobs: &dyn Blobs, number: u32, bytes: &Bytes) -> Result<u64, Error> {
    let mut draft = blobs.create(id(1, number), Label::default(), None).await?;
    draft.write(bytes.clone()).await?;
    draft.finish().await
}

#[tokio::test]
async fn a_write_that_came_through_and_was_tried_again_is_done() {
    let store = Faulty::new(memory());
    let blobs = open(&store).await;
    for repeated in 0..4 {
        let mut fates = [Fate::Done; 4];
        fates[repeated] = Fate::Repeated;
        store.fates(&fates);
        write(&blobs, id(1, repeated as u32), &three(), 50_000).await;
        assert!(read(&blobs, id(1, repeated as u32)).await.unwrap() == three());
    }
    assert!(blobs.settle(1).await.unwrap());
    assert_eq!(store.most_at_once.load(Ordering::SeqCst), 2, "two pieces are on their way at once");
}

/// What was not answered may come later: it is no blob, but its pieces stay, so that what comes is found, and its run does not settle.
#[tokio::test]
async fn a_write_without_answer_is_no_blob_and_is_found_by_its_first_pieces() {
    for fate in [Fate::Lost, Fate::Never] {
        for at in 0..4 {
            let store = Faulty::new(memory());
            let blobs = open(&store).await;
            let before = store.memory.names();
            let mut fates = [Fate::Done; 4];
            fates[at] = fate;
            store.fates(&fates);
            assert!(matches!(try_write(&blobs, 1, &three()).await, Err(Error::Io(_))));
            while blobs.list(1, None, 9).await.unwrap() != [id(1, 1)] {
                tokio::task::yield_now().await;
            }
            assert!(matches!(blobs.open(id(1, 1)).await, Err(Error::NotFound(_))));
            assert!(!blobs.settle(1).await.unwrap() && blobs.settle(2).await.unwrap());
            // Whichever piece comes now, one of the first is there to tell of it.
            let late = format!("blobs/000001/{}.{at}", id(1, 1));
            let came = store.memory.put_new(&late, three()).await;
            assert!(matches!(came, Ok(()) | Err(StoreError::Exists)), "{came:?}");
            assert_eq!(open(&store).await.present(&[id(1, 1)]).await.unwrap(), [id(1, 1)]);
            blobs.delete(id(1, 1)).await.unwrap();
            assert_eq!(store.memory.names(), before);
        }
    }
}

/// A piece, or a head, that comes when its writer has given up is found by who sweeps its run, again and again.
#[tokio::test]
async fn what_comes_late_is_found() {
    let store = memory();
    let writer = open(&store).await;
    write(&writer, id(1, 1), &three(), 50_000).await;
    let mut objects = Vec::new();
    for name in store.names().into_iter().filter(|name| name.starts_with("blobs/")) {
        let bytes = store.read(&name, 0..u64::MAX).await.unwrap();
        objects.push((name, bytes));
    }
    writer.delete(id(1, 1)).await.unwrap();
    let leader = open(&store).await;
    assert!(leader.epochs().await.unwrap().is_empty());
    // The last piece, the one before, and at last the head.
    for (name, bytes) in objects.iter().rev() {
        store.put_new(name, bytes.clone()).await.unwrap();
        let found = leader.list(1, None, 9).await.unwrap();
        leader.quarantine(id(1, 1)).await.unwrap();
        assert_eq!(leader.list(1, None, 9).await.unwrap(), []);
        // Of what is in quarantine already, more pieces are no news; a head is.
        let is_news = name == &objects.last().unwrap().0 || name == &objects[0].0;
        assert_eq!(found.len(), usize::from(is_news), "{name}");
    }
    leader.purge(id(1, 1)).await.unwrap();
    assert_eq!(store.names(), ["format"]);
}

#[tokio::test]
async fn what_a_killed_writer_leaves_is_listed_and_goes() {
    let store = memory();
    let killed = open(&store).await;
    let mut draft = killed.create(id(1, 1), Label::default(), None).await.unwrap();
    for _ in 0..4 {
        draft.write(three()).await.unwrap();
    }
    while store.names().len() < 8 {
        tokio::task::yield_now().await;
    }
    std::mem::forget(draft);
    write(&killed, id(1, 2), &three(), 50_000).await;
    let next = open(&store).await;
    assert!(matches!(next.open(id(1, 1)).await, Err(Error::NotFound(_))));
    assert!(matches!(next.label(id(1, 1)).await, Err(Error::NotFound(_))));
    assert_eq!(next.epochs().await.unwrap(), [1]);
    let mut both = [id(1, 1), id(1, 2)];
    both.sort();
    assert_eq!(next.list(1, None, 9).await.unwrap(), both);
    assert_eq!(next.list(1, Some(both[0]), 9).await.unwrap(), both[1..]);
    for _ in 0..2 {
        next.quarantine(id(1, 1)).await.unwrap();
        assert_eq!(next.list(1, None, 9).await.unwrap(), [id(1, 2)]);
        let held = next.quarantined().await.unwrap();
        assert!(held.blobs == 1 && held.bytes >= 6 * u64::from(PIECE_BYTES), "{held:?}");
    }
    assert!(next.restore(id(1, 1)).await.unwrap());
    assert_eq!(next.list(1, None, 9).await.unwrap(), both);
    next.quarantine(id(1, 1)).await.unwrap();
    next.purge(id(1, 1)).await.unwrap();
    assert_eq!(next.quarantined().await.unwrap(), Quarantined::default());
    assert!(read(&next, id(1, 2)).await.unwrap() == three());
    next.delete(id(1, 2)).await.unwrap();
    assert_eq!(store.names(), ["format"]);
}

#[tokio::test]
async fn a_deletion_that_was_cut_short_goes_on() {
    let store = memory();
    let blobs = open(&store).await;
    write(&blobs, id(1, 1), &three(), 50_000).await;
    let head = store.names().into_iter().find(|name| name.ends_with(&id(1, 1).to_string())).unwrap();
    store.change(&head, |_| None);
    assert_eq!(store.names().len(), 4);
    blobs.delete(id(1, 1)).await.unwrap();
    assert_eq!(store.names(), ["format"]);
}

/// Where the last call stopped between its two steps, the blob is in both places, and is mended by the next one.
#[tokio::test]
async fn a_move_to_quarantine_and_back_that_was_cut_short_goes_on() {
    let store = memory();
    let blobs = open(&store).await;
    write(&blobs, id(1, 1), &three(), 50_000).await;
    let head = store.names().into_iter().find(|name| name.ends_with(&id(1, 1).to_string())).unwrap();
    let bytes = store.read(&head, 0..u64::MAX).await.unwrap();
    blobs.quarantine(id(1, 1)).await.unwrap();
    store.put_new(&head, bytes.clone()).await.unwrap();
    blobs.quarantine(id(1, 1)).await.unwrap();
    assert!(matches!(blobs.open(id(1, 1)).await, Err(Error::NotFound(_))));
    store.put_new(&head, bytes.clone()).await.unwrap();
    assert!(blobs.restore(id(1, 1)).await.unwrap());
    assert!(read(&blobs, id(1, 1)).await.unwrap() == three());
    // Half restored and then purged, it is still whole.
    blobs.quarantine(id(1, 1)).await.unwrap();
    store.put_new(&head, bytes).await.unwrap();
    blobs.purge(id(1, 1)).await.unwrap();
    assert!(read(&blobs, id(1, 1)).await.unwrap() == three());
    assert_eq!(blobs.quarantined().await.unwrap(), Quarantined::default());
}

/// Who sweeps another server's run tries again, and is done with that run then.
#[tokio::test]
async fn a_sweep_without_answer_is_repeated() {
    let store = Faulty::new(memory());
    write(&open(&store).await, id(1, 1), &three(), 50_000).await;
    let leader = open(&store).await;
    for fate in [Fate::Never, Fate::Lost] {
        store.fates(&[fate]);
        assert!(matches!(leader.quarantine(id(1, 1)).await, Err(Error::Io(_))));
        assert_eq!(leader.list(1, None, 9).await.unwrap(), [id(1, 1)]);
    }
    leader.quarantine(id(1, 1)).await.unwrap();
    assert_eq!(leader.list(1, None, 9).await.unwrap(), []);
    assert!(leader.settle(1).await.unwrap());
}

/// Wherever a deletion stops, what is left is found by its name, also where lists are not asked, and goes with the next one.
#[tokio::test]
async fn what_a_deletion_leaves_that_was_cut_short_is_found_by_its_first_piece() {
    for done in 0..40 {
        let store = Unlisted { memory: memory(), deletions: Arc::default() };
        let blobs = open(&store).await;
        let before = store.memory.names();
        write(&blobs, id(1, 1), &content(7, 36 * PIECE_BYTES as usize), 1 << 20).await;
        store.deletions.store(done, Ordering::SeqCst);
        let deleted = blobs.delete(id(1, 1)).await;
        assert_eq!(deleted.is_ok(), done > 36, "{done}");
        let is_left = store.memory.names() != before;
        let next = open(&store).await;
        assert_eq!(next.present(&[id(1, 1), id(1, 2)]).await.unwrap().len(), usize::from(is_left), "{done}");
        store.deletions.store(usize::MAX, Ordering::SeqCst);
        next.delete(id(1, 1)).await.unwrap();
        assert_eq!(store.memory.names(), before, "{done}");
    }
}

/// A store in which nothing can be listed and so many deletions come through, in an order of their own.
#[derive(Clone)]
struct Unlisted {
    memory: Memory,
    deletions: Arc<AtomicUsize>,
}

#[async_trait]
impl PieceStore for Unlisted {
    fn piece_bytes(&self) -> u32 {
        self.memory.piece_bytes()
    }

    async fn put_new(&self, name: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.memory.put_new(name, bytes).await
    }

    async fn read(&self, name: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        self.memory.read(name, range).await
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        // Those with an even number take longer.
        if name.ends_with(['0', '2', '4', '6', '8']) {
            tokio::task::yield_now().await;
        }
        let left = self.deletions.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map_err(|_| StoreError::Unknown("no answer".into()))?;
        self.memory.delete(name).await
    }

    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, StoreError> {
        match prefix.starts_with("blobs/") {
            true => Err(StoreError::Refused("nothing is listed".into())),
            false => self.memory.list(prefix, after, limit).await,
        }
    }

    async fn lengths(&self, _of: &str, names: &[String]) -> Result<Vec<Listed>, StoreError> {
        let mut found = Vec::new();
        for name in names {
            if let Ok(bytes) = self.memory.read(name, 0..u64::MAX).await {
                found.push(Listed { name: name.clone(), bytes: bytes.len() as u64 });
            }
        }
        Ok(found)
    }

    async fn numbered(&self, of: &str) -> Result<Vec<Listed>, StoreError> {
        numbered(self, of).await
    }

    async fn folders(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.memory.folders(prefix).await
    }

    async fn space(&self) -> Result<Space, StoreError> {
        self.memory.space().await
    }
}

#[tokio::test]
async fn a_full_store_is_told_and_nothing_is_left() {
    let store = Memory::new(PIECE_BYTES, 3 * u64::from(PIECE_BYTES));
    let blobs = open(&store).await;
    let before = store.names();
    assert!(matches!(try_write(&blobs, 1, &content(1, 500_000)).await, Err(Error::Full)));
    settled(&blobs, 1).await;
    assert_eq!(store.names(), before);
    write(&blobs, id(1, 2), &content(1, 100_000), 1000).await;
    assert!(read(&blobs, id(1, 2)).await.unwrap() == content(1, 100_000));
}
