//! Questions of the kind "is it used?", asked while the answer changes: each at the one place where it matters.

use std::sync::Arc;

use coldkeep_store::{Content, Store};
use coldkeep_types::PartSize;
use parking_lot::Mutex;

use crate::body::{Body, data};
use crate::hooked::{At, Hooked};
use crate::world::{MIB, World, copy_object, copy_to, drain, key, named, options, part};

/// A world whose metadata engine has a hook.
async fn hooked() -> (World, Arc<Hooked>) {
    let mut world = World::new().await;
    let hooked = Arc::new(Hooked::new(world.meta.clone()));
    let blobs = Arc::new(world.blobs.clone());
    world.store = Store::open(hooked.clone(), blobs, world.clock.clone(), options()).await.unwrap();
    (world, hooked)
}

/// Of an object and its copy the one is deleted; while the reclaimer looks at the bytes they share, the other is opened and
/// then deleted too. Whether somebody reads is asked last, since who has opened it meanwhile is a reader, not an owner.
#[tokio::test]
async fn the_last_owner_is_opened_and_deleted_while_the_reclaimer_looks() {
    for at in [At::BeforeWalk, At::AfterWalk] {
        for multipart in [false, true] {
            let (world, hooked) = hooked().await;
            let (bucket, content) = (world.bucket().await, data(1, 20_000));
            match multipart {
                false => drop(world.put(&bucket, "x", Body::of(&content)).await.unwrap()),
                true => {
                    let upload = world.upload(&bucket, "x").await;
                    world.part(&upload, 1, Body::of(&content)).await.unwrap();
                    world.complete(&bucket, "x", upload.id, &[named(1, &content)]).await.unwrap();
                }
            }
            let (x, y) = (key("x"), key("y"));
            let target = copy_to(&bucket, "y");
            let copy = copy_object(&world.store, &bucket, &x, &target).await.unwrap();
            assert!(matches!(copy.content, Content::Parts(_)) == multipart);
            world.store.delete_object(&bucket, &x, &Default::default()).await.unwrap();
            let reader = Arc::new(Mutex::new(None));
            let owners = [b"w".as_slice(), copy.content.id().as_bytes()].concat();
            hooked.once(at(owners), {
                let (store, reader, bucket) = (world.store.clone(), reader.clone(), bucket.clone());
                async move {
                    let opened = store.open_object(&bucket, &y).await.unwrap();
                    store.delete_object(&bucket, &y, &Default::default()).await.unwrap();
                    *reader.lock() = Some(opened);
                }
            });
            world.store.reclaim().await.unwrap();
            assert!(hooked.done());
            world.reclaim().await;
            let opened = reader.lock().take().unwrap();
            assert_eq!(drain(opened.read(0..20_000)).await.unwrap(), content, "multipart: {multipart}");
            world.settle(0).await;
        }
    }
}

/// A part that arrives after an idle upload's parts were looked at keeps the upload.
#[tokio::test]
async fn a_part_arrives_while_the_upload_expires() {
    let (world, hooked) = hooked().await;
    let vault = world.vault("v").await;
    let size = PartSize::new(MIB as u64).unwrap();
    let upload = world.store.create_vault_upload(&vault, size, None).await.unwrap();
    world.clock.advance(world.store.options().vault_upload_idle_ms);
    let parts = [b"p".as_slice(), upload.id.as_bytes()].concat();
    hooked.once(At::AfterWalk(parts), {
        let (store, upload) = (world.store.clone(), upload.clone());
        async move {
            part(&store, &upload, 0, Body::of(&data(1, 9000))).await.unwrap();
        }
    });
    world.store.run_due().await.unwrap();
    assert!(hooked.done());
    assert!(world.store.vault_upload(&vault, upload.id).await.is_ok(), "an active upload was dropped");
    world.settle(1).await;
}
