//! What a store holds is counted as it changes; a store from before the counters is counted once.

use coldkeep_meta::{Commit, Meta};
use coldkeep_store::Usage;
use coldkeep_types::PartSize;

use crate::body::{Body, data};
use crate::world::{MIB, World, key, named};

#[tokio::test]
async fn what_there_is_is_counted_as_it_changes() {
    let world = World::new().await;
    assert_eq!(world.store.usage().await.unwrap(), Usage::default());
    let (bucket, vault) = (world.bucket().await, world.vault("v").await);
    world.put(&bucket, "a", Body::of(&data(1, 100))).await.unwrap();
    world.put(&bucket, "a", Body::of(&data(2, 20_000))).await.unwrap();
    world.put(&bucket, "b", Body::of(&data(3, 7))).await.unwrap();
    let upload = world.upload(&bucket, "c").await;
    world.upload(&bucket, "left").await;
    world.store.create_vault_upload(&vault, PartSize::new(MIB as u64).unwrap(), None).await.unwrap();
    world.part(&upload, 1, Body::of(&data(4, 5000))).await.unwrap();
    let open = world.store.usage().await.unwrap();
    assert_eq!((open.buckets, open.objects, open.object_bytes, open.open_uploads), (1, 2, 20_007, 3));
    world.complete(&bucket, "c", upload.id, &[named(1, &data(4, 5000))]).await.unwrap();
    let deletes = ["b", "b", "none"].map(|at| coldkeep_store::Deletion::new(key(at), Default::default()));
    world.store.delete_objects(&bucket, &deletes).await.unwrap();
    let held = world.store.usage().await.unwrap();
    let expected =
        Usage { buckets: 1, objects: 2, object_bytes: 25_000, vaults: 1, open_uploads: 2, ..Usage::default() };
    assert_eq!(held, expected);
    world.settle(1).await;

    // As a store has them that is from before.
    let mut commit = Commit::default();
    for (key, _) in world.meta.scan(b"n".to_vec()..b"o".to_vec(), usize::MAX).await.unwrap() {
        commit.delete(key);
    }
    commit.delete(b"susage");
    world.meta.commit(commit).await.unwrap();
    world.settle(1).await;
    let world = world.restarted().await;
    assert_eq!(world.store.usage().await.unwrap(), expected);

    world.store.delete_object(&bucket, &key("a"), &Default::default()).await.unwrap();
    world.store.delete_object(&bucket, &key("c"), &Default::default()).await.unwrap();
    world.store.delete_bucket(&bucket).await.unwrap();
    world.store.run_due().await.unwrap();
    let left = Usage { vaults: 1, open_uploads: 1, ..Usage::default() };
    assert_eq!(world.store.usage().await.unwrap(), left);
    world.settle(0).await;
}
