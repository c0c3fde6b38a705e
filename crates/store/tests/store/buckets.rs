//! Buckets: created, listed, deleted; and deleted while something is put into them.

use coldkeep_store::{Error, NewUpload};
use tokio::task::JoinSet;

use crate::body::{Body, Dice, data};
use crate::world::{World, account, bucket_name, key, part, put, region};

#[tokio::test]
async fn a_bucket_with_objects_stays_and_open_uploads_go_with_it() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let again = world.store.create_bucket(&bucket, &account(), &region()).await.unwrap_err();
    assert!(matches!(again, Error::BucketExists { owned: true }), "{again}");
    world.put(&bucket, "k", Body::of(&data(1, 9000))).await.unwrap();
    for number in 0..3 {
        let upload = world.upload(&bucket, &format!("u{number}")).await;
        world.part(&upload, 1, Body::of(&data(number, 9000))).await.unwrap();
    }
    assert!(matches!(world.store.delete_bucket(&bucket).await, Err(Error::BucketNotEmpty)));
    world.settle(4).await;
    world.store.delete_object(&bucket, &key("k"), &Default::default()).await.unwrap();
    world.store.delete_bucket(&bucket).await.unwrap();
    assert!(matches!(world.store.delete_bucket(&bucket).await, Err(Error::NoSuchBucket)));
    assert!(matches!(world.put(&bucket, "k", Body::of(&data(1, 9000))).await, Err(Error::NoSuchBucket)));
    world.store.run_due().await.unwrap();
    world.settle(0).await;
    assert_eq!(world.records().await, [].into());
}

#[tokio::test]
async fn listing_pages_by_name() {
    let world = World::new().await;
    let mut names: Vec<_> = ["aaa", "ab-c", "ab.c", "abc", "b00", "zzz"].map(bucket_name).into();
    for name in names.iter().rev() {
        world.store.create_bucket(name, &account(), &region()).await.unwrap();
    }
    names.sort();
    for prefix in ["", "a", "ab", "abc", "q"] {
        for after in ["", "a", "aaa", "ab-c", "abc", "zzz"] {
            let fits = |name: &&coldkeep_types::BucketName| name.as_str().starts_with(prefix) && name.as_str() > after;
            let expected: Vec<_> = names.iter().filter(fits).take(2).cloned().collect();
            let listed = world.store.list_buckets(prefix, after, 2).await.unwrap();
            assert_eq!(listed.into_iter().map(|bucket| bucket.name).collect::<Vec<_>>(), expected, "{prefix} {after}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn deleting_races_with_writers() {
    let world = World::jittery(7).await;
    let bucket = bucket_name("bucket");
    for seed in 0..300 {
        let mut dice = Dice(seed);
        world.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
        let early = world.upload(&bucket, "early").await;
        let mut tasks = JoinSet::new();
        for task in 0..8 {
            let (store, bucket, early, wait) = (world.store.clone(), bucket.clone(), early.clone(), dice.below(40));
            let action = if task < 2 { 0 } else { dice.below(5) };
            tasks.spawn(async move {
                for _ in 0..wait {
                    tokio::task::yield_now().await;
                }
                let body = Body::of(&data(seed, 9000));
                match action {
                    0 => ("delete", store.delete_bucket(&bucket).await),
                    1 => ("put", put(&store, &bucket, "k", Default::default(), body).await.map(drop)),
                    2 => ("upload", store.create_upload(&bucket, &key("u"), NewUpload::default()).await.map(drop)),
                    3 => ("part", part(&store, &early, 1, body).await.map(drop)),
                    _ => ("abort", store.abort_upload(&bucket, &key("early"), early.id).await),
                }
            });
        }
        let done = tasks.join_all().await;
        let deleted = done.iter().filter(|(what, outcome)| *what == "delete" && outcome.is_ok()).count();
        let put = done.iter().any(|(what, outcome)| *what == "put" && outcome.is_ok());
        assert!(deleted <= 1 && !(deleted == 1 && put), "seed {seed}: {done:?}");
        for (what, outcome) in &done {
            let fits = match (*what, outcome) {
                (_, Ok(()) | Err(Error::NoSuchBucket)) => true,
                ("delete", Err(error)) => matches!(error, Error::BucketNotEmpty) && put,
                // A new upload may be aborted by the deletion before its creator has looked at it.
                ("upload" | "part" | "abort", Err(error)) => matches!(error, Error::NoSuchUpload),
                _ => false,
            };
            assert!(fits, "seed {seed}: {what} {outcome:?}");
        }
        if deleted == 0 {
            world.store.delete_object(&bucket, &key("k"), &Default::default()).await.unwrap();
            world.store.delete_bucket(&bucket).await.unwrap();
        }
        world.store.run_due().await.unwrap();
        world.settle(0).await;
        assert_eq!(world.records().await, [].into(), "seed {seed}");
    }
}

#[tokio::test]
async fn a_deletion_that_was_given_up_leaves_no_stale_bucket() {
    for seed in 0..200 {
        let world = World::jittery(seed).await;
        let polls = seed % 20;
        let bucket = world.bucket().await;
        let given_up = async {
            for _ in 0..polls {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            deleted = world.store.delete_bucket(&bucket) => deleted.unwrap(),
            () = given_up => {}
        }
        // Long enough for whatever still runs.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let gone = !world.records().await.contains_key(&'b');
        let seen = world.store.bucket(&bucket).await;
        assert_eq!(matches!(seen, Err(Error::NoSuchBucket)), gone, "given up after {polls}: {seen:?}");
    }
}
