//! Readers: what is deleted or replaced while it is read is read to its end, and freed afterwards.

use coldkeep_store::{Error, Reclaimed};

use crate::body::{Body, data};
use crate::world::{MIB, World, drain, key, named};

#[tokio::test]
async fn what_is_deleted_or_replaced_is_read_to_its_end() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let (one, two) = (data(1, 5 * MIB), data(2, 20_000));
    for replace in [false, true] {
        for multipart in [false, true] {
            let whole = match multipart {
                true => {
                    let upload = world.upload(&bucket, "k").await;
                    world.part(&upload, 1, Body::of(&one)).await.unwrap();
                    world.part(&upload, 2, Body::of(&two)).await.unwrap();
                    world.complete(&bucket, "k", upload.id, &[named(1, &one), named(2, &two)]).await.unwrap();
                    [&one[..], &two[..]].concat()
                }
                false => {
                    world.put(&bucket, "k", Body::of(&one)).await.unwrap();
                    one.to_vec()
                }
            };
            world.reclaim().await;
            let mut reader = world.store.open_object(&bucket, &key("k")).await.unwrap().read(0..whole.len() as u64);
            let first = reader.next().await.unwrap().unwrap();
            match replace {
                true => drop(world.put(&bucket, "k", Body::of(&data(3, 10))).await.unwrap()),
                false => drop(world.store.delete_object(&bucket, &key("k"), &Default::default()).await.unwrap()),
            }
            assert_eq!(world.store.reclaim().await.unwrap(), Reclaimed { done: 0, held: 1 });
            let rest = drain(reader).await.unwrap();
            assert!([&first[..], &rest[..]].concat() == whole, "replace: {replace}, multipart: {multipart}");
            world.settle(0).await;
        }
    }
}

#[tokio::test]
async fn a_reader_that_has_not_begun_holds_too() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let content = data(1, 20_000);
    world.put(&bucket, "k", Body::of(&content)).await.unwrap();
    let (one, two) = (
        world.store.open_object(&bucket, &key("k")).await.unwrap(),
        world.store.open_object(&bucket, &key("k")).await.unwrap(),
    );
    world.store.delete_object(&bucket, &key("k"), &Default::default()).await.unwrap();
    drop(one);
    assert_eq!(world.reclaim().await, 1);
    assert_eq!(drain(two.read(5..20_000)).await.unwrap(), content[5..]);
    world.settle(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn who_opens_while_the_object_is_deleted_and_reclaimed_reads_it_or_finds_nothing() {
    let world = World::jittery(14).await;
    let bucket = world.bucket().await;
    let content = data(1, 9000);
    let mut read = 0;
    for seed in 0..300 {
        let upload = world.upload(&bucket, "k").await;
        world.part(&upload, 1, Body::of(&content)).await.unwrap();
        world.complete(&bucket, "k", upload.id, &[named(1, &content)]).await.unwrap();
        let delete = async {
            for _ in 0..seed % 7 {
                tokio::task::yield_now().await;
            }
            world.store.delete_object(&bucket, &key("k"), &Default::default()).await.unwrap();
            world.reclaim().await
        };
        // From far ahead of the delete to far behind it, however busy the machine is.
        let read_late = async {
            for _ in 0..seed / 7 % 8 * 10 {
                tokio::task::yield_now().await;
            }
            world.read(&bucket, "k").await
        };
        match tokio::join!(read_late, delete).0 {
            Ok(got) => {
                assert_eq!(got, content);
                read += 1;
            }
            Err(error) => assert!(matches!(error, Error::NoSuchKey), "seed {seed}: {error}"),
        }
        world.settle(0).await;
    }
    assert!((1..300).contains(&read), "{read}");
}

#[tokio::test]
async fn small_contents_are_read_from_what_was_opened() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let content = data(1, 100);
    world.put(&bucket, "k", Body::of(&content)).await.unwrap();
    let reader = world.store.open_object(&bucket, &key("k")).await.unwrap();
    world.put(&bucket, "k", Body::of(&data(2, 100))).await.unwrap();
    assert_eq!(drain(reader.read(0..100)).await.unwrap(), content);
    world.settle(0).await;
}
