//! Puts, overwrites, deletes, copies and reads of few keys at once; conditional writes decide races exactly.

use bytes::Bytes;
use coldkeep_store::{CopyTarget, Deletion, Error, ObjectAccess, Store};
use coldkeep_types::BucketName;
use tokio::task::JoinSet;

use crate::body::{Body, Dice, data, hex, md5};
use crate::world::{World, copy_object, copy_to, if_match, if_none, key, put, read};

const KEYS: [&str; 3] = ["a", "b", "c"];

/// Contents of all forms: in the record, in a blob, in a blob of several blocks.
fn content(dice: &mut Dice) -> Bytes {
    let bytes = [50, 8192, 8193, 20_000, 20_000, 700_000][dice.below(6)];
    data(dice.roll() % 50, bytes)
}

async fn request(store: Store, bucket: BucketName, mut dice: Dice, seed: u64) {
    for _ in 0..dice.below(30) {
        tokio::task::yield_now().await;
    }
    let at = KEYS[dice.below(3)];
    let outcome = match dice.below(10) {
        0..3 => put(&store, &bucket, at, Default::default(), Body::of(&content(&mut dice))).await.map(drop),
        3 => store.delete_object(&bucket, &key(at), &Default::default()).await.map(drop),
        4 => {
            let all = KEYS.map(|at| Deletion::new(key(at), Default::default()));
            let outcomes = store.delete_objects(&bucket, &all).await.unwrap();
            outcomes.into_iter().try_for_each(|outcome| outcome.map(drop))
        }
        5..7 => {
            let target = CopyTarget {
                algorithm: dice.chance(3).then_some(coldkeep_digest::ChecksumAlgorithm::Crc32),
                ..copy_to(&bucket, KEYS[dice.below(3)])
            };
            copy_object(&store, &bucket, &key(at), &target).await.map(drop)
        }
        7 => store.reclaim().await.map(drop),
        _ => match store.open_object(&bucket, &key(at)).await {
            Ok(reader) => {
                let (bytes, etag) = (reader.object.bytes, reader.object.etag());
                let got = crate::world::drain(reader.read(0..bytes)).await.unwrap();
                assert_eq!(hex(&md5(&got)), etag, "seed {seed}: bytes of another object");
                Ok(())
            }
            Err(error) => Err(error),
        },
    };
    assert!(matches!(outcome, Ok(()) | Err(Error::NoSuchKey)), "seed {seed}: {outcome:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn few_keys_many_writers() {
    let world = World::jittery(4).await;
    let bucket = world.bucket().await;
    for seed in 0..250 {
        let mut dice = Dice(seed);
        let mut tasks = JoinSet::new();
        for _ in 0..12 {
            tasks.spawn(request(world.store.clone(), bucket.clone(), Dice(dice.roll()), seed));
        }
        tasks.join_all().await;
        let mut blobs = std::collections::HashSet::new();
        for at in KEYS {
            if let Ok(object) = world.store.head_object(&bucket, &key(at)).await {
                let got = world.read(&bucket, at).await.unwrap();
                assert_eq!(hex(&md5(&got)), object.etag(), "seed {seed}");
                if object.bytes > 8192 {
                    blobs.insert(object.content.id());
                }
            }
        }
        world.settle(blobs.len()).await;
    }
    for at in KEYS {
        world.store.delete_object(&bucket, &key(at), &Default::default()).await.unwrap();
    }
    world.settle(0).await;
    assert_eq!(world.records().await, [('b', 1)].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_last_owner_goes_while_the_reclaimer_looks() {
    let world = World::jittery(13).await;
    let bucket = world.bucket().await;
    let content = data(1, 9000);
    for seed in 0..300 {
        world.put(&bucket, "a", Body::of(&content)).await.unwrap();
        let (key_a, key_b, always) = (key("a"), key("b"), Default::default());
        let (bucket_b, precondition) = (bucket.clone(), Default::default());
        let target = CopyTarget {
            lock: Default::default(),
            sealing: None,
            access: ObjectAccess::default(),
            bucket: bucket_b,
            key: key_b.clone(),
            attributes: None,
            tags: None,
            redirect: None,
            class: Default::default(),
            algorithm: None,
            precondition,
        };
        copy_object(&world.store, &bucket, &key_a, &target).await.unwrap();
        world.store.delete_object(&bucket, &key_a, &always).await.unwrap();
        let wait = async {
            for _ in 0..seed % 10 {
                tokio::task::yield_now().await;
            }
            world.store.delete_object(&bucket, &key_b, &always).await
        };
        let (deleted, one, other) = tokio::join!(wait, world.store.reclaim(), world.store.reclaim());
        deleted.and(one).and(other).unwrap();
        world.settle(0).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn of_a_thousand_puts_if_none_match_one_succeeds() {
    let world = World::jittery(5).await;
    let bucket = world.bucket().await;
    let mut tasks = JoinSet::new();
    for number in 0..1000u64 {
        let (store, bucket) = (world.store.clone(), bucket.clone());
        tasks.spawn(async move {
            let content = data(number, if number % 2 == 0 { 100 } else { 9000 });
            match put(&store, &bucket, "k", if_none(), Body::of(&content).slow()).await {
                Ok(_) => Some(content),
                Err(Error::PreconditionFailed(_)) => None,
                Err(error) => panic!("{error}"),
            }
        });
    }
    let won: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(won.len(), 1);
    assert_eq!(world.read(&bucket, "k").await.unwrap(), won[0]);
    world.settle(usize::from(won[0].len() > 8192)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_counter_by_if_match_loses_no_step() {
    let world = World::jittery(6).await;
    let bucket = world.bucket().await;
    world.put(&bucket, "counter", Body::of(&Bytes::from("0"))).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let (store, bucket) = (world.store.clone(), bucket.clone());
        tasks.spawn(async move {
            let mut steps = 0;
            while steps < 40 {
                let etag = store.head_object(&bucket, &key("counter")).await.unwrap().etag();
                let text = read(&store, &bucket, "counter").await.unwrap();
                if hex(&md5(&text)) != etag {
                    continue;
                }
                let count: u64 = std::str::from_utf8(&text).unwrap().parse().unwrap();
                let next = Bytes::from((count + 1).to_string());
                match put(&store, &bucket, "counter", if_match(&etag), Body::of(&next)).await {
                    Ok(_) => steps += 1,
                    Err(Error::PreconditionFailed(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(world.read(&bucket, "counter").await.unwrap(), "320");
    world.settle(0).await;
}
