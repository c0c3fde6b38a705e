//! The engine over an object store keeps the contract, whatever the store loses, and finds what was damaged.

mod damage;
mod faults;
mod owners;
mod rados;
mod vectors;

use std::sync::Arc;

use coldkeep_blob::conformance;
use coldkeep_blob::{Blobs, Label};
use coldkeep_blob_pieces::{Memory, Options, PieceStore, Pieces};

/// Two blocks: most blobs of the tests have several pieces.
const PIECE_BYTES: u32 = 128 << 10;

fn memory() -> Memory {
    Memory::new(PIECE_BYTES, 1 << 30)
}

async fn open(store: &(impl PieceStore + Clone)) -> Pieces {
    Pieces::open(Arc::new(store.clone()), Options::default()).await.unwrap()
}

/// Waits until nothing of a run is under way.
async fn settled(blobs: &dyn Blobs, epoch: u32) {
    while !blobs.settle(epoch).await.unwrap() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conforms() {
    conformance::all(async || Arc::new(open(&memory()).await) as Arc<dyn Blobs>).await;
}

/// With memory for a single piece all of 64 uploads come to their end, one after the other.
#[tokio::test(flavor = "multi_thread")]
async fn who_finds_no_memory_waits_for_his_turn() {
    let options = Options { memory_bytes: 1 };
    let blobs = Arc::new(Pieces::open(Arc::new(memory()), options).await.unwrap());
    conformance::many_drafts_at_once(blobs.clone()).await;
    // A draft that has its piece holds up others until it is gone.
    let mut first = blobs.create(conformance::id(2, 1), Label::default(), None).await.unwrap();
    first.write(conformance::content(1, 10)).await.unwrap();
    let other = blobs.clone();
    let bytes = conformance::content(2, 300_000);
    let waiting =
        tokio::spawn(async move { conformance::write(&*other, conformance::id(2, 2), &bytes, 100_000).await });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    drop(first);
    waiting.await.unwrap();
}
