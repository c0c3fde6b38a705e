//! The engine for tests keeps the contract, runs full, and can be damaged.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::sync::Arc;

use bytes::Bytes;
use coldkeep_blob::conformance::{self, content, id};
use coldkeep_blob::{Blobs, Error, Label, Memory};

#[tokio::test(flavor = "multi_thread")]
async fn conforms() {
    conformance::all(async || Arc::new(Memory::new()) as Arc<dyn Blobs>).await;
    conformance::open_blobs_outlive_their_deletion(&Memory::new()).await;
}

#[tokio::test]
async fn runs_full() {
    let blobs = Memory::with_capacity(100);
    conformance::write(&blobs, id(1, 1), &content(1, 60), 60).await;
    let mut draft = blobs.create(id(1, 2), Label::default(), None).await.unwrap();
    draft.write(content(2, 40)).await.unwrap();
    assert!(matches!(draft.write(Bytes::from_static(b"x")).await, Err(Error::Full)));
    assert!(matches!(draft.finish().await, Err(Error::Full)));
    assert_eq!((blobs.blobs(), blobs.space().await.unwrap().free_bytes), (1, 40));
}

#[tokio::test]
async fn is_damaged_when_told() {
    let blobs = Memory::new();
    conformance::write(&blobs, id(1, 1), &content(1, 60), 60).await;
    blobs.damage(id(1, 1));
    assert!(matches!(conformance::read(&blobs, id(1, 1)).await, Err(Error::Damaged { .. })));
}
