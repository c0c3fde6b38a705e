//! Quotas: a hard one is never passed by one writer, is judged before a body is read, and refuses nothing that adds nothing.

use coldkeep_store::{Deletion, Error, NewArchive, NewUpload, Quota, QuotaOf, Versioning, fsck};
use coldkeep_types::PartSize;

use crate::body::{Body, data};
use crate::world::{MIB, World, account, copy_object, copy_to, key, named, region};

fn bytes(most: u64) -> Quota {
    Quota { hard_bytes: Some(most), ..Quota::default() }
}

fn objects(most: u64) -> Quota {
    Quota { hard_objects: Some(most), ..Quota::default() }
}

#[track_caller]
fn refused<T>(outcome: Result<T, Error>, by: &str) {
    match outcome {
        Err(Error::QuotaExceeded { of }) if of == by => {}
        Err(error) => panic!("refused by {by} was expected: {error}"),
        Ok(_) => panic!("refused by {by} was expected"),
    }
}

#[tokio::test]
async fn whatever_adds_to_a_full_bucket_is_refused_and_what_replaces_is_not() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.put(&bucket, "a", Body::of(&data(1, 600))).await.unwrap();
    let early = world.upload(&bucket, "early").await;
    world.part(&early, 1, Body::of(&data(2, 300))).await.unwrap();
    let of = QuotaOf::Bucket(bucket.clone());
    world.store.set_quota(&of, bytes(1000)).await.unwrap();

    refused(world.put(&bucket, "b", Body::of(&data(2, 401))).await, "bucket");
    world.put(&bucket, "b", Body::of(&data(2, 400))).await.unwrap();
    refused(world.put(&bucket, "c", Body::of(&data(2, 1))).await, "bucket");
    refused(copy_object(&world.store, &bucket, &key("a"), &copy_to(&bucket, "d")).await, "bucket");
    refused(world.complete(&bucket, "early", early.id, &[named(1, &data(2, 300))]).await, "bucket");
    // What is no larger may come in its place, and a copy too; an empty object is no bytes.
    world.put(&bucket, "a", Body::of(&data(3, 600))).await.unwrap();
    refused(world.put(&bucket, "a", Body::of(&data(3, 601))).await, "bucket");
    copy_object(&world.store, &bucket, &key("b"), &copy_to(&bucket, "a")).await.unwrap();
    world.put(&bucket, "empty", Body::of(&data(1, 0))).await.unwrap();
    refused(world.complete(&bucket, "early", early.id, &[named(1, &data(2, 300))]).await, "bucket");

    // One that is set too late stops what adds, and lets what shrinks.
    world.store.set_quota(&of, bytes(500)).await.unwrap();
    refused(world.put(&bucket, "a", Body::of(&data(3, 401))).await, "bucket");
    world.put(&bucket, "a", Body::of(&data(3, 399))).await.unwrap();
    world.store.delete_object(&bucket, &key("a"), &Default::default()).await.unwrap();
    world.store.delete_object(&bucket, &key("b"), &Default::default()).await.unwrap();
    world.complete(&bucket, "early", early.id, &[named(1, &data(2, 300))]).await.unwrap();

    world.store.set_quota(&of, Quota::default()).await.unwrap();
    assert_eq!(world.store.quotas().await.unwrap(), []);
    world.put(&bucket, "a", Body::of(&data(3, 5000))).await.unwrap();
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_before_it_is_read() {
    let world = World::new().await;
    let (bucket, vault) = (world.bucket().await, world.vault("v").await);
    let upload = world.upload(&bucket, "u").await;
    let size = PartSize::new(MIB as u64).unwrap();
    let ranges = world.store.create_vault_upload(&vault, size, None).await.unwrap();
    world.store.set_quota(&QuotaOf::Account(account()), bytes(32_768 + 100)).await.unwrap();

    // Nobody reads from a body that gives an error when it is read.
    let unread = || Body::of(&data(1, 40_000)).breaking_after(0);
    refused(world.put(&bucket, "a", unread()).await, "account");
    refused(world.part(&upload, 1, unread()).await, "account");
    let new = NewArchive::default();
    let mut body = Body::of(&data(1, 101)).breaking_after(0);
    refused(world.store.upload_archive(&vault, new.clone(), &mut body).await, "account");
    let mut body = Body::of(&data(1, 40_000)).breaking_after(0);
    let part = world.store.put_part(&ranges, 0, Default::default(), None, &mut body, MIB as u64).await;
    refused(part, "account");
    let mut body = Body::of(&data(1, 100));
    world.store.upload_archive(&vault, new, &mut body).await.unwrap();
    refused(world.put(&bucket, "a", Body::of(&data(1, 1))).await, "account");
    // Of unknown length: while it is read.
    refused(world.put(&bucket, "a", Body::of(&data(1, 40_000)).undeclared()).await, "account");
    world.settle(0).await;
}

