//! Whose place it is: one store's, of one format, and nothing else's.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::conformance::{content, id, read, write};
use coldkeep_blob::{Blobs, Error, Identity, Label, Space};
use coldkeep_blob_pieces::{Listed, Memory, Options, PieceStore, Pieces, StoreError};

use crate::{memory, open};

async fn refused(store: impl PieceStore) -> String {
    match Pieces::open(Arc::new(store), Options::default()).await {
        Err(Error::Open(what)) => what,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was opened"),
    }
}

/// However many begin at once: one store claims it, for good, and the newest run is known.
#[tokio::test(flavor = "multi_thread")]
async fn it_belongs_to_one_store() {
    let store = memory();
    let claims = (1..=8).map(|epoch| {
        let store = store.clone();
        tokio::spawn(async move { open(&store).await.claim(Identity { store: [7; 16], epoch }).await })
    });
    for claimed in claims.collect::<Vec<_>>() {
        claimed.await.unwrap().unwrap();
    }
    let late = open(&store).await;
    let own = Some(Identity { store: [7; 16], epoch: 8 });
    assert_eq!(late.identity().await.unwrap(), own);
    let stranger = late.claim(Identity { store: [8; 16], epoch: 9 }).await;
    assert!(matches!(stranger, Err(Error::Open(_))), "{stranger:?}");
    assert_eq!(open(&store).await.identity().await.unwrap(), own);
    store.change("store", |mut bytes| {
        bytes[10] ^= 1;
        Some(bytes)
    });
    assert!(matches!(late.identity().await, Err(Error::Open(_))));
}

#[tokio::test]
async fn other_places_are_refused_and_left_as_they_are() {
    let something_else = memory();
    something_else.put_new("photos/cat.jpg", Bytes::new()).await.unwrap();
    assert!(refused(something_else.clone()).await.contains("photos/cat.jpg"));
    assert_eq!(something_else.names(), ["photos/cat.jpg"]);
    let newer = memory();
    newer.put_new("format", "coldkeep-pieces 2\n".into()).await.unwrap();
    assert!(refused(newer).await.contains("newer server"));
    let damaged = memory();
    open(&damaged).await;
    damaged.change("format", |bytes| Some(bytes[1..].to_vec()));
    assert!(refused(damaged).await.contains("damaged"));
}

/// A store that ignores the condition of a write.
struct Careless(Memory);

#[async_trait]
impl PieceStore for Careless {
    fn piece_bytes(&self) -> u32 {
        self.0.piece_bytes()
    }

    async fn put_new(&self, name: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.0.delete(name).await?;
        self.0.put_new(name, bytes).await
    }

    async fn read(&self, name: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        self.0.read(name, range).await
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.0.delete(name).await
    }

    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, StoreError> {
        self.0.list(prefix, after, limit).await
    }

    async fn folders(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.0.folders(prefix).await
    }

    async fn space(&self) -> Result<Space, StoreError> {
        self.0.space().await
    }
}

#[tokio::test]
async fn a_store_that_writes_over_objects_is_refused() {
    assert!(refused(Careless(memory())).await.contains("If-None-Match"));
}

#[tokio::test]
async fn looking_changes_nothing() {
    let store = memory();
    assert!(matches!(Pieces::inspect(Arc::new(store.clone())).await, Err(Error::Open(_))));
    assert!(store.names().is_empty());
    write(&open(&store).await, id(1, 1), &content(1, 300_000), 1000).await;
    store.put_new("blobs/notes.txt", Bytes::new()).await.unwrap();
    let before = store.names();
    let looking = Pieces::inspect(Arc::new(store.clone())).await.unwrap();
    assert!(read(&looking, id(1, 1)).await.unwrap() == content(1, 300_000));
    assert_eq!(looking.list(1, None, 9).await.unwrap(), [id(1, 1)]);
    assert_eq!(looking.strays().await.unwrap(), ["blobs/notes.txt"]);
    let invalid = |refused: Result<(), Error>| assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    invalid(looking.create(id(1, 2), Label::default(), None).await.map(drop));
    invalid(looking.delete(id(1, 1)).await);
    invalid(looking.quarantine(id(1, 1)).await);
    invalid(looking.restore(id(1, 1)).await.map(drop));
    invalid(looking.purge(id(1, 1)).await);
    invalid(looking.settle(1).await.map(drop));
    invalid(looking.claim(Identity { store: [1; 16], epoch: 1 }).await);
    assert_eq!(store.names(), before);
}
