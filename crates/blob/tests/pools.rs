//! Pools keep the contract of one engine, each blob lies in its own, and what is not of the store is refused.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::sync::Arc;

use coldkeep_blob::conformance::{self, content, id};
use coldkeep_blob::{Blobs, Error, Identity, Memory, Pools};

async fn open(default: &Memory, other: &Memory) -> Result<Pools, Error> {
    let other: Arc<dyn Blobs> = Arc::new(other.clone());
    Pools::open(Arc::new(default.clone()), vec![(1, "cold".into(), other)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn conforms() {
    conformance::all(async || Arc::new(open(&Memory::new(), &Memory::new()).await.unwrap()) as Arc<dyn Blobs>).await;
    conformance::all(async || {
        let others: Vec<(u8, String, Arc<dyn Blobs>)> = vec![(1, "cold".into(), Arc::new(Memory::new()))];
        Arc::new(Pools::open_numbered(Arc::new(Memory::new()), others).await.unwrap()) as Arc<dyn Blobs>
    })
    .await;
}

#[tokio::test]
async fn each_blob_lies_in_its_pool() {
    let (default, cold) = (Memory::new(), Memory::with_capacity(1000));
    let pools = open(&default, &cold).await.unwrap();
    assert_eq!((id(1, 2).pool(), id(1, 3).pool()), (0, 1));
    for number in [2, 3, 5] {
        conformance::write(&pools, id(1, number), &content(number, 100), 100).await;
    }
    assert_eq!((default.blobs(), cold.blobs()), (1, 2));
    assert_eq!(pools.space_of(1).await.unwrap().free_bytes, 800);
    assert_eq!(pools.space_of(0).await.unwrap(), default.space().await.unwrap());
    // Without its pool it is not lost: it cannot be reached.
    let without = Pools::open(Arc::new(default), Vec::new()).await.unwrap();
    assert!(matches!(without.open(id(1, 3)).await, Err(Error::Invalid(_))));
    assert!(conformance::read(&without, id(1, 2)).await.is_ok());
}

#[tokio::test]
async fn pools_of_another_store_and_old_copies_are_refused() {
    let (default, cold) = (Memory::new(), Memory::new());
    let ours = |epoch| Identity { store: [1; 16], epoch };
    cold.claim(ours(1)).await.unwrap();
    let refused = async || open(&default, &cold).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(refused().await.contains("to none yet"));
    default.claim(Identity { store: [2; 16], epoch: 1 }).await.unwrap();
    assert!(refused().await.contains("another store"));
    default.claim(ours(2)).await.unwrap();
    assert!(refused().await.contains("old copy"));
    // A crash between the claims leaves the others ahead, never behind.
    cold.claim(ours(3)).await.unwrap();
    let pools = open(&default, &cold).await.unwrap();
    assert_eq!(pools.identity().await.unwrap(), Some(ours(2)));
    pools.claim(ours(4)).await.unwrap();
    assert_eq!((default.identity().await.unwrap(), cold.identity().await.unwrap()), (Some(ours(4)), Some(ours(4))));
    let unnamed = Memory::new();
    conformance::write(&unnamed, id(1, 1), &content(1, 10), 10).await;
    assert!(matches!(open(&default, &unnamed).await, Err(Error::Open(what)) if what.contains("does not say")));
}

/// As servers open them that share a store: each pool is claimed as the one that it is.
#[tokio::test]
async fn where_servers_share_a_store_no_pool_is_taken_for_another() {
    let [default, cool, cold] = [Memory::new(), Memory::new(), Memory::new()];
    let open = async |one: &Memory, other: &Memory| {
        let engine = |memory: &Memory| Arc::new(memory.clone()) as Arc<dyn Blobs>;
        let others = vec![(1, "cool".into(), engine(one)), (2, "cold".into(), engine(other))];
        Pools::open_numbered(engine(&default), others).await
    };
    let pools = open(&cool, &cold).await.unwrap();
    assert!(pools.has_pool(0) && pools.has_pool(2) && !pools.has_pool(3));
    let ours = Identity { store: [7; 16], epoch: 3 };
    // Another server has claimed one of them, and not yet the default pool.
    cold.claim(Identity { store: [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 5], epoch: 2 }).await.unwrap();
    assert_eq!(open(&cool, &cold).await.unwrap().identity().await.unwrap(), None);
    pools.claim(ours).await.unwrap();
    assert_eq!(pools.identity().await.unwrap(), Some(ours));
    assert!(open(&cool, &cold).await.is_ok());
    let refused = async |one, other| open(one, other).await.err().unwrap().to_string();
    assert!(refused(&cold, &cool).await.contains("the pool cool is another place of this store, that of pool 2"));
    assert!(refused(&default, &cold).await.contains("that of pool 0"));
    cold.claim(Identity { store: [8; 16], epoch: 3 }).await.unwrap();
    assert!(refused(&cool, &cold).await.contains("the pool cold belongs to another store"));
    // One that is new is claimed when the store opens.
    assert!(open(&cool, &Memory::new()).await.is_ok());
}