#[tokio::test]
async fn versions_and_archives_are_counted_and_parts_add_up() {
    let world = World::new().await;
    let (bucket, vault) = (world.bucket().await, world.vault("v").await);
    world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    world.store.set_quota(&QuotaOf::Bucket(bucket.clone()), objects(2)).await.unwrap();
    let first = world.put(&bucket, "a", Body::of(&data(1, 10))).await.unwrap();
    world.put(&bucket, "a", Body::of(&data(2, 10))).await.unwrap();
    refused(world.put(&bucket, "a", Body::of(&data(3, 10))).await, "bucket");
    // A delete marker is no object.
    world.store.delete_object(&bucket, &key("a"), &Default::default()).await.unwrap();
    refused(world.put(&bucket, "a", Body::of(&data(3, 10))).await, "bucket");
    let gone = Deletion { version: Some(first.version), ..Deletion::new(key("a"), Default::default()) };
    world.store.delete_objects(&bucket, &[gone]).await.unwrap();
    world.put(&bucket, "a", Body::of(&data(3, 10))).await.unwrap();

    let of = QuotaOf::Vault(account(), region(), vault.name.clone());
    world.store.set_quota(&of, objects(1)).await.unwrap();
    world.store.upload_archive(&vault, NewArchive::default(), &mut Body::of(&data(1, 10))).await.unwrap();
    let another = world.store.upload_archive(&vault, NewArchive::default(), &mut Body::of(&data(1, 10))).await;
    refused(another, "vault");

    world.store.set_quota(&QuotaOf::Bucket(bucket.clone()), bytes(1000)).await.unwrap();
    let upload = world.store.create_upload(&bucket, &key("u"), NewUpload::default()).await.unwrap();
    world.part(&upload, 1, Body::of(&data(1, 600))).await.unwrap();
    refused(world.part(&upload, 2, Body::of(&data(1, 600))).await, "bucket");
    world.part(&upload, 1, Body::of(&data(1, 700))).await.unwrap();
}

#[tokio::test]
async fn quotas_outlive_a_restart_and_go_with_what_they_are_of() {
    let world = World::new().await;
    let (bucket, vault) = (world.bucket().await, world.vault("v").await);
    let ofs = [
        QuotaOf::Account(account()),
        QuotaOf::Bucket(bucket.clone()),
        QuotaOf::Vault(account(), region(), vault.name.clone()),
    ];
    for of in &ofs {
        assert_eq!(QuotaOf::parse(&of.to_string()).as_ref(), Some(of));
        world.store.set_quota(of, Quota { soft_objects: Some(1), ..bytes(1000) }).await.unwrap();
    }
    let world = world.restarted().await;
    world.put(&bucket, "a", Body::of(&data(1, 1000))).await.unwrap();
    let used: Vec<_> =
        world.store.quotas().await.unwrap().into_iter().map(|quota| (quota.of, quota.used_bytes)).collect();
    assert_eq!(used.len(), 3);
    assert!(used.contains(&(ofs[0].clone(), 1000)) && used.contains(&(ofs[1].clone(), 1000)), "{used:?}");
    // The account's is judged for a bucket that came after.
    let other = crate::world::bucket_name("another");
    world.store.create_bucket(&other, &account(), &region()).await.unwrap();
    refused(world.put(&other, "a", Body::of(&data(1, 1))).await, "account");
    let report = fsck(&*world.meta, &world.blobs, false).await.unwrap();
    assert_eq!(report.problems, Vec::<String>::new());

    world.store.delete_object(&bucket, &key("a"), &Default::default()).await.unwrap();
    world.store.delete_bucket(&bucket).await.unwrap();
    world.store.delete_vault(&account(), &region(), &vault.name).await.unwrap();
    let left = world.store.quotas().await.unwrap();
    assert_eq!(left.iter().map(|quota| &quota.of).collect::<Vec<_>>(), [&ofs[0]]);
    assert_eq!(world.records().await.get(&'F'), Some(&1));
    let missing = world.store.set_quota(&ofs[1], bytes(1)).await;
    assert!(matches!(missing, Err(Error::NoSuchBucket)), "{missing:?}");
}

/// As many writers as may be pass a hard quota by no more than what they have in flight, and nothing is left of what is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_at_once_pass_a_quota_by_no_more_than_they_have_in_flight() {
    const WRITERS: usize = 4;
    let world = World::jittery(7).await;
    let bucket = world.bucket().await;
    world.store.set_quota(&QuotaOf::Bucket(bucket.clone()), objects(10)).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (store, bucket) = (world.store.clone(), bucket.clone());
        tasks.spawn(async move {
            let mut taken = 0;
            for number in 0..10 {
                let at = format!("{writer}-{number}");
                let put = crate::world::put(&store, &bucket, &at, Default::default(), Body::of(&data(1, 10))).await;
                match put {
                    Ok(_) => taken += 1,
                    Err(Error::QuotaExceeded { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            taken
        });
    }
    let taken: usize = tasks.join_all().await.into_iter().sum();
    assert!((10..10 + WRITERS).contains(&taken), "{taken}");
    assert_eq!(world.store.usage().await.unwrap().objects, taken as u64);
}
